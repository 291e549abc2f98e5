import type { DueTimer, TimerKind, UnitOfWork } from '../../src/app/ports.js'
import { fireDueTimers, type TimerHandlers } from '../../src/delivery/timers.js'
import { MINUTE } from '../../src/kernel/clock.js'
import type { Log } from '../../src/kernel/logger.js'
import { verbatim } from '../../src/kernel/text.js'
import { isOutage } from '../../src/storage/outage.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { anAddress, aTownDatabase, type TownDatabase } from '../support/rows.js'

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT }
const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 8, minute))

let db: TownDatabase
let unit: UnitOfWork
beforeAll(async () => {
  db = await aTownDatabase()
  unit = createUnitOfWork(db.source, { ownerFor: () => undefined, deliver: () => undefined })
})
afterAll(() => db?.end())
afterEach(() => db.source.query('TRUNCATE timer, outbox, outbox_head'))

const set = (kind: TimerKind, key: string, minute: number) =>
  unit.run((tx) => tx.timers.set({ kind, key, dueAt: at(minute) }))

/** Every kind does the same: writes its key down, and says it to a chat of this name. */
function handlersThat(work: (timer: DueTimer, tx: Parameters<TimerHandlers['draft_end']>[0]) => unknown) {
  const fired: string[] = []
  const handle: TimerHandlers['draft_end'] = async (tx, timer) => {
    fired.push(timer.key)
    tx.outbox.put({ to: anAddress(timer.key), locale: 'it', message: { body: [verbatim(timer.kind)] } })
    await work(timer, tx)
  }
  const handlers = new Proxy({}, { get: () => handle }) as TimerHandlers
  return { fired, handlers }
}

const fireAt = (handlers: TimerHandlers, now: Date, unitOfWork = unit) =>
  fireDueTimers({ unitOfWork, handlers, log: SILENT, isOutage }, now)
const fire = (handlers: TimerHandlers, minute: number) => fireAt(handlers, at(minute))
const said = async () =>
  (await db.source.query('SELECT chat FROM outbox ORDER BY chat')).map(({ chat }: { chat: string }) => chat)
const left = () => db.source.query('SELECT key, due_at AS "dueAt", attempts FROM timer ORDER BY key')

it('fires what is due, the earliest first, once', async () => {
  await set('draft_end', 'late', 9)
  await set('claim_overdue', 'second', 5)
  await set('tell_closed', 'first', 3)
  const { fired, handlers } = handlersThat(() => undefined)
  expect([await fire(handlers, 5), await fire(handlers, 5)]).toEqual([2, 0])
  expect([fired, await said()]).toEqual([
    ['first', 'second'],
    ['first', 'second'],
  ])
  expect(await left()).toEqual([{ key: 'late', dueAt: at(9), attempts: 0 }])
})

it('fires what a timer makes due in turn', async () => {
  await set('claim_reminder', 'one', 1)
  const { fired, handlers } = handlersThat(
    (timer, tx) => timer.key === 'one' && tx.timers.set({ kind: 'claim_overdue', key: 'two', dueAt: at(2) }),
  )
  expect([await fire(handlers, 3), fired]).toEqual([2, ['one', 'two']])
})

it('undoes what a failing timer did, tries it later and later, and lets the others pass', async () => {
  await set('draft_end', 'bad', 1)
  await set('draft_end', 'good', 2)
  const { handlers } = handlersThat((timer) => {
    if (timer.key === 'bad') throw new Error('no')
  })
  await fire(handlers, 10)
  expect([await said(), await left()]).toEqual([['good'], [{ key: 'bad', dueAt: at(11), attempts: 1 }]])
  const waits: number[] = []
  for (let attempt = 1; attempt <= 8; attempt++) {
    const [{ dueAt }] = await left()
    await fireAt(handlers, dueAt)
    const [{ dueAt: next }] = await left()
    waits.push((next.getTime() - dueAt.getTime()) / MINUTE)
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
})

it('fires each once when two processes look at the same moment', async () => {
  const keys = Array.from({ length: 12 }, (_, index) => `t${index}`)
  for (const key of keys) await set('draft_end', key, 1)
  const { fired, handlers } = handlersThat(() => undefined)
  const counts = await Promise.all([fire(handlers, 5), fire(handlers, 5)])
  expect(counts[0] + counts[1]).toBe(keys.length)
  expect([...fired].sort()).toEqual([...keys].sort())
})

it('rejects when the timers themselves cannot be read', async () => {
  const away: UnitOfWork = { run: () => Promise.reject(new Error('away')) }
  await expect(fireAt(handlersThat(() => undefined).handlers, at(5), away)).rejects.toThrow('away')
})

it('a connection that breaks under a timer is not its failure: the next tick fires it', async () => {
  await set('draft_end', 'held', 1)
  let breaks = true
  const { handlers, fired } = handlersThat(() => {
    if (breaks) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
  })
  await expect(fire(handlers, 2)).rejects.toThrow('gone')
  expect(await left()).toEqual([{ key: 'held', dueAt: at(1), attempts: 0 }])
  breaks = false
  expect([await fire(handlers, 2), fired]).toEqual([1, ['held', 'held']])
})

import type { Tx } from '../../src/app/ports.js'
import type { CitizenId, ReportId } from '../../src/kernel/ids.js'
import { anOffice, type TestOffice } from '../support/office.js'

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office?.end())

const at = new Date(Date.UTC(2026, 10, 23, 8))
const keys = async (): Promise<string[]> =>
  (await office.source.query('SELECT key FROM timer ORDER BY key')).map(({ key }: { key: string }) => key)

const setTimer = (tx: Tx, key: string) => tx.timers.set({ kind: 'draft_end', key, dueAt: at })
/** Nothing has this number. */
const appendNowhere = (tx: Tx) =>
  tx.history.append({ report: 404 as ReportId, at, action: 'submit', party: 'reporter' })

test('a write that is not waited for is there when the transaction is over', async () => {
  await office.run(async (tx) => tx.unawaited(setTimer(tx, 'kept')))
  expect(await keys()).toEqual(['kept'])
})

test('its fault is the transaction’s, and nothing of it stays', async () => {
  const failing = office.run(async (tx) => {
    await setTimer(tx, 'lost')
    tx.unawaited(appendNowhere(tx))
  })
  await expect(failing).rejects.toThrow(/report_event.*foreign key/)
  expect(await keys()).not.toContain('lost')
})

test('whoever stumbles over it hears what was wrong at first, not that the transaction is over', async () => {
  const failing = office.run(async (tx) => {
    tx.unawaited(appendNowhere(tx))
    await new Promise(setImmediate)
    await tx.staff.supervisors()
  })
  await expect(failing).rejects.toThrow(/report_event.*foreign key/)
})

test('a fault that was waited for is told, not what came of it for the writes behind', async () => {
  const failing = office.run(async (tx) => {
    const failed = tx.citizens.follow(404 as ReportId, 404 as CitizenId, at)
    await new Promise(setImmediate)
    tx.unawaited(setTimer(tx, 'behind'))
    await failed
  })
  await expect(failing).rejects.toThrow(/follower.*foreign key/)
})

test('a fault of the work itself takes it along', async () => {
  const failing = office.run(async (tx) => {
    tx.unawaited(setTimer(tx, 'gone'))
    throw new Error('ours')
  })
  await expect(failing).rejects.toThrow('ours')
  expect(await keys()).not.toContain('gone')
  // The connection that it had is as good as new.
  await office.run(async (tx) => tx.unawaited(tx.timers.cancel('draft_end', 'kept')))
  expect(await keys()).toEqual([])
})

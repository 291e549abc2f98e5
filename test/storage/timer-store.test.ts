import { createTimers } from '../../src/storage/timer-store.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 8, minute))

test('a timer is taken once, when it is due, the earliest first', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    expect(await timers.nextDue()).toBeUndefined()
    await timers.set({ kind: 'claim_overdue', key: '7', dueAt: at(5) })
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(3), payload: { report: 7, late: false } })
    expect(await timers.nextDue()).toEqual(at(3))
    expect(await timers.takeDue(at(2))).toBeUndefined()
    expect(await timers.takeDue(at(5))).toEqual({
      kind: 'claim_reminder',
      key: '7',
      dueAt: at(3),
      payload: { report: 7, late: false },
      attempts: 0,
    })
    expect(await timers.takeDue(at(5))).toMatchObject({ kind: 'claim_overdue', payload: {} })
    expect(await timers.takeDue(at(5))).toBeUndefined()
  }))

test('setting it again moves it and forgets what failed', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    await timers.set({ kind: 'tell_closed', key: '7', dueAt: at(1), payload: { version: 3 } })
    await timers.postpone(
      { kind: 'tell_closed', key: '7', dueAt: at(1), payload: { version: 3 }, attempts: 4 },
      at(2),
    )
    expect(await timers.takeDue(at(1))).toBeUndefined()
    await timers.set({ kind: 'tell_closed', key: '7', dueAt: at(3), payload: { version: 5 } })
    expect(await timers.takeDue(at(3))).toMatchObject({ attempts: 0, payload: { version: 5 } })
  }))

test('cancelling takes away that one', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(1) })
    await timers.set({ kind: 'claim_reminder', key: '8', dueAt: at(1) })
    await timers.set({ kind: 'claim_overdue', key: '7', dueAt: at(1) })
    await timers.cancel('claim_reminder', '7')
    await timers.cancel('draft_end', 'never set')
    const left = [await timers.takeDue(at(1)), await timers.takeDue(at(1)), await timers.takeDue(at(1))]
    expect(left.map((timer) => timer && `${timer.kind} ${timer.key}`)).toEqual([
      'claim_overdue 7',
      'claim_reminder 8',
      undefined,
    ])
  }))

test('one that failed comes again later, one attempt older, unless it was moved meanwhile', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    const failed = { kind: 'draft_end', key: 'x', dueAt: at(1), payload: {}, attempts: 2 } as const
    await timers.set(failed)
    await timers.postpone(failed, at(9))
    expect(await timers.nextDue()).toEqual(at(9))
    await timers.postpone(failed, at(20))
    expect(await timers.takeDue(at(9))).toMatchObject({ attempts: 3 })
    await timers.postpone(failed, at(30))
    expect(await timers.nextDue()).toBeUndefined()
  }))

test('two processes never have the same timer in hand, and neither waits for the other', async () => {
  await db.source.transaction(async (manager) => {
    await createTimers(manager).set({ kind: 'draft_reminder', key: 'a', dueAt: at(1) })
    await createTimers(manager).set({ kind: 'draft_reminder', key: 'b', dueAt: at(2) })
  })
  const first = await db.begin()
  const second = await db.begin()
  expect((await createTimers(first.manager).takeDue(at(5)))?.key).toBe('a')
  expect((await createTimers(second.manager).takeDue(at(5)))?.key).toBe('b')
  expect(await createTimers(second.manager).takeDue(at(5))).toBeUndefined()
  await first.commit()
  await second.commit()
})

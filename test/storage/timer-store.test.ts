import type { DueTimer, Timers } from '../../src/app/ports.js'
import { createTimers } from '../../src/storage/timer-store.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

/** Takes the next timer and is done with it. */
async function done(timers: Timers, now: Date): Promise<DueTimer | undefined> {
  const timer = await timers.takeDue(now)
  if (timer) expect(await timers.finish(timer)).toBe(true)
  return timer
}

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 8, minute))

test('a timer is taken once, when it is due, the earliest first', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    expect(await timers.nextDue()).toBeUndefined()
    await timers.set({ kind: 'claim_overdue', key: '7', dueAt: at(5) })
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(3), payload: { report: 7, late: false } })
    expect(await timers.nextDue()).toEqual(at(3))
    expect(await timers.takeDue(at(2))).toBeUndefined()
    expect(await done(timers, at(5))).toEqual({
      kind: 'claim_reminder',
      key: '7',
      dueAt: at(3),
      payload: { report: 7, late: false },
      attempts: 0,
    })
    expect(await done(timers, at(5))).toMatchObject({ kind: 'claim_overdue', payload: {} })
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

type Step = (timers: Timers) => Promise<void>
const set: Step = (timers) => timers.set({ kind: 'draft_end', key: 'a', dueAt: at(1), payload: { n: 1 } })
const move: Step = (timers) => timers.move('draft_end', 'a', at(2))
const cancel: Step = (timers) => timers.cancel('draft_end', 'a')
/** Of another chat, just before: no order of statements may carry one over the other. */
const others: Step = async (timers) => {
  await Promise.all([
    timers.cancel('draft_end', 'b'),
    timers.set({ kind: 'draft_end', key: 'c', dueAt: at(9) }),
    timers.move('draft_end', 'd', at(9)),
  ])
}

test.each([
  ['set, cancelled', [set, cancel], undefined],
  ['cancelled, set', [cancel, set], { dueAt: at(1), payload: { n: 1 } }],
  ['set, moved', [set, move], { dueAt: at(2), payload: { n: 1 } }],
  ['cancelled, moved', [cancel, move], undefined],
  ['moved, cancelled', [move, cancel], undefined],
  ['moved, set', [move, set], { dueAt: at(1), payload: { n: 1 } }],
])('changed twice at the same moment, the last word counts: %s', (_, steps, left) =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    await timers.set({ kind: 'draft_end', key: 'a', dueAt: at(5), payload: { n: 0 } })
    await Promise.all([others, ...steps].map((step) => step(timers)))
    const timer = await timers.takeDue(at(5))
    expect(timer && { dueAt: timer.dueAt, payload: timer.payload }).toEqual(left)
  }),
)

test('cancelling takes away that one', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(1) })
    await timers.set({ kind: 'claim_reminder', key: '8', dueAt: at(1) })
    await timers.set({ kind: 'claim_overdue', key: '7', dueAt: at(1) })
    await timers.cancel('claim_reminder', '7')
    await timers.cancel('draft_end', 'never set')
    const left = [await done(timers, at(1)), await done(timers, at(1)), await done(timers, at(1))]
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
    expect(await done(timers, at(9))).toMatchObject({ attempts: 3 })
    await timers.postpone(failed, at(30))
    expect(await timers.nextDue()).toBeUndefined()
  }))

test('what was moved or cancelled in the meantime is not done', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(1) })
    const taken = (await timers.takeDue(at(1))) as DueTimer
    await timers.set({ kind: 'claim_reminder', key: '7', dueAt: at(8) })
    expect([await timers.finish(taken), await timers.nextDue()]).toEqual([false, at(8)])
  }))

test('reports come by their number: 2 before 10', () =>
  db.tryOut(async (manager) => {
    const timers = createTimers(manager)
    for (const key of ['10', '1', '2']) await timers.set({ kind: 'claim_reminder', key, dueAt: at(1) })
    const keys = [await done(timers, at(1)), await done(timers, at(1)), await done(timers, at(1))]
    expect(keys.map((timer) => timer?.key)).toEqual(['1', '2', '10'])
  }))

test('one process fires at a time, and a turn that moves the timer in hand waits for nobody', async () => {
  await db.source.transaction((manager) =>
    createTimers(manager).set({ kind: 'draft_reminder', key: 'a', dueAt: at(1) }),
  )
  const [first, second, turn] = [await db.begin(), await db.begin(), await db.begin()]
  const taken = (await createTimers(first.manager).takeDue(at(5))) as DueTimer
  expect(taken.key).toBe('a')
  expect(await createTimers(second.manager).takeDue(at(5))).toBeUndefined()
  await createTimers(turn.manager).cancel('draft_reminder', 'a')
  await turn.commit()
  expect(await createTimers(first.manager).finish(taken)).toBe(false)
  await first.commit()
  await second.commit()
})

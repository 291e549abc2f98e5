import type { EntityManager } from 'typeorm'
import type { HistoryEntry } from '../../src/app/ports.js'
import type { Report } from '../../src/domain/report.js'
import { createDigests } from '../../src/storage/digest-store.js'
import { createHistory } from '../../src/storage/history-store.js'
import { aReportRow, aStaffRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

/** Day and hour of November 2026, UTC. */
const on = (day: number, hour = 12) => new Date(Date.UTC(2026, 10, day, hour))
const tuesday = [on(24, 0), on(25, 0)] as const
const wednesday = [on(25, 0), on(26, 0)] as const

const happens = (manager: EntityManager, report: Report, action: HistoryEntry['action'], at: Date) =>
  createHistory(manager).append({ report: report.id, at, action, party: 'operator' })

test('a supervisor has one digest a day, and the last one is known', () =>
  db.tryOut(async (manager) => {
    const digests = createDigests(manager)
    const { id } = await aStaffRow(manager, { role: 'supervisor' })
    const { id: other } = await aStaffRow(manager, { role: 'supervisor', name: 'Bruno' })
    expect(await digests.lastFor(id)).toBeUndefined()
    expect(await digests.record(id, '2026-11-24', on(24))).toBe(true)
    expect(await digests.record(id, '2026-11-24', on(24, 13))).toBe(false)
    expect(await digests.record(other, '2026-11-24', on(24))).toBe(true)
    expect(await digests.record(id, '2026-11-25', on(25))).toBe(true)
    expect(await digests.lastFor(id)).toEqual({ localDate: '2026-11-25', at: on(25) })
    expect(await digests.lastFor(other)).toEqual({ localDate: '2026-11-24', at: on(24) })
  }))

test('of two processes one records the digest', async () => {
  const { id } = await db.source.transaction((manager) => aStaffRow(manager, { role: 'supervisor' }))
  const first = await db.begin()
  const second = await db.begin()
  expect(await createDigests(first.manager).record(id, '2026-11-24', on(24))).toBe(true)
  const waits = createDigests(second.manager).record(id, '2026-11-24', on(24))
  await db.waiting(1)
  await first.commit()
  expect(await waits).toBe(false)
  await second.commit()
})

test('without reports every figure is nought', () =>
  db.tryOut(async (manager) => {
    expect(await createDigests(manager).figures(...tuesday)).toEqual({
      submitted: 0,
      claimed: 0,
      closed: 0,
      claimedInTime: 0,
      claimsDue: 0,
      backlog: 0,
    })
  }))

test('what came in, was claimed and closed within the span, its beginning included, its end not', () =>
  db.tryOut(async (manager) => {
    await aReportRow(manager, { submittedAt: on(24, 0) })
    const twice = await aReportRow(manager, { submittedAt: on(23), status: 'acknowledged' })
    for (const hour of [0, 3]) await happens(manager, twice, 'claim', on(24, hour))
    await happens(manager, await aReportRow(manager, { submittedAt: on(25, 0) }), 'claim', on(25, 0))
    const closed = await aReportRow(manager, { submittedAt: on(20), status: 'closed', outcome: 'resolved' })
    for (const action of ['close', 'undo_close', 'close'] as const)
      await happens(manager, closed, action, on(24))
    const undone = await aReportRow(manager, { submittedAt: on(20), status: 'in_progress' })
    for (const action of ['close', 'undo_close'] as const) await happens(manager, undone, action, on(24))
    await aReportRow(manager, { submittedAt: on(20), status: 'withdrawn' })

    expect(await createDigests(manager).figures(...tuesday)).toMatchObject({
      submitted: 1,
      claimed: 1,
      closed: 1,
      backlog: 4,
    })
  }))

describe('the take-in-charge clock counts once, where it stopped or ran out', () => {
  const figures = async (manager: EntityManager, span: readonly [Date, Date]) => {
    const { claimedInTime, claimsDue } = await createDigests(manager).figures(...span)
    return { claimedInTime, claimsDue }
  }
  const nothing = { claimedInTime: 0, claimsDue: 0 }
  const inTime = { claimedInTime: 1, claimsDue: 1 }
  const missed = { claimedInTime: 0, claimsDue: 1 }
  const began = { submittedAt: on(23), officeSince: on(23) }

  const table: [string, Partial<Report>, [HistoryEntry['action'], Date][], typeof missed, typeof missed][] = [
    ['claimed in time', { claimDueAt: on(25) }, [['claim', on(24)]], inTime, nothing],
    ['claimed at the last moment', { claimDueAt: on(24) }, [['claim', on(24)]], inTime, nothing],
    ['claimed late', { claimDueAt: on(24) }, [['claim', on(25)]], missed, nothing],
    ['claimed late the same day', { claimDueAt: on(24) }, [['claim', on(24, 13)]], missed, nothing],
    ['never claimed', { claimDueAt: on(24) }, [], missed, nothing],
    ['still running', { claimDueAt: on(27) }, [], nothing, nothing],
    [
      'withdrawn in time',
      { claimDueAt: on(25), status: 'withdrawn' },
      [['withdraw', on(24)]],
      nothing,
      nothing,
    ],
    [
      'withdrawn too late',
      { claimDueAt: on(24), status: 'withdrawn' },
      [['withdraw', on(25)]],
      missed,
      nothing,
    ],
    [
      'withdrawn after a claim',
      { claimDueAt: on(25), status: 'withdrawn' },
      [
        ['claim', on(24)],
        ['withdraw', on(24, 13)],
      ],
      inTime,
      nothing,
    ],
    [
      'claimed again',
      { claimDueAt: on(25, 20) },
      [
        ['claim', on(24)],
        ['claim', on(25)],
      ],
      inTime,
      nothing,
    ],
    [
      'claimed, reopened, claimed late',
      { officeSince: on(24), claimDueAt: on(25) },
      [
        ['claim', on(23, 13)],
        ['reopen', on(24)],
        ['claim', on(25, 13)],
      ],
      nothing,
      missed,
    ],
    [
      'run out, then moved to another office and claimed there',
      { officeSince: on(24, 18), claimDueAt: on(26) },
      [
        ['overdue', on(24)],
        ['transfer', on(24, 18)],
        ['claim', on(25)],
      ],
      missed,
      inTime,
    ],
  ]

  test.each(table)('%s', (_, report, events, onTuesday, onWednesday) =>
    db.tryOut(async (manager) => {
      const row = await aReportRow(manager, { ...began, ...report })
      for (const [action, at] of events) await happens(manager, row, action, at)
      expect(await figures(manager, tuesday)).toEqual(onTuesday)
      expect(await figures(manager, wednesday)).toEqual(onWednesday)
    }),
  )
})

test('lists who nobody has claimed, the latest first', () =>
  db.tryOut(async (manager) => {
    const later = await aReportRow(manager, { claimDueAt: on(25), urgent: true })
    const latest = await aReportRow(manager, { claimDueAt: on(24), status: 'reopened' })
    const running = await aReportRow(manager, { claimDueAt: on(28) })
    await aReportRow(manager, { claimDueAt: on(23), status: 'acknowledged' })
    await aReportRow(manager, { claimDueAt: on(23), status: 'withdrawn' })
    const digests = createDigests(manager)
    const all = await digests.unclaimed(on(26), 10)
    expect(all.rows.map(({ id }) => id)).toEqual([latest.id, later.id, running.id])
    expect(await digests.unclaimed(on(26), 1)).toEqual({ rows: all.rows.slice(0, 1), total: 3 })
  }))

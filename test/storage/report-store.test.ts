import type { QueueFilter } from '../../src/app/ports.js'
import { STATUSES } from '../../src/domain/report.js'
import type { CategoryCode, OfficeCode, ReportId } from '../../src/kernel/ids.js'
import { createReports, StaleReport } from '../../src/storage/report-store.js'
import { aReport } from '../support/builders.js'
import {
  aCitizenRow,
  aFollowerRow,
  aReportRow,
  aStaffRow,
  aTownDatabase,
  type TownDatabase,
} from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const at = (iso: string) => new Date(iso)

test('a new report has a number and begins as submitted', () =>
  db.tryOut(async (manager) => {
    const reports = createReports(manager)
    const submittedAt = at('2026-11-23T09:00:00Z')
    const made = await reports.insert(aReport({ submittedAt, urgent: true }))
    expect(made).toEqual(
      aReport({ id: made.id, submittedAt, officeSince: submittedAt, urgent: true, version: 1 }),
    )
    expect(typeof made.id).toBe('number')
    expect(await reports.get(made.id)).toEqual(made)
  }))

test('a change writes every field, and empties what is not there any more', () =>
  db.tryOut(async (manager) => {
    const reports = createReports(manager)
    const anna = await aStaffRow(manager)
    const citizen = await aCitizenRow(manager, '1')
    const before = await aReportRow(manager)
    const full = await reports.update({
      ...before,
      status: 'closed',
      cameFrom: 'in_progress',
      category: 'waste' as CategoryCode,
      office: 'environment' as OfficeCode,
      place: {
        line: 'cascina Nuova',
        street: 'Via Po',
        houseNumber: '3/b',
        point: { lat: 44.55, lon: 7.72 },
      },
      title: 'Rifiuti',
      reporter: citizen.id,
      urgent: true,
      source: 'phone',
      submittedAt: at('2026-11-20T08:00:00.123Z'),
      officeSince: at('2026-11-21T08:00:00Z'),
      claimDueAt: at('2026-11-22T08:00:00Z'),
      claimedBy: anna.id,
      claimedAt: at('2026-11-21T09:00:00Z'),
      closedAt: at('2026-11-23T08:00:00Z'),
      outcome: 'not_found',
      reopenedTimes: 2,
    })
    expect(full.version).toBe(before.version + 1)
    expect(await reports.get(before.id)).toEqual(full)
    expect(await reports.lock(before.id)).toEqual(full)

    const bare = await reports.update({ ...aReport(), id: full.id, version: full.version })
    expect(await reports.get(before.id)).toEqual(bare)
  }))

test('who saw an older version changes nothing', () =>
  db.tryOut(async (manager) => {
    const reports = createReports(manager)
    const seen = await aReportRow(manager)
    const first = await reports.update({ ...seen, title: 'first' })
    await expect(reports.update({ ...seen, title: 'second' })).rejects.toThrow(StaleReport)
    expect(await reports.get(seen.id)).toEqual(first)
  }))

test('an unknown number is undefined', () =>
  db.tryOut(async (manager) => {
    expect(await createReports(manager).get(999_999 as ReportId)).toBeUndefined()
    expect(await createReports(manager).lock(999_999 as ReportId)).toBeUndefined()
  }))

test('two who lock a report come one after the other, and the second sees what the first did', async () => {
  const { id } = await db.source.transaction((manager) => aReportRow(manager))
  const first = await db.begin()
  const second = await db.begin()
  const seen = await createReports(first.manager).lock(id)
  const waits = createReports(second.manager).lock(id)
  await db.waiting(1)
  await createReports(first.manager).update({ ...aReport(seen), status: 'withdrawn' })
  await first.commit()
  expect((await waits)?.status).toBe('withdrawn')
  await second.commit()
})

describe('a queue', () => {
  const now = at('2026-11-25T12:00:00Z')
  const late = at('2026-11-25T11:59:00Z')
  const inTime = at('2026-11-26T12:00:00Z')
  const page = { now, limit: 50, offset: 0 }

  test('has urgent ones first, then late ones, then by age', () =>
    db.tryOut(async (manager) => {
      const anna = await aStaffRow(manager)
      const add = (title: string, day: number, overrides = {}) =>
        aReportRow(manager, {
          title,
          submittedAt: at(`2026-11-${day}T08:00:00Z`),
          claimDueAt: inTime,
          ...overrides,
        })
      const expected = [
        await add('urgent, late', 22, { urgent: true, claimDueAt: late }),
        await add('urgent, old', 10, { urgent: true }),
        await add('urgent', 23, { urgent: true }),
        await add('reopened, late', 20, { status: 'reopened', claimDueAt: late }),
        await add('late', 21, { claimDueAt: late }),
        await add('claimed after its time is late no more', 10, {
          status: 'in_progress',
          claimedBy: anna.id,
          claimDueAt: late,
        }),
        await add('same age, lower number', 24),
        await add('same age, higher number', 24),
      ]
      await add('over', 10, { status: 'withdrawn', urgent: true, claimDueAt: late })
      const { rows, total } = await createReports(manager).queue({ filter: 'open', staff: anna.id, ...page })
      expect(rows.map((row) => row.id)).toEqual(expected.map((report) => report.id))
      expect(total).toBe(expected.length)
      expect(rows[5]).toEqual({
        id: expected[5]?.id,
        status: 'in_progress',
        category: 'potholes',
        office: 'maintenance',
        place: { street: 'Via Roma', houseNumber: '12', point: undefined },
        urgent: false,
        submittedAt: at('2026-11-10T08:00:00Z'),
        claimDueAt: late,
        claimedBy: 'Anna',
      })
      expect(rows[0]?.claimedBy).toBeUndefined()

      const second = await createReports(manager).queue({
        filter: 'open',
        staff: anna.id,
        ...page,
        limit: 3,
        offset: 3,
      })
      expect(second.rows).toEqual(rows.slice(3, 6))
      expect(second.total).toBe(total)
      const beyond = await createReports(manager).queue({
        filter: 'open',
        staff: anna.id,
        ...page,
        offset: 99,
      })
      expect(beyond).toEqual({ rows: [], total })
    }))

  test.each([
    [
      'open',
      ['submitted', 'acknowledged', 'in_progress', 'scheduled', 'awaiting_citizen', 'referred', 'reopened'],
    ],
    ['new', ['submitted', 'reopened']],
    ['mine', ['acknowledged', 'in_progress', 'scheduled', 'awaiting_citizen', 'referred']],
    ['late', ['submitted', 'reopened']],
  ] as const)('of %s ones', (filter, expected) =>
    db.tryOut(async (manager) => {
      const anna = await aStaffRow(manager)
      const bruno = await aStaffRow(manager, { name: 'Bruno' })
      for (const status of STATUSES) {
        const claimed = status !== 'submitted' && status !== 'reopened'
        const outcome = status === 'closed' ? 'resolved' : undefined
        await aReportRow(manager, {
          status,
          outcome,
          claimedBy: claimed ? anna.id : undefined,
          claimDueAt: late,
        })
      }
      if (filter === 'mine') await aReportRow(manager, { status: 'acknowledged', claimedBy: bruno.id })
      if (filter === 'late') await aReportRow(manager, { claimDueAt: now })
      const { rows, total } = await createReports(manager).queue({ filter, staff: anna.id, ...page })
      expect(rows.map((row) => row.status).sort()).toEqual([...expected].sort())
      expect(total).toBe(expected.length)
    }),
  )

  test('holds only the offices asked for', () =>
    db.tryOut(async (manager) => {
      const anna = await aStaffRow(manager)
      const ours = await aReportRow(manager)
      const theirs = await aReportRow(manager, { office: 'police' as OfficeCode })
      const of = async (offices?: string[]) => {
        const { rows, total } = await createReports(manager).queue({
          filter: 'open',
          offices: offices as OfficeCode[] | undefined,
          staff: anna.id,
          ...page,
        })
        expect(rows).toHaveLength(total)
        return rows.map((row) => row.id)
      }
      expect(await of(['maintenance'])).toEqual([ours.id])
      expect(await of(['maintenance', 'police'])).toEqual([ours.id, theirs.id])
      expect(await of()).toEqual([ours.id, theirs.id])
      expect(await of([])).toEqual([])
    }))

  test('reads open reports only, however many are closed', () =>
    db.tryOut(async (manager) => {
      const anna = await aStaffRow(manager)
      const many = (count: number, status: string, outcome: string | null) =>
        manager.query(
          `INSERT INTO report (status, outcome, category, office, place_line, title, source, submitted_at,
                               office_since, claim_due_at)
           SELECT $1, $2, 'potholes', 'maintenance', 'via Roma ' || n, 'Buca', 'chat', t, t, t + interval '1 day'
             FROM generate_series(1, $3::int) AS n, LATERAL (SELECT $4::timestamptz - n * interval '1 hour') AS x (t)`,
          [status, outcome, count, now],
        )
      await many(20_000, 'closed', 'resolved')
      await many(60, 'submitted', null)
      await manager.query('ANALYZE report')
      const read = async (): Promise<number> => {
        const [{ rows }] = await manager.query(
          `SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_xact_user_tables WHERE relname = 'report'`,
        )
        return rows
      }
      const queue = (filter: QueueFilter) =>
        createReports(manager).queue({
          filter,
          offices: ['maintenance' as OfficeCode],
          staff: anna.id,
          ...page,
        })
      const { total: open } = await queue('open')
      expect(open).toBeLessThan(100)
      for (const filter of ['open', 'new', 'mine', 'late'] as const) {
        const before = await read()
        await queue(filter)
        // Once for the page and once for the total.
        expect((await read()) - before).toBeLessThanOrEqual(2 * open)
      }
    }))
})

test('a citizen’s reports are the own and the followed ones, newest first', () =>
  db.tryOut(async (manager) => {
    const ada = await aCitizenRow(manager, 'ada')
    const bea = await aCitizenRow(manager, 'bea')
    const first = await aReportRow(manager, { reporter: ada.id })
    const followed = await aReportRow(manager, { reporter: bea.id })
    await aReportRow(manager, { reporter: bea.id })
    const both = await aReportRow(manager, { reporter: ada.id })
    for (const report of [followed, both]) await aFollowerRow(manager, report, ada.id)
    const reports = createReports(manager)
    expect(await reports.ofCitizen(ada.id, 10)).toEqual([both, followed, first])
    expect(await reports.ofCitizen(ada.id, 2)).toEqual([both, followed])
  }))

test('counts what a citizen has submitted since a moment, that moment included', () =>
  db.tryOut(async (manager) => {
    const ada = await aCitizenRow(manager, 'ada')
    const bea = await aCitizenRow(manager, 'bea')
    const since = at('2026-11-23T08:00:00Z')
    await aReportRow(manager, { reporter: ada.id, submittedAt: at('2026-11-23T07:59:59Z') })
    await aReportRow(manager, { reporter: ada.id, submittedAt: since })
    await aReportRow(manager, { reporter: ada.id, submittedAt: at('2026-11-24T08:00:00Z') })
    await aReportRow(manager, { reporter: bea.id, submittedAt: since })
    expect(await createReports(manager).countSubmittedSince(ada.id, since)).toBe(2)
  }))

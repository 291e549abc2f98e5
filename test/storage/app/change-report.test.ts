import type { Change } from '../../../src/app/admit-change.js'
import { announceReport } from '../../../src/app/announce-report.js'
import { changeReport } from '../../../src/app/change-report.js'
import { startClaimClock } from '../../../src/app/claim-clock.js'
import type { Citizen, StaffMember } from '../../../src/app/ports.js'
import { tellClosed } from '../../../src/app/tell-closed.js'
import { ACTIONS, lifecycle, PARTIES } from '../../../src/domain/lifecycle.js'
import { type Report, STATUSES } from '../../../src/domain/report.js'
import { HOUR, SECOND } from '../../../src/kernel/clock.js'
import type { CategoryCode, OfficeCode } from '../../../src/kernel/ids.js'
import { aTown } from '../../support/builders.js'
import { anOffice, keyOf, operator, supervisor, type TestOffice } from '../../support/office.js'
import { aCitizenRow, aFollowerRow, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
// A Monday, so that the office's clock runs.
const now = new Date('2026-11-23T10:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const here = { town, now }

let office: TestOffice
let anna: StaffMember
let bruno: StaffMember
let carla: StaffMember
let chief: StaffMember
let rosa: Citizen
let ugo: Citizen

beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  anna = await aStaffRow(manager, { name: 'Anna' })
  bruno = await aStaffRow(manager, { name: 'Bruno', locale: 'en' })
  carla = await aStaffRow(manager, { name: 'Carla', offices: ['environment' as OfficeCode] })
  chief = await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
  rosa = await aCitizenRow(manager, 'rosa')
  ugo = await aCitizenRow(manager, 'ugo')
  await manager.query(`UPDATE citizen SET locale = 'en' WHERE id = $1`, [ugo.id])
})
afterAll(() => office.end())

/** A report of Rosa's that Ugo follows. */
async function reported(overrides: Partial<Report> = {}): Promise<Report> {
  const report = await aReportRow(office.source.manager, { reporter: rosa.id, ...overrides })
  await aFollowerRow(office.source.manager, report, ugo.id)
  return report
}

const change = (report: Report, input: Omit<Change, 'report'>, at = here) =>
  office.run((tx) => changeReport(tx, at, { report: report.id, ...input }))

describe('claiming', () => {
  it('names the claimer, stops the clock, tells citizens in their language and changes the announcements', async () => {
    const report = await reported()
    await office.run(async (tx) => {
      await startClaimClock(tx, town, report)
      await announceReport(tx, town, report, 'new')
    })
    expect((await office.timers(report.id)).map(({ kind }) => kind)).toEqual([
      'claim_reminder',
      'claim_overdue',
    ])
    const result = await change(report, { action: 'claim', by: operator(anna) })
    expect(result).toMatchObject({
      ok: true,
      report: { status: 'acknowledged', claimedBy: anna.id, claimedAt: now },
    })
    expect(await office.timers(report.id)).toEqual([])
    expect(await office.keysSaid(report.id)).toEqual([
      ['Anna', 'staff.announce.new'],
      ['Anna', 'staff.announce.claimed'],
      ['Bruno', 'staff.announce.new'],
      ['Bruno', 'staff.announce.claimed'],
      ['rosa', 'status.acknowledged'],
      ['ugo', 'status.acknowledged'],
    ])
    const said = await office.said(report.id)
    expect(said.map(({ locale }) => locale)).toEqual(['it', 'it', 'en', 'en', 'it', 'en'])
    expect(said[2]?.message.choices?.map(({ id, command }) => [id, command])).toEqual([
      [`claim:${report.id}:${report.version}`, `/claim ${report.id}`],
      [`open:${report.id}`, `/open ${report.id}`],
    ])
    expect(said[3]?.message.replaces).toEqual({ tag: `report-${report.id}`, otherwise: 'drop' })
    expect(await office.history(report.id)).toEqual(['claim operator'])
  })

  it('two at once: one wins, the other is told who', async () => {
    const report = await reported()
    const [first, second] = await Promise.all([
      change(report, { action: 'claim', by: operator(anna) }),
      change(report, { action: 'claim', by: operator(bruno) }),
    ])
    const [won, lost] = first.ok ? [first, second] : [second, first]
    const winner = first.ok ? anna : bruno
    expect(won).toMatchObject({ ok: true, report: { claimedBy: winner.id } })
    expect(lost).toEqual({ ok: false, why: 'taken', by: winner.name, yourself: false })
    expect(await office.history(report.id)).toEqual(['claim operator'])
  })

  it('one’s own again says so', async () => {
    const report = await reported({ status: 'acknowledged', claimedBy: anna.id })
    expect(await change(report, { action: 'claim', by: operator(anna) })).toMatchObject({
      why: 'taken',
      yourself: true,
    })
  })
})

describe('rights', () => {
  it.each([
    ['an operator of another office', () => operator(carla)],
    ['an operator who says to be a supervisor', () => supervisor(anna)],
    ['an observer', () => operator({ ...anna, role: 'observer' as const })],
    ['another citizen', () => ({ party: 'reporter', citizen: ugo.id }) as const],
  ])('%s may do nothing', async (_, by) => {
    for (const action of [
      'claim',
      'start',
      'transfer',
      'close',
      'undo_close',
      'reopen',
      'withdraw',
    ] as const) {
      const report = await reported({ status: 'acknowledged', claimedBy: bruno.id })
      expect([action, await change(report, { action, by: by() })]).toEqual([
        action,
        { ok: false, why: 'not-yours' },
      ])
    }
  })

  it('a number that does not exist is unknown', async () => {
    const nobody = { ...(await reported()), id: 999_999 as Report['id'] }
    expect(await change(nobody, { action: 'claim', by: operator(anna) })).toEqual({
      ok: false,
      why: 'unknown',
    })
  })

  it('whatever is not in the table is refused and changes nothing', async () => {
    for (const action of ACTIONS) {
      if (action === 'schedule' || action === 'ask' || action === 'refer') continue
      for (const status of STATUSES) {
        if (lifecycle[action].from.includes(status)) continue
        const ended = status === 'closed' ? ({ outcome: 'resolved', closedAt: now } as const) : {}
        const report = await reported({ status, ...ended })
        for (const party of PARTIES) {
          const by =
            party === 'operator'
              ? operator(anna)
              : party === 'supervisor'
                ? supervisor(chief)
                : party === 'reporter'
                  ? { party, citizen: rosa.id }
                  : { party }
          const result = await change(report, { action, by, text: 'x', outcome: 'resolved' })
          const why = lifecycle[action].by.includes(party) ? 'wrong-status' : 'not-yours'
          expect([action, status, party, result]).toMatchObject([action, status, party, { ok: false, why }])
        }
        expect(await office.run((tx) => tx.reports.get(report.id))).toEqual(report)
      }
    }
  })
})

describe('closing', () => {
  const claimed = () => reported({ status: 'acknowledged', claimedBy: anna.id, claimedAt: now })
  const close = { action: 'close', outcome: 'not_found', text: 'Siamo passati lunedì.' } as const

  it('needs an outcome and a message', async () => {
    const report = await claimed()
    const by = operator(anna)
    expect(await change(report, { action: 'close', by, text: 'x' })).toEqual({
      ok: false,
      why: 'outcome-required',
    })
    expect(await change(report, { action: 'close', by, outcome: 'resolved', text: '  ' })).toEqual({
      ok: false,
      why: 'message-required',
    })
  })

  it('tells the citizens after a minute, with outcome and message', async () => {
    const report = await claimed()
    const result = await change(report, { ...close, by: operator(anna) })
    expect(result).toMatchObject({
      ok: true,
      report: { status: 'closed', outcome: 'not_found', closedAt: now },
    })
    const [undo, ...others] = await office.said(report.id)
    expect([undo?.chat, undo?.message.body.map(keyOf), others]).toEqual(['Anna', ['staff.close.done'], []])
    expect(undo?.message.choices).toMatchObject([
      { id: `undo:${report.id}:${report.version + 1}`, command: `/riapri ${report.id}` },
    ])
    expect(await office.timers(report.id)).toEqual([{ kind: 'tell_closed', dueAt: later(60 * SECOND) }])
    const told = await office.run((tx) => tellClosed(tx, { town, now: later(60 * SECOND) }, report.id))
    expect(told?.id).toBe(report.id)
    const [, ...said] = await office.said(report.id)
    expect(said.map(({ chat, matters }) => [chat, matters])).toEqual([
      ['rosa', 'end'],
      ['ugo', 'end'],
    ])
    expect(said[0]?.message.body.map(keyOf)).toEqual([
      'status.closed',
      'closed.not_found',
      'Siamo passati lunedì.',
    ])
  })

  it('a ready-made message is told to each in the own language', async () => {
    const report = await claimed()
    await change(report, { ...close, ready: true, by: operator(anna) })
    await office.run((tx) => tellClosed(tx, here, report.id))
    const [, first] = await office.said(report.id)
    expect(first?.message.body.map(keyOf)).toEqual([
      'status.closed',
      'closed.not_found',
      'closed.ready.not_found',
    ])
  })

  it('undone within the minute, the citizens hear nothing and the history says both', async () => {
    const report = await claimed()
    await change(report, { ...close, by: operator(anna) })
    const at = { town, now: later(59 * SECOND) }
    const undone = await change(report, { action: 'undo_close', by: operator(anna) }, at)
    expect(undone).toMatchObject({ ok: true, report: { status: 'acknowledged', claimedBy: anna.id } })
    expect(undone.ok && [undone.report.outcome, undone.report.closedAt]).toEqual([undefined, undefined])
    expect(await office.timers(report.id)).toEqual([])
    // A timer that was taken at the same moment finds it open.
    expect(await office.run((tx) => tellClosed(tx, at, report.id))).toBeUndefined()
    expect((await office.said(report.id)).map(({ chat }) => chat)).toEqual(['Anna'])
    expect(await office.history(report.id)).toEqual(['close operator', 'undo_close operator'])
  })

  it('as a duplicate names another report under way, and its people follow that one', async () => {
    const report = await claimed()
    const twin = await aReportRow(office.source.manager)
    const over = await aReportRow(office.source.manager, { status: 'withdrawn' })
    const sensitive = await aReportRow(office.source.manager, { category: 'noise' as CategoryCode })
    const as = (duplicateOf?: Report['id']) =>
      change(report, { ...close, by: operator(anna), outcome: 'duplicate', duplicateOf })
    expect(await as()).toEqual({ ok: false, why: 'duplicate-required' })
    expect(await as(report.id)).toEqual({ ok: false, why: 'duplicate-unknown' })
    expect(await as(sensitive.id)).toEqual({ ok: false, why: 'duplicate-unknown' })
    expect(await as(999_999 as Report['id'])).toEqual({ ok: false, why: 'duplicate-unknown' })
    expect(await as(over.id)).toEqual({ ok: false, why: 'duplicate-closed' })
    expect(await as(twin.id)).toMatchObject({ ok: true, report: { outcome: 'duplicate' } })
    const followers = async () =>
      (await office.run((tx) => tx.citizens.followersOf(twin.id))).map(({ id }) => id)
    // Until the minute is over it can be undone.
    expect(await followers()).toEqual([])
    await office.run((tx) => tellClosed(tx, here, report.id))
    expect(await followers()).toEqual([rosa.id, ugo.id])
    expect(await office.history(twin.id)).toEqual(['follow clock'])
    const [, toReporter] = await office.said(report.id)
    expect(toReporter?.message.body).toContainEqual({
      key: 'closed.duplicate_of',
      params: { number: twin.id },
    })
  })

  it('as a duplicate of one that is the reporter’s own brings the followers alone; of a sensitive one nobody', async () => {
    const report = await claimed()
    const twin = await aReportRow(office.source.manager, { reporter: rosa.id })
    await change(report, { ...close, by: operator(anna), outcome: 'duplicate', duplicateOf: twin.id })
    await office.run((tx) => tellClosed(tx, here, report.id))
    expect((await office.run((tx) => tx.citizens.followersOf(twin.id))).map(({ id }) => id)).toEqual([ugo.id])

    const noise = { category: 'noise' as CategoryCode }
    const secret = await reported({ ...noise, status: 'acknowledged', claimedBy: anna.id })
    const other = await aReportRow(office.source.manager, noise)
    await change(secret, { ...close, by: operator(anna), outcome: 'duplicate', duplicateOf: other.id })
    await office.run((tx) => tellClosed(tx, here, secret.id))
    expect(await office.run((tx) => tx.citizens.followersOf(other.id))).toEqual([])
  })

  it('cannot be undone after the minute', async () => {
    const report = await claimed()
    await change(report, { ...close, by: operator(anna) })
    const at = { town, now: later(60 * SECOND) }
    expect(await change(report, { action: 'undo_close', by: operator(anna) }, at)).toEqual({
      ok: false,
      why: 'too-late',
    })
  })

  it('undone, a report that waited for the citizen remembers where it came from', async () => {
    const report = await reported({ status: 'awaiting_citizen', cameFrom: 'in_progress', claimedBy: anna.id })
    await office.run((tx) =>
      tx.history.append({
        report: report.id,
        at: now,
        action: 'ask',
        party: 'operator',
        from: 'in_progress',
        to: 'awaiting_citizen',
      }),
    )
    await change(report, { ...close, by: operator(anna) })
    expect(await change(report, { action: 'undo_close', by: operator(anna) })).toMatchObject({
      report: { status: 'awaiting_citizen', cameFrom: 'in_progress' },
    })
  })

  it('with an old card is refused when the report has changed meanwhile', async () => {
    const report = await claimed()
    await change(report, { action: 'start', by: operator(bruno) })
    const stale = await change(report, { ...close, by: operator(anna), seenVersion: report.version })
    expect(stale).toEqual({ ok: false, why: 'changed', version: report.version + 1 })
  })
})

describe('moving', () => {
  it('goes to the category’s office with a clock of its own; the citizen’s runs on', async () => {
    const submittedAt = later(-20 * HOUR)
    const report = await reported({ status: 'acknowledged', claimedBy: anna.id, claimedAt: now, submittedAt })
    await office.run((tx) => announceReport(tx, town, report, 'new'))
    const result = await change(report, {
      action: 'transfer',
      by: operator(anna),
      moveTo: { category: 'trees' as CategoryCode },
      text: 'È un ramo',
    })
    expect(result).toMatchObject({
      ok: true,
      report: {
        status: 'submitted',
        category: 'trees',
        office: 'environment',
        title: 'Alberi e verde pubblico – Via Roma 12',
        submittedAt,
        officeSince: now,
        claimDueAt: later(24 * HOUR),
      },
    })
    expect(result.ok && [result.report.claimedBy, result.report.claimedAt]).toEqual([undefined, undefined])
    expect(await office.timers(report.id)).toEqual([
      { kind: 'claim_reminder', dueAt: later(21 * HOUR) },
      { kind: 'claim_overdue', dueAt: later(24 * HOUR) },
    ])
    expect(await office.keysSaid(report.id)).toEqual([
      ['Anna', 'staff.announce.new'],
      ['Anna', 'staff.announce.moved'],
      ['Bruno', 'staff.announce.new'],
      ['Bruno', 'staff.announce.moved'],
      ['Carla', 'staff.announce.transferred'],
      ['rosa', 'status.transferred'],
      ['ugo', 'status.transferred'],
    ])
    const [line] = await office.run((tx) => tx.history.of(report.id))
    expect(line).toMatchObject({
      action: 'transfer',
      details: {
        fromOffice: 'maintenance',
        toOffice: 'environment',
        fromCategory: 'potholes',
        toCategory: 'trees',
      },
      text: { kind: 'note', body: 'È un ramo' },
    })
    expect(await change(report, { action: 'claim', by: operator(anna) })).toEqual({
      ok: false,
      why: 'not-yours',
    })
  })

  it('within the office the clock of an unclaimed report runs on', async () => {
    const report = await reported()
    const moveTo = { category: 'signs' as CategoryCode }
    expect(await change(report, { action: 'transfer', by: supervisor(chief), moveTo })).toMatchObject({
      ok: true,
      report: { office: 'maintenance', officeSince: report.officeSince, claimDueAt: report.claimDueAt },
    })
  })

  it('to an office without operators, the supervisors get it and are told so', async () => {
    const report = await reported()
    await change(report, {
      action: 'transfer',
      by: operator(anna),
      moveTo: { office: 'police' as OfficeCode },
    })
    const [first] = (await office.said(report.id)).filter(({ chat }) => chat === 'Dario')
    expect(first?.message.body.map(keyOf)).toEqual([
      'staff.announce.transferred',
      'staff.claim_by',
      'staff.announce.no_operators',
    ])
  })

  it.each([
    ['nowhere', undefined],
    ['to where it is', { category: 'potholes' as CategoryCode }],
    ['to an office that does not exist', { office: 'moon' as OfficeCode }],
    ['to a category that does not exist', { category: 'moon' as CategoryCode }],
  ])('%s is refused', async (_, moveTo) => {
    const report = await reported()
    expect(await change(report, { action: 'transfer', by: operator(anna), moveTo })).toEqual({
      ok: false,
      why: 'target-required',
    })
  })
})

describe('the reporter', () => {
  const by = () => ({ party: 'reporter', citizen: rosa.id }) as const
  const closed = (at: Date) =>
    reported({ status: 'closed', outcome: 'resolved', closedAt: at, claimedBy: anna.id, claimedAt: at })

  it('reopens: a second clock, announced to the office', async () => {
    const report = await closed(later(-14 * 24 * HOUR))
    expect(await change(report, { action: 'reopen', by: by() })).toMatchObject({
      ok: true,
      report: { status: 'reopened', reopenedTimes: 1, officeSince: now, claimDueAt: later(24 * HOUR) },
    })
    expect(await office.keysSaid(report.id)).toEqual([
      ['Anna', 'staff.announce.reopened'],
      ['Bruno', 'staff.announce.reopened'],
      ['rosa', 'status.reopened'],
      ['ugo', 'status.reopened'],
    ])
    expect(await change(report, { action: 'claim', by: operator(bruno) })).toMatchObject({ ok: true })
  })

  it('does not reopen after fourteen days', async () => {
    const report = await closed(later(-14 * 24 * HOUR - 1))
    expect(await change(report, { action: 'reopen', by: by() })).toEqual({ ok: false, why: 'too-late' })
  })

  it('withdraws: who has it is told, and no clock runs on', async () => {
    const report = await reported({ status: 'in_progress', claimedBy: anna.id })
    await office.run((tx) => startClaimClock(tx, town, report))
    expect(await change(report, { action: 'withdraw', by: by() })).toMatchObject({
      report: { status: 'withdrawn' },
    })
    expect(await office.timers(report.id)).toEqual([])
    expect(await office.keysSaid(report.id)).toEqual([
      ['Anna', 'staff.announce.withdrawn'],
      ['ugo', 'status.withdrawn'],
    ])
  })
})

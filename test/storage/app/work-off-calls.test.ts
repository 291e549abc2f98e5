import type { StaffMember } from '../../../src/app/ports.js'
import { type CallEnd, MOST_TRIES, makeCall, viewCalls } from '../../../src/app/work-off-calls.js'
import { DAY } from '../../../src/kernel/clock.js'
import type { OfficeCode, ReportId } from '../../../src/kernel/ids.js'
import { text } from '../../../src/kernel/text.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, aReportRow, aStaffRow } from '../../support/rows.js'

const now = new Date('2026-11-23T10:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)

let office: TestOffice
let desk: StaffMember
let anna: StaffMember
let mayor: StaffMember
beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  desk = await aStaffRow(manager, { name: 'Carla', offices: ['desk' as OfficeCode], frontDesk: true })
  anna = await aStaffRow(manager, { name: 'Anna' })
  mayor = await aStaffRow(manager, { name: 'Sindaco', role: 'observer', offices: [], frontDesk: true })
})
afterAll(() => office?.end())
beforeEach(() => office.source.query('DELETE FROM call_task'))

const aCall = (report?: ReportId) =>
  office.run(async (tx) => {
    const citizen = await aCitizenRow(office.source.manager, `caller-${report ?? 'nobody'}`)
    return tx.calls.add({
      report,
      citizen: citizen.id,
      phone: '+390172000000',
      reason: report === undefined ? 'call_back' : 'end',
      say: [text('operator.done')],
      at: now,
    })
  })
const list = (at = now, staff = desk) => office.run((tx) => viewCalls(tx, { staff, now: at }, { page: 0 }))
const made = (call: number, how: CallEnd, at = now, staff = desk) =>
  office.run((tx) => makeCall(tx, { staff, now: at }, { call, how }))
const row = async (id: number) =>
  (await office.source.query('SELECT status, outcome, tries FROM call_task WHERE id = $1', [id]))[0]

test('the list has no person in it, and a call that was made is gone from it', async () => {
  const report = await aReportRow(office.source.manager)
  const call = await aCall(report.id)
  expect(await list()).toEqual({
    ok: true,
    page: 0,
    total: 1,
    rows: [{ id: call, report: report.id, reason: 'end', createdAt: now, tries: 0 }],
  })
  expect(await made(call, 'told')).toEqual({ ok: true, how: 'told' })
  expect(await list()).toMatchObject({ total: 0, rows: [] })
  expect(await row(call)).toEqual({ status: 'done', outcome: 'told', tries: 0 })
  expect(await office.history(report.id)).toEqual(['call_told operator'])
  expect(await made(call, 'told')).toEqual({ ok: false, why: 'unknown-call' })
})

test('nobody answers: it comes back a day later, and the third time is the last', async () => {
  const report = await aReportRow(office.source.manager)
  const call = await aCall(report.id)
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const at = later((tries - 1) * DAY)
    expect(await made(call, 'no_answer', at)).toEqual({ ok: true, how: 'no_answer' })
    // Twice on one day counts once.
    expect(await made(call, 'no_answer', at)).toEqual({ ok: true, how: 'no_answer' })
    expect(await list(later(tries * DAY - 1))).toMatchObject({ total: 0 })
    expect(await list(later(tries * DAY))).toMatchObject({ rows: [{ id: call, tries }] })
  }
  expect(await made(call, 'no_answer', later(2 * DAY))).toEqual({ ok: true, how: 'nobody' })
  expect(await row(call)).toMatchObject({ status: 'done', outcome: 'nobody' })
  expect(await office.history(report.id)).toEqual([
    'call_no_answer operator',
    'call_no_answer operator',
    'call_nobody operator',
  ])
})

test('a wrong number ends it; a call-back without a report has no history', async () => {
  const call = await aCall()
  expect(await made(call, 'wrong_number')).toEqual({ ok: true, how: 'wrong_number' })
  expect(await row(call)).toMatchObject({ status: 'done', outcome: 'wrong_number' })
  // Whoever asks again gets a call of their own.
  expect(await aCall()).not.toBe(call)
})

test('only the front desk and supervisors see the list and work it off', async () => {
  const call = await aCall()
  for (const staff of [anna, mayor]) {
    expect(await list(now, staff)).toEqual({ ok: false, why: 'not-yours' })
    expect(await made(call, 'told', now, staff)).toEqual({ ok: false, why: 'not-yours' })
  }
  expect(await row(call)).toMatchObject({ status: 'open' })
})

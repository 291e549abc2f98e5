import type { StaffMember } from '../../../src/app/ports.js'
import { chaseOffice, remindOffice, reportOverdue } from '../../../src/app/remind-office.js'
import type { Report } from '../../../src/domain/report.js'
import type { OfficeCode } from '../../../src/kernel/ids.js'
import { aTown } from '../../support/builders.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aReportRow, aStaffRow } from '../../support/rows.js'

const here = { town: aTown(), now: new Date('2026-11-24T08:00:00Z') }

let office: TestOffice
let anna: StaffMember
let chief: StaffMember

beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  anna = await aStaffRow(manager, { name: 'Anna' })
  await aStaffRow(manager, { name: 'Bruno' })
  await aStaffRow(manager, { name: 'Carla', offices: ['environment' as OfficeCode] })
  chief = await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
})
afterAll(() => office.end())

const aReport = (more: Partial<Report> = {}) => aReportRow(office.source.manager, more)

it('at three quarters the office is reminded, with the claim button', async () => {
  const report = await aReport()
  await office.run((tx) => remindOffice(tx, here, report.id))
  expect(await office.keysSaid(report.id)).toEqual([
    ['Anna', 'staff.remind'],
    ['Bruno', 'staff.remind'],
  ])
  const [first] = await office.said(report.id)
  expect(first?.message.choices?.map(({ command }) => command)).toEqual([
    `/prendi ${report.id}`,
    `/apri ${report.id}`,
  ])
  expect(await office.history(report.id)).toEqual(['remind clock'])
})

it('at the end the supervisors are told, with what they can do', async () => {
  const report = await aReport({ status: 'reopened' })
  await office.run((tx) => reportOverdue(tx, here, report.id))
  expect(await office.keysSaid(report.id)).toEqual([['Dario', 'staff.overdue']])
  const [first] = await office.said(report.id)
  expect(first?.message.choices?.map(({ id }) => id)).toEqual([
    `open:${report.id}`,
    `chase:${report.id}`,
    `transfer:${report.id}`,
  ])
  expect(await office.history(report.id)).toEqual(['overdue clock'])
})

it('a report that was claimed meanwhile is left in peace', async () => {
  const report = await aReport({ status: 'acknowledged', claimedBy: anna.id })
  await office.run(async (tx) => {
    await remindOffice(tx, here, report.id)
    await reportOverdue(tx, here, report.id)
  })
  expect(await office.said(report.id)).toEqual([])
  expect(await office.history(report.id)).toEqual([])
})

describe('chasing', () => {
  const chase = (report: Pick<Report, 'id'>, by: StaffMember) =>
    office.run((tx) => chaseOffice(tx, here, { report: report.id, by }))

  it('is the supervisor’s, reaches the office and is recorded', async () => {
    const report = await aReport()
    expect(await chase(report, anna)).toEqual({ ok: false, why: 'not-yours' })
    expect(await chase(report, chief)).toEqual({ ok: true, told: 2 })
    expect((await office.keysSaid(report.id)).map(([, key]) => key)).toEqual(['staff.chased', 'staff.chased'])
    expect(await office.history(report.id)).toEqual(['remind supervisor'])
  })

  it('says when there is nobody in the office, or nothing to chase', async () => {
    expect(await chase(await aReport({ office: 'police' as OfficeCode }), chief)).toEqual({
      ok: true,
      told: 0,
    })
    expect(await chase(await aReport({ status: 'in_progress' }), chief)).toEqual({
      ok: false,
      why: 'wrong-status',
    })
    expect(await chase({ id: 999_999 as Report['id'] }, chief)).toEqual({ ok: false, why: 'unknown' })
  })
})

import { decideReopening } from '../../../src/app/decide-reopening.js'
import type { StaffMember } from '../../../src/app/ports.js'
import type { Report } from '../../../src/domain/report.js'
import { citizenEffects } from '../../../src/intake/citizen.js'
import { DAY } from '../../../src/kernel/clock.js'
import type { AttachmentId, ReportId, UserId } from '../../../src/kernel/ids.js'
import { createAttachments } from '../../../src/storage/attachment-store.js'
import { aTown } from '../../support/builders.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
const now = new Date('2026-11-23T10:00:00Z')

let office: TestOffice
let anna: StaffMember
let chief: StaffMember
let reporter: Report['reporter']
beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  anna = await aStaffRow(manager, { name: 'Anna' })
  chief = await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
  reporter = (await aCitizenRow(manager, 'rosa')).id
})
afterAll(() => office?.end())

const rosa = {
  from: anAddress('rosa'),
  actor: 'rosa' as UserId,
  locale: 'it',
  now,
  town,
} as const
const closed = (reopenedTimes = 2) =>
  aReportRow(office.source.manager, {
    reporter,
    status: 'closed',
    outcome: 'resolved',
    closedAt: new Date(now.getTime() - DAY),
    reopenedTimes,
  })
const stillThere = (report: ReportId) =>
  office.run((tx) => citizenEffects.reopen(tx, { report, text: 'È come prima' }, rosa))
const decide = (report: ReportId, reopen: boolean, staff = chief) =>
  office.run((tx) => decideReopening(tx, { staff, town, now }, { report, reopen }))
const statusOf = async (id: ReportId) => (await office.run((tx) => tx.reports.get(id)))?.status

test('twice the reporter reopens it; the third time the words are kept and a supervisor is asked', async () => {
  const second = await closed(1)
  expect(await stillThere(second.id)).toEqual({ ok: true, report: second.id })
  expect(await statusOf(second.id)).toBe('reopened')

  const third = await closed()
  expect(await stillThere(third.id)).toEqual({ ok: true, report: third.id, asked: true })
  expect(await statusOf(third.id)).toBe('closed')
  expect(await office.history(third.id)).toEqual(['ask_reopen reporter'])
  const [line] = await office.run((tx) => tx.history.of(third.id))
  expect(line?.text).toEqual({ kind: 'addition', body: 'È come prima' })
  expect(await office.keysSaid(third.id)).toEqual([['Dario', 'staff.reopen.ask']])
})

test('who asks again is heard once: the words are added, and after a decision nothing is asked any more', async () => {
  const { id } = await closed()
  await stillThere(id)
  expect(await stillThere(id)).toEqual({ ok: true, report: id, asked: true })
  expect(await office.history(id)).toEqual(['ask_reopen reporter', 'add reporter'])
  expect(await office.keysSaid(id)).toEqual([['Dario', 'staff.reopen.ask']])
  await decide(id, false)
  expect(await stillThere(id)).toEqual({ ok: false, why: 'not-closed' })
})

test('a file that comes with it goes to the report while it may be of use, and is not kept afterwards', async () => {
  const { id } = await closed()
  const send = async (name: string) => {
    const photo = `telegram/${name}` as AttachmentId
    const files = createAttachments(office.source.manager, async () => undefined)
    await files.keep({ id: photo, from: rosa.from, kind: 'photo', ref: { id: 'f' } }, now)
    await office.run((tx) => citizenEffects.reopen(tx, { report: id, attachments: [photo] }, rosa))
    const file = await office.run((tx) => tx.attachments.get(photo))
    return file ? (file.report ?? 'without a report') : 'not kept'
  }
  expect(await send('asked')).toBe(id)
  await decide(id, false)
  expect(await send('refused')).toBe('not kept')
  expect((await office.run((tx) => tx.attachments.of(id))).map((file) => file.id)).toEqual(['telegram/asked'])
})

test('the supervisor reopens it, or it stays closed and the reporter hears so; each decision once', async () => {
  const yes = await closed()
  await stillThere(yes.id)
  expect(await decide(yes.id, true)).toEqual({ ok: true, reopened: true })
  expect(await statusOf(yes.id)).toBe('reopened')
  expect(await decide(yes.id, true)).toEqual({ ok: false, why: 'wrong-status', status: 'reopened' })

  const no = await closed()
  await stillThere(no.id)
  expect(await decide(no.id, false)).toEqual({ ok: true, reopened: false, told: 'sent' })
  expect(await statusOf(no.id)).toBe('closed')
  expect((await office.keysSaid(no.id)).at(-1)).toEqual(['rosa', 'feedback.stays_closed'])
  expect(await decide(no.id, true)).toEqual({ ok: false, why: 'not-asked' })
})

test('nobody else decides, and nothing is decided that nobody asked for', async () => {
  const { id } = await closed()
  expect(await decide(id, true)).toEqual({ ok: false, why: 'not-asked' })
  await stillThere(id)
  expect(await decide(id, true, anna)).toEqual({ ok: false, why: 'not-yours' })
  expect(await decide(999_999 as ReportId, true)).toEqual({ ok: false, why: 'unknown' })
  expect(await statusOf(id)).toBe('closed')
})

import { addNote } from '../../../src/app/add-note.js'
import { hashToken, inviteStaff } from '../../../src/app/invite-staff.js'
import { joinStaff } from '../../../src/app/join-staff.js'
import { openReport } from '../../../src/app/open-report.js'
import type { Invite, StaffMember } from '../../../src/app/ports.js'
import { showContacts } from '../../../src/app/show-contacts.js'
import { viewQueue } from '../../../src/app/view-queue.js'
import type { Report } from '../../../src/domain/report.js'
import { DAY } from '../../../src/kernel/clock.js'
import type { AttachmentId, MediaKey, OfficeCode, UserId } from '../../../src/kernel/ids.js'
import { createAttachments } from '../../../src/storage/attachment-store.js'
import { aTown } from '../../support/builders.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
const now = new Date('2026-11-23T10:00:00Z')
const UNKNOWN = 999_999 as Report['id']

let office: TestOffice
let anna: StaffMember
let clerk: StaffMember
let chief: StaffMember
let mayor: StaffMember

beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  anna = await aStaffRow(manager, { name: 'Anna' })
  clerk = await aStaffRow(manager, { name: 'Carla', offices: ['desk' as OfficeCode], frontDesk: true })
  chief = await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
  mayor = await aStaffRow(manager, { name: 'Elena', role: 'observer', offices: [] })
})
afterAll(() => office.end())

const accesses = (report: Report): Promise<{ staff: number; what: string }[]> =>
  office.source.query('SELECT staff::int, what FROM access_log WHERE report = $1 ORDER BY id', [report.id])

describe('openReport', () => {
  const open = (staff: StaffMember, report: Report['id']) =>
    office.run((tx) => openReport(tx, { staff, now }, { report }))

  async function aReport(): Promise<Report> {
    const report = await aReportRow(office.source.manager, { claimedBy: anna.id, status: 'acknowledged' })
    await office.run(async (tx) => {
      const entry = { report: report.id, at: now, party: 'operator', staff: anna.id } as const
      await tx.history.append({ ...entry, action: 'note' }, { kind: 'note', body: 'interno' })
      await tx.history.append({ ...entry, action: 'transfer' }, { kind: 'note', body: 'ai colleghi' })
      await tx.history.append({ ...entry, action: 'reply' }, { kind: 'reply', body: 'al cittadino' })
    })
    return report
  }

  it('shows the office everything, unrecorded', async () => {
    const report = await aReport()
    const opened = await open(anna, report.id)
    expect(opened).toMatchObject({
      ok: true,
      card: { report, claimedByName: 'Anna', mayAct: true, hasReporter: false },
    })
    expect(opened.ok && opened.card.history.map(({ text }) => text?.body)).toEqual([
      'interno',
      'ai colleghi',
      'al cittadino',
    ])
    expect(await accesses(report)).toEqual([])
  })

  it('lets the front desk look, without internal notes, and records it', async () => {
    const report = await aReport()
    const opened = await open(clerk, report.id)
    expect(opened).toMatchObject({ ok: true, card: { mayAct: false } })
    expect(opened.ok && opened.card.history.map(({ text }) => text?.body)).toEqual(['al cittadino'])
    expect(await accesses(report)).toEqual([{ staff: clerk.id, what: 'report' }])
  })

  it('tells pictures from voice messages, and counts what could not be taken', async () => {
    const report = await aReport()
    const from = anAddress('rosa')
    const files = [
      ['voice', 'a.ogg'],
      ['photo', 'b.jpg'],
      ['document', 'c.jpg'],
      ['voice', undefined],
    ] as const
    const attachments = createAttachments(office.source.manager, async () => undefined)
    for (const [index, [kind, key]] of files.entries()) {
      const id = `file-${index}` as AttachmentId
      await attachments.keep({ id, from, kind, ref: { id } }, now)
      await attachments.assign([id], from, report.id)
      if (key) await attachments.stored(id, key as MediaKey)
      else await attachments.failed(id, 'not-a-voice')
    }
    expect(await open(anna, report.id)).toMatchObject({
      card: { photos: ['b.jpg', 'c.jpg'], voices: ['a.ogg'], otherFiles: 1 },
    })
  })

  it('is closed to everybody else', async () => {
    const report = await aReport()
    expect(await open({ ...anna, offices: ['police' as OfficeCode] }, report.id)).toEqual({
      ok: false,
      why: 'not-yours',
    })
    expect(await open(mayor, report.id)).toEqual({ ok: false, why: 'not-yours' })
    expect(await open({ ...mayor, frontDesk: true }, report.id)).toEqual({ ok: false, why: 'not-yours' })
    expect(await open(anna, UNKNOWN)).toEqual({ ok: false, why: 'unknown' })
  })
})

describe('showContacts', () => {
  const contacts = (staff: StaffMember, report: Report['id']) =>
    office.run((tx) => showContacts(tx, { staff, now }, { report }))

  it('gives name, phone and channel, and records who looked', async () => {
    const rosa = await aCitizenRow(office.source.manager, 'rosa')
    await office.run((tx) => tx.citizens.setPhone(rosa.id, '+39017212345'))
    const report = await aReportRow(office.source.manager, { reporter: rosa.id })
    expect(await contacts(anna, report.id)).toEqual({
      ok: true,
      report: report.id,
      name: 'Citizen rosa',
      phone: '+39017212345',
      channel: 'telegram',
      reachable: true,
    })
    expect(await accesses(report)).toEqual([{ staff: anna.id, what: 'contacts' }])
  })

  it('are not for who only looks, and a refusal is no look', async () => {
    const report = await aReportRow(office.source.manager)
    expect(await contacts(clerk, report.id)).toEqual({ ok: false, why: 'not-yours' })
    expect(await contacts(mayor, report.id)).toEqual({ ok: false, why: 'not-yours' })
    expect(await contacts(anna, report.id)).toEqual({ ok: false, why: 'nobody' })
    expect(await accesses(report)).toEqual([])
  })
})

describe('addNote', () => {
  it('is the office’s, and tells nobody', async () => {
    const report = await aReportRow(office.source.manager)
    const note = (staff: StaffMember, text: string) =>
      office.run((tx) => addNote(tx, { staff, now }, { report: report.id, text }))
    expect(await note(clerk, 'x')).toEqual({ ok: false, why: 'not-yours' })
    expect(await note(anna, ' ')).toEqual({ ok: false, why: 'message-required' })
    expect(await note(chief, ' sentito il fornitore ')).toEqual({ ok: true, report: report.id })
    const lines = await office.run((tx) => tx.history.of(report.id))
    expect(lines).toMatchObject([
      { action: 'note', party: 'supervisor', text: { kind: 'note', body: 'sentito il fornitore' } },
    ])
    expect(await office.said(report.id)).toEqual([])
  })
})

describe('viewQueue', () => {
  it('shows operators their offices, supervisors all, observers nothing', async () => {
    const police = await aReportRow(office.source.manager, { office: 'police' as OfficeCode })
    const look = (staff: StaffMember) =>
      office.run((tx) => viewQueue(tx, { staff, now }, { filter: 'open', page: 0 }))
    const numbers = async (staff: StaffMember) => {
      const view = await look(staff)
      return view.ok ? view.rows.map(({ id }) => id) : view.why
    }
    expect(await numbers({ ...anna, offices: ['police' as OfficeCode] })).toEqual([police.id])
    expect(await numbers(clerk)).toEqual([])
    expect(await numbers(mayor)).toBe('not-yours')
    expect((await look(chief)).ok && (await look(chief))).toMatchObject({ total: expect.any(Number) })
    const all = await look(chief)
    expect(all.ok && all.total).toBeGreaterThan(1)
  })
})

describe('invitations', () => {
  const invite: Invite = { role: 'operator', frontDesk: true, offices: ['maintenance' as OfficeCode] }
  let invited = 0
  const aToken = () => `token-${++invited}`
  const send = (token: string, by: StaffMember | undefined = chief, what: Invite = invite) =>
    office.run((tx) => inviteStaff(tx, { town, now, by }, what, token))
  const join = (token: string, actor: string, at = now) =>
    office.run((tx) =>
      joinStaff(
        tx,
        {
          from: anAddress(actor, 'telegram-staff'),
          actor: actor as UserId,
          name: 'Franco',
          locale: 'en',
          now: at,
          town,
        },
        { token },
      ),
    )

  it('carry role and offices, are good once, and only their hash is kept', async () => {
    const token = aToken()
    expect(await send(token)).toEqual({ ok: true, token, expiresAt: new Date(now.getTime() + 7 * DAY) })
    const rows = await office.source.query('SELECT * FROM invite')
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(rows)).toContain(hashToken(token))
    const joined = await join(token, 'franco')
    expect(joined).toMatchObject({ ok: true, staff: { ...invite, name: 'Franco', locale: 'en' } })
    const found = await office.run((tx) =>
      tx.staff.find(anAddress('x', 'telegram-staff').channel, 'franco' as UserId),
    )
    expect(found).toMatchObject(invite)
    expect(await join(token, 'gino')).toEqual({ ok: false, why: 'used' })
  })

  it('two at once: one joins', async () => {
    const token = aToken()
    await send(token)
    const results = await Promise.all([join(token, 'hugo'), join(token, 'ivo')])
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(results).toContainEqual({ ok: false, why: 'used' })
  })

  it('end after seven days, cannot be guessed, and are nothing to who is staff', async () => {
    const token = aToken()
    await send(token)
    expect(await join(token, 'lia', new Date(now.getTime() + 7 * DAY))).toEqual({ ok: false, why: 'expired' })
    expect(await join('guess', 'lia')).toEqual({ ok: false, why: 'unknown' })
    expect(await join(token, 'Anna')).toEqual({ ok: false, why: 'already' })
    expect(await join(token, 'lia', new Date(now.getTime() + 7 * DAY - 1))).toMatchObject({ ok: true })
  })

  it('are the supervisor’s and the administrator’s', async () => {
    expect(await send(aToken(), anna)).toEqual({ ok: false, why: 'not-yours' })
    expect(await send(aToken(), mayor)).toEqual({ ok: false, why: 'not-yours' })
    const byCommandLine = office.run((tx) =>
      inviteStaff(tx, { town, now }, { role: 'supervisor', frontDesk: false, offices: [] }, aToken()),
    )
    expect(await byCommandLine).toMatchObject({ ok: true })
  })

  it('name offices that exist; an operator has at least one', async () => {
    expect(await send(aToken(), chief, { ...invite, offices: [] })).toEqual({
      ok: false,
      why: 'office-required',
    })
    expect(await send(aToken(), chief, { ...invite, offices: ['moon' as OfficeCode] })).toEqual({
      ok: false,
      why: 'unknown-office',
    })
  })
})

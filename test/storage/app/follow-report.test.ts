import type { Acting } from '../../../src/app/effects.js'
import { tellCitizens } from '../../../src/app/tell-citizens.js'
import { citizenEffects } from '../../../src/intake/citizen.js'
import type { AttachmentId, ReportId, UserId } from '../../../src/kernel/ids.js'
import { text } from '../../../src/kernel/text.js'
import { createAttachments } from '../../../src/storage/attachment-store.js'
import { aTown } from '../../support/builders.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
const now = new Date('2026-11-23T10:00:00Z')
/** What the reporter typed about the place. */
const OWN_WORDS = 'Via Roma 12, citofono Bianchi'

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
  await aStaffRow(office.source.manager, { name: 'Anna' })
})
afterAll(() => office?.end())

const acting = (chat: string): Acting => ({
  from: anAddress(chat),
  actor: chat as UserId,
  locale: 'it',
  now,
  town,
})

async function aReportOf(chat: string, more: Parameters<typeof aReportRow>[1] = {}) {
  const citizen = await aCitizenRow(office.source.manager, chat)
  const place = { line: OWN_WORDS, street: 'Via Roma', houseNumber: '12' }
  return aReportRow(office.source.manager, { reporter: citizen.id, place, ...more })
}

const follow = (chat: string, report: ReportId, more = {}) =>
  office.run((tx) =>
    citizenEffects.follow(tx, { report, text: '', attachments: [], urgent: false, ...more }, acting(chat)),
  )
const lastLine = async (id: ReportId) => (await office.run((tx) => tx.history.of(id))).at(-1)
const saidTo = async (id: ReportId, chat: string) =>
  (await office.said(id)).filter((one) => one.chat === chat).flatMap(({ message }) => message.body)

describe('joining a report', () => {
  it('without a word is a line of its history', async () => {
    const { id } = await aReportOf('a1')
    expect(await follow('a2', id)).toEqual({ ok: true, report: id })
    expect(await office.history(id)).toEqual(['follow reporter'])
    expect(await office.said(id)).toEqual([])
  })

  it('brings words, photos and danger along, and the office hears of it', async () => {
    const { id } = await aReportOf('b1')
    const photo = 'telegram/joined' as AttachmentId
    await createAttachments(office.source.manager, async () => undefined).keep(
      { id: photo, from: anAddress('b2'), kind: 'photo', ref: { id: 'f' } },
      now,
    )
    await follow('b2', id, { text: 'Si è allargata', attachments: [photo], urgent: true })
    expect(await lastLine(id)).toMatchObject({
      action: 'add',
      details: { follower: true, files: 1 },
      text: { kind: 'addition', body: 'Si è allargata' },
    })
    const [report, file] = await office.run(async (tx) => [
      await tx.reports.get(id),
      await tx.attachments.get(photo),
    ])
    expect([report?.urgent, file?.report]).toEqual([true, id])
    expect((await saidTo(id, 'Anna')).map((part) => 'key' in part && part.key)).toEqual([
      'staff.addition_follower',
      'staff.urgent',
    ])
  })

  it('lets one add later, and is no answer to what the reporter was asked', async () => {
    const { id } = await aReportOf('c1', { status: 'awaiting_citizen', cameFrom: 'in_progress' })
    await follow('c2', id)
    const addition = { report: id, text: 'È ancora lì', attachments: [] }
    expect(await office.run((tx) => citizenEffects.add_to_report(tx, addition, acting('c2')))).toEqual({
      ok: true,
      report: id,
    })
    expect((await office.run((tx) => tx.reports.get(id)))?.status).toBe('awaiting_citizen')
    const { reports } = await office.run((tx) => citizenEffects.my_reports(tx, null, acting('c2')))
    expect(reports).toMatchObject([{ id, may: ['add'] }])
  })
})

describe('who follows', () => {
  it('hears that the report was withdrawn; who withdrew it is not told twice', async () => {
    const { id } = await aReportOf('d1')
    await follow('d2', id)
    await office.run((tx) => citizenEffects.withdraw(tx, { report: id }, acting('d1')))
    expect(await saidTo(id, 'd2')).toMatchObject([{ key: 'status.withdrawn' }])
    expect(await saidTo(id, 'd1')).toEqual([])
  })

  it('never reads what the reporter typed about the place', async () => {
    const report = await aReportOf('e1')
    await follow('e2', report.id)
    const everyone = (about: Parameters<typeof text>[1]) => [text('status.in_progress', about)]
    await office.run((tx) => tellCitizens(tx, { town, now }, report, { kind: 'in_progress', everyone }))
    const place = async (chat: string) => JSON.stringify(await saidTo(report.id, chat))
    expect(await place('e1')).toContain(OWN_WORDS)
    expect(await place('e2')).toContain('Via Roma 12')
    expect(await place('e2')).not.toContain('Bianchi')
    const { reports } = await office.run((tx) => citizenEffects.my_reports(tx, null, acting('e2')))
    expect(JSON.stringify(reports)).not.toContain('Bianchi')
  })
})

import type { Citizen, StaffMember } from '../../../src/app/ports.js'
import { replyToCitizen } from '../../../src/app/reply-to-citizen.js'
import { type News, notDelivered, tellCitizens } from '../../../src/app/tell-citizens.js'
import type { Report } from '../../../src/domain/report.js'
import { refusedByNetwork } from '../../../src/intake/refused.js'
import { text, verbatim } from '../../../src/kernel/text.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'
import { aTown } from '../../support/builders.js'
import { anOffice, keyOf, type TestOffice } from '../../support/office.js'
import { aCitizenRow, aFollowerRow, anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
const now = new Date('2026-11-23T10:00:00Z')
const here = { town, now }

let office: TestOffice
let anna: StaffMember
let bruno: StaffMember
let people = 0

beforeAll(async () => {
  office = await anOffice()
  anna = await aStaffRow(office.source.manager, { name: 'Anna' })
  bruno = await aStaffRow(office.source.manager, { name: 'Bruno' })
})
afterAll(() => office.end())

interface Person {
  phone?: string
  /** `blocked`: the app refuses; `none`: never wrote. */
  chat?: 'blocked' | 'none'
}

async function aPerson({ phone, chat }: Person = {}): Promise<Citizen> {
  const { manager } = office.source
  const name = `p${++people}`
  const citizen = await aCitizenRow(manager, name)
  if (phone) await manager.query('UPDATE citizen SET phone = $2 WHERE id = $1', [citizen.id, phone])
  if (chat === 'blocked')
    await manager.query('UPDATE address SET reachable = false WHERE citizen = $1', [citizen.id])
  if (chat === 'none') await manager.query('DELETE FROM address WHERE citizen = $1', [citizen.id])
  return citizen
}

const reportOf = (citizen?: Citizen, more: Partial<Report> = {}) =>
  aReportRow(office.source.manager, { reporter: citizen?.id, ...more })

const toCitizens = async (report: Report) =>
  (await office.said(report.id)).filter(({ chat }) => /^p\d/.test(chat))
const toStaff = async (report: Report) =>
  (await office.keysSaid(report.id)).filter(([chat]) => !/^p\d/.test(chat))

describe('tellCitizens', () => {
  const news: News = {
    kind: 'closed',
    everyone: () => [text('closed.resolved')],
    reporterOnly: [verbatim('solo a te')],
  }

  it('tells followers the public part, and the reporter the private one too', async () => {
    const [reporter, follower] = [await aPerson(), await aPerson()]
    const report = await reportOf(reporter)
    await aFollowerRow(office.source.manager, report, follower.id)
    await aFollowerRow(office.source.manager, report, reporter.id)
    expect(await office.run((tx) => tellCitizens(tx, here, report, news))).toBe('sent')
    const said = await toCitizens(report)
    expect(said.map(({ message }) => message.body.map(keyOf))).toEqual([
      ['closed.resolved', 'solo a te'],
      ['closed.resolved'],
    ])
  })

  it('phones who cannot be reached about what matters', async () => {
    const report = await reportOf(await aPerson({ phone: '+390172111', chat: 'blocked' }), {
      claimedBy: anna.id,
    })
    expect(await office.run((tx) => tellCitizens(tx, here, report, { ...news, matters: 'end' }))).toBe('call')
    expect(await office.calls(report.id)).toEqual([{ phone: '+390172111', reason: 'end', status: 'open' }])
    expect(await office.history(report.id)).toEqual(['call_task network'])
    expect(await toStaff(report)).toEqual([['Anna', 'staff.not_delivered_call']])
  })

  it('says openly that somebody without a number is not reached', async () => {
    const report = await reportOf(await aPerson({ chat: 'blocked' }))
    expect(await office.run((tx) => tellCitizens(tx, here, report, { ...news, matters: 'end' }))).toBe(
      'not_delivered',
    )
    expect(await office.calls(report.id)).toEqual([])
    expect(await office.history(report.id)).toEqual(['not_delivered network'])
    expect(await toStaff(report)).toEqual([
      ['Anna', 'staff.not_delivered'],
      ['Bruno', 'staff.not_delivered'],
    ])
  })

  it('spares who has only a phone the steps between', async () => {
    const report = await reportOf(await aPerson({ phone: '+390172222', chat: 'none' }))
    expect(await office.run((tx) => tellCitizens(tx, here, report, news))).toBe('nobody')
    expect(await office.history(report.id)).toEqual([])
    expect(await office.run((tx) => tellCitizens(tx, here, report, { ...news, matters: 'delay' }))).toBe(
      'call',
    )
    expect(await office.calls(report.id)).toMatchObject([{ reason: 'delay' }])
  })

  it('has nobody to tell where nobody gave a name', async () => {
    const report = await reportOf()
    expect(await office.run((tx) => tellCitizens(tx, here, report, { ...news, matters: 'end' }))).toBe(
      'nobody',
    )
  })
})

describe('notDelivered', () => {
  const refused = (report: Report, more: object = {}) =>
    office.run((tx) => notDelivered(tx, here, { report: report.id, ...more }))

  it('becomes a call where a number is known; the newer call replaces the older', async () => {
    const report = await reportOf(await aPerson({ phone: '+390172333' }), { claimedBy: bruno.id })
    await refused(report, { matters: 'question' })
    await refused(report, { matters: 'end' })
    expect(await office.calls(report.id)).toMatchObject([
      { reason: 'question', status: 'replaced' },
      { reason: 'end', status: 'open' },
    ])
    expect((await office.history(report.id)).slice(0, 2)).toEqual([
      'not_delivered network',
      'call_task network',
    ])
    expect((await toStaff(report))[0]).toEqual(['Bruno', 'staff.not_delivered_call'])
  })

  it('of a step that does not matter is only recorded', async () => {
    const report = await reportOf(await aPerson({ phone: '+390172444' }))
    await refused(report)
    expect(await office.calls(report.id)).toEqual([])
    expect(await office.history(report.id)).toEqual(['not_delivered network'])
  })

  it('of a follower never takes the place of the reporter’s call', async () => {
    const [reporter, follower] = [await aPerson(), await aPerson({ phone: '+390172555' })]
    const report = await reportOf(reporter)
    await refused(report, { citizen: follower.id, matters: 'end' })
    expect(await office.calls(report.id)).toEqual([])
    expect((await toStaff(report)).map(([, key]) => key)).toEqual([
      'staff.not_delivered_follower',
      'staff.not_delivered_follower',
    ])
  })
})

describe('replyToCitizen', () => {
  const reply = (report: Report, staff = anna, words = ' Arriviamo domani. ') =>
    office.run((tx) => replyToCitizen(tx, { ...here, staff }, { report: report.id, text: words }))

  it('reaches the reporter and nobody else', async () => {
    const [reporter, follower] = [await aPerson(), await aPerson()]
    const report = await reportOf(reporter)
    await aFollowerRow(office.source.manager, report, follower.id)
    expect(await reply(report)).toMatchObject({ ok: true, told: 'sent' })
    const said = await toCitizens(report)
    expect(said.map(({ message, matters }) => [message.body.map(keyOf), matters])).toEqual([
      [['status.reply', 'Arriviamo domani.', 'status.reply_how'], 'question'],
    ])
    const [line] = await office.run((tx) => tx.history.of(report.id))
    expect(line).toMatchObject({
      action: 'reply',
      staffName: 'Anna',
      text: { kind: 'reply', body: 'Arriviamo domani.' },
    })
  })

  it('is refused where there is nobody, nothing to say, or no right', async () => {
    const report = await reportOf(await aPerson())
    const stranger = { ...anna, offices: [] }
    expect(await reply(report, stranger)).toEqual({ ok: false, why: 'not-yours' })
    expect(await reply(report, anna, '  ')).toEqual({ ok: false, why: 'message-required' })
    expect(await reply(await reportOf())).toEqual({ ok: false, why: 'nobody' })
    expect(await reply(await reportOf(await aPerson(), { status: 'withdrawn' }))).toEqual({
      ok: false,
      why: 'withdrawn',
    })
    expect(await reply({ ...report, id: 999_999 as Report['id'] })).toEqual({ ok: false, why: 'unknown' })
    expect(await office.history(report.id)).toEqual([])
  })
})

describe('refused by the network', () => {
  const refuse = async (why: string, message: OutboundMessage, report: Report, from = 'refused') =>
    office.run((tx) =>
      refusedByNetwork(tx, here, {
        to: anAddress(from),
        why,
        rows: [{ about: report.id, matters: 'end', locale: 'it', message }],
      }),
    )
  const closing: OutboundMessage = { body: [text('closed.resolved')], windowShut: true }

  it('goes to the other chat of the same person, once, and nobody must phone', async () => {
    const reporter = await aCitizenRow(office.source.manager, 'refused')
    const { id } = reporter
    await office.source.query(
      `INSERT INTO address (channel, chat, citizen, last_inbound_at) VALUES ('whatsapp', 'p9001', $1, now())`,
      [id],
    )
    const report = await reportOf(reporter)
    await refuse('window-closed', { ...closing, about: report.id }, report)
    const [moved] = await toCitizens(report)
    expect(moved).toMatchObject({
      chat: 'p9001',
      matters: 'end',
      message: { body: closing.body, moved: true },
    })
    expect(moved?.message).not.toHaveProperty('windowShut')
    expect(await office.history(report.id)).toEqual([])

    await office.run((tx) =>
      refusedByNetwork(tx, here, {
        to: anAddress('p9001', 'whatsapp'),
        why: 'window-closed',
        rows: [
          { about: report.id, matters: 'end', locale: 'it', message: moved?.message as OutboundMessage },
        ],
      }),
    )
    expect(await toCitizens(report)).toHaveLength(1)
    expect(await office.history(report.id)).toEqual(['not_delivered network'])
  })

  it('a question stays where it was asked', async () => {
    const reporter = await aCitizenRow(office.source.manager, 'asked')
    await office.source.query(
      `INSERT INTO address (channel, chat, citizen, last_inbound_at) VALUES ('whatsapp', 'p9002', $1, now())`,
      [reporter.id],
    )
    const report = await reportOf(reporter)
    const choices = [{ id: '3.yes', label: text('feedback.fixed') }]
    await refuse('blocked', { body: [text('feedback.ask')], choices }, report, 'asked')
    expect(await toCitizens(report)).toEqual([])
    expect(await office.history(report.id)).toEqual(['not_delivered network'])
  })
})

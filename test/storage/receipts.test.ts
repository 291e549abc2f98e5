import type { Citizen, StaffMember } from '../../src/app/ports.js'
import { hearReceipt, refusedLate } from '../../src/intake/receipt.js'
import type { ExternalId, UserId } from '../../src/kernel/ids.js'
import { text } from '../../src/kernel/text.js'
import type { InboundEvent } from '../../src/messaging/inbound.js'
import type { OutboundMessage } from '../../src/messaging/outbound.js'
import { aTown } from '../support/builders.js'
import { anOffice, type TestOffice } from '../support/office.js'
import { aCitizenRow, anAddress, aReportRow, aStaffRow } from '../support/rows.js'

const here = { town: aTown(), now: new Date('2026-11-23T10:00:00Z') }
const PHONE = '+390172111'

let office: TestOffice
let anna: StaffMember
let people = 0
beforeAll(async () => {
  office = await anOffice()
  anna = await aStaffRow(office.source.manager, { name: 'Anna' })
})
afterAll(() => office.end())

type Receipt = Extract<InboundEvent, { type: 'receipt' }>

/** A closed report whose end was told in two network messages. */
async function aTold({ writtenDown = true, more = {} as Partial<OutboundMessage> } = {}) {
  const chat = `w${++people}`
  const { manager } = office.source
  const citizen: Citizen = await aCitizenRow(manager, chat)
  await manager.query('UPDATE citizen SET phone = $2 WHERE id = $1', [citizen.id, PHONE])
  const report = await aReportRow(manager, { reporter: citizen.id, claimedBy: anna.id })
  await office.run(async (tx) => {
    tx.outbox.put({
      to: anAddress(chat),
      locale: 'it',
      message: { body: [text('closed.resolved')], about: report.id, ...more },
      matters: 'end',
    })
  })
  const ids = [`${chat}-1`, `${chat}-2`] as ExternalId[]
  const writeDown = () =>
    office.run((tx) => tx.settleRows(anAddress(chat), [{ seq: 1, status: 'sent', parts: 2, extIds: ids }]))
  if (writtenDown) await writeDown()
  const hear = (status: Receipt['status'], more: Partial<Receipt> = {}) =>
    office.run((tx) =>
      hearReceipt(tx, here, {
        type: 'receipt',
        id: `receipt:${ids[1]}:${status}`,
        from: anAddress(chat),
        actor: chat as UserId,
        at: '2026-11-23T09:59:00Z',
        order: 1,
        private: true,
        message: ids[1] as ExternalId,
        status,
        ...more,
      }),
    )
  return { chat, citizen, report, ids, writeDown, hear }
}

const known = (chat: string) =>
  office.source.query('SELECT message, status, why FROM receipt WHERE chat = $1 ORDER BY message', [chat])
const rowOf = async (chat: string) =>
  (await office.source.query('SELECT status, why FROM outbox WHERE chat = $1', [chat]))[0]
const toAnna = async (report: { id: number }) =>
  (await office.keysSaid(report.id as never)).filter(([chat]) => chat === 'Anna').map(([, key]) => key)

test('what was read is delivered, whatever comes later', async () => {
  const { chat, citizen, report, ids, hear } = await aTold()
  const last = () => office.run((tx) => tx.receipts.lastNewsOf(report.id, citizen.id))
  expect(await last()).toBeUndefined()
  await hear('delivered')
  expect(await last()).toEqual({ status: 'delivered', at: new Date('2026-11-23T09:59:00Z') })
  await hear('read', { at: '2026-11-23T10:05:00Z' })
  await hear('delivered')
  await hear('refused')
  expect(await known(chat)).toEqual([{ message: ids[1], status: 'read', why: null }])
  expect(await last()).toEqual({ status: 'read', at: new Date('2026-11-23T10:05:00Z') })
  expect(await rowOf(chat)).toEqual({ status: 'sent', why: null })
  expect(await office.calls(report.id)).toEqual([])
})

test('a late refusal is one at the time of sending, once', async () => {
  const { chat, report, ids, hear } = await aTold()
  await hear('refused', { why: 'window-closed' })
  await hear('refused', { why: 'window-closed' })
  await hear('refused', { why: 'invalid', message: ids[0] })
  expect(await rowOf(chat)).toEqual({ status: 'refused', why: 'window-closed' })
  expect(await office.calls(report.id)).toEqual([{ phone: PHONE, reason: 'end', status: 'open' }])
  expect(await office.history(report.id)).toEqual(['not_delivered network', 'call_task network'])
  expect(await toAnna(report)).toEqual(['staff.not_delivered_call'])
})

test('news that came too late are said again, in approved words; those that were have their consequence', async () => {
  const news = { kind: 'closed', values: {} } as const
  const { chat, report, hear } = await aTold({ more: { news } })
  await hear('refused', { why: 'window-closed' })
  await hear('refused', { why: 'window-closed' })
  const rows = await office.source.query(
    `SELECT status, matters, message->'news' AS news, message->'windowShut' AS shut FROM outbox WHERE chat = $1 ORDER BY seq`,
    [chat],
  )
  expect(rows).toEqual([
    { status: 'refused', matters: 'end', news, shut: null },
    { status: 'waiting', matters: 'end', news, shut: true },
  ])
  expect(await office.calls(report.id)).toEqual([])
  const again = { seq: 2, status: 'sent', parts: 1, extIds: [`${chat}-again` as ExternalId] } as const
  await office.run((tx) => tx.settleRows(anAddress(chat), [again]))
  await hear('refused', { why: 'window-closed', message: again.extIds[0] })
  expect(await office.calls(report.id)).toHaveLength(1)
})

test('who blocked the number is not written to any more', async () => {
  const { citizen, hear } = await aTold()
  await hear('refused', { why: 'blocked' })
  expect(await office.run((tx) => tx.citizens.addressOf(citizen.id))).toMatchObject({ reachable: false })
})

test('a refusal that is faster than the sender is looked at again', async () => {
  const { chat, report, writeDown, hear } = await aTold({ writtenDown: false })
  await hear('refused', { why: 'invalid' })
  expect(await office.calls(report.id)).toEqual([])
  await writeDown()
  const timer = await office.run((tx) => tx.timers.takeDue(new Date(here.now.getTime() + 60_000)))
  expect(timer).toMatchObject({ kind: 'late_refusal' })
  if (timer) await office.run((tx) => refusedLate(tx, here, timer))
  expect(await rowOf(chat)).toEqual({ status: 'refused', why: 'invalid' })
  expect(await office.calls(report.id)).toHaveLength(1)
})

test('a message of somebody else from the same number is nobody’s news', async () => {
  const { chat, report, hear } = await aTold()
  const foreign = { message: 'foreign' as ExternalId, why: 'invalid' } as const
  await hear('refused', foreign)
  await office.run((tx) =>
    refusedLate(tx, here, {
      kind: 'late_refusal',
      key: 'x',
      dueAt: here.now,
      attempts: 0,
      payload: { ...anAddress(chat), ...foreign },
    }),
  )
  expect(await rowOf(chat)).toEqual({ status: 'sent', why: null })
  expect(await office.history(report.id)).toEqual([])
})

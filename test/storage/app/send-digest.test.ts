import { changeReport } from '../../../src/app/change-report.js'
import type { StaffMember } from '../../../src/app/ports.js'
import { digestNow, sendDigests } from '../../../src/app/send-digest.js'
import { text } from '../../../src/kernel/text.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'
import { aTown } from '../../support/builders.js'
import { anOffice, operator, type TestOffice } from '../../support/office.js'
import { aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
/** Local time in Rome, an hour ahead of UTC in November. */
const at = (local: string) => new Date(`2026-11-${local}:00+01:00`)

let office: TestOffice
let anna: StaffMember
let chief: StaffMember

beforeEach(async () => {
  office = await anOffice()
  anna = await aStaffRow(office.source.manager, { name: 'Anna' })
  chief = await aStaffRow(office.source.manager, { name: 'Dario', role: 'supervisor', offices: [] })
})
afterEach(() => office.end())

const send = (now: Date) => office.run((tx) => sendDigests(tx, { town, now }))
const messages = async (chat: string): Promise<OutboundMessage[]> =>
  (await office.source.query('SELECT message FROM outbox WHERE chat = $1 ORDER BY seq', [chat])).map(
    ({ message }: { message: OutboundMessage }) => message,
  )
const paramsOf = ({ body }: OutboundMessage, key: string) =>
  body.flatMap((part) => ('key' in part && part.key === key ? [part.params] : []))[0]

it('goes out once a day to every supervisor, from the local hour on, also late', async () => {
  await aStaffRow(office.source.manager, { name: 'Elena', role: 'supervisor', offices: [], locale: 'en' })
  expect(await send(at('23T07:59'))).toBe(0)
  expect(await send(at('23T08:00'))).toBe(2)
  expect(await send(at('23T08:01'))).toBe(0)
  expect(await send(at('24T17:30'))).toBe(2)
  expect(await send(at('24T23:59'))).toBe(0)
  expect((await messages('Dario')).length).toBe(2)
  expect((await messages('Elena')).length).toBe(2)
  expect((await messages('Anna')).length).toBe(0)
})

it('carries what should not be forgotten, each day and on demand', async () => {
  const remarks = [text('staff.digest.linked_device')]
  await office.run((tx) => sendDigests(tx, { town, now: at('23T08:00'), remarks }))
  const [message] = await messages('Dario')
  expect(message?.body).toContainEqual(remarks[0])
  const now = at('23T09:00')
  expect(await office.run((tx) => digestNow(tx, { staff: chief, now, remarks }))).toMatchObject({
    digest: { remarks },
  })
})

it('is made once by two processes', async () => {
  const sent = await Promise.all([send(at('23T08:00')), send(at('23T08:00'))])
  expect(sent.sort()).toEqual([0, 1])
  expect((await messages('Dario')).length).toBe(1)
})

it('covers what no earlier one covered: missed days become one', async () => {
  await aReportRow(office.source.manager, { submittedAt: at('22T12:00') })
  await send(at('23T08:00'))
  await aReportRow(office.source.manager, { submittedAt: at('23T12:00') })
  await aReportRow(office.source.manager, { submittedAt: at('25T12:00') })
  await send(at('26T08:00'))
  const [first, second] = await messages('Dario')
  expect(first && paramsOf(first, 'staff.digest.numbers')).toMatchObject({ submitted: 1, backlog: 1 })
  expect(second && paramsOf(second, 'staff.digest.numbers')).toMatchObject({ submitted: 2, backlog: 3 })
  expect(second && paramsOf(second, 'staff.digest.title')).toMatchObject({
    from: { at: at('23T08:00').toISOString() },
  })
})

it('tells what was claimed in time and lists the rest with buttons', async () => {
  const now = at('24T08:00')
  const claimDueAt = at('24T07:00')
  const submittedAt = at('23T07:00')
  const [claimed, late] = [
    await aReportRow(office.source.manager, { submittedAt, officeSince: submittedAt, claimDueAt }),
    await aReportRow(office.source.manager, { submittedAt, officeSince: submittedAt, claimDueAt }),
  ]
  await office.run((tx) =>
    changeReport(
      tx,
      { town, now: at('23T12:00') },
      { report: claimed.id, action: 'claim', by: operator(anna) },
    ),
  )
  await send(now)
  const digest = (await messages('Dario')).at(-1)
  expect(digest && paramsOf(digest, 'staff.digest.in_time')).toMatchObject({ percent: '50 %' })
  expect(digest?.choices?.map(({ id }) => id)).toEqual([
    `open:${late.id}`,
    `chase:${late.id}`,
    `transfer:${late.id}`,
  ])
})

it('on demand is the supervisor’s, and takes nothing from tomorrow’s', async () => {
  const now = at('23T06:00')
  const look = (staff: StaffMember) => office.run((tx) => digestNow(tx, { staff, now }))
  expect(await look(anna)).toEqual({ ok: false, why: 'not-yours' })
  expect(await look(chief)).toMatchObject({ ok: true, digest: { to: now } })
  expect(await send(at('23T08:00'))).toBe(1)
})

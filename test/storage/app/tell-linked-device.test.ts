import type { StaffMember } from '../../../src/app/ports.js'
import {
  askLinkCode,
  linkStillDown,
  noteLink,
  type SeenDevice,
  showLinkCode,
} from '../../../src/app/tell-linked-device.js'
import type { MediaKey } from '../../../src/kernel/ids.js'
import { createDeviceStore } from '../../../src/storage/linked-device-store.js'
import { anOffice, keyOf, type Said, type TestOffice } from '../../support/office.js'
import { aStaffRow } from '../../support/rows.js'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 8, minute))

let office: TestOffice
let operator: StaffMember
let chief: StaffMember
let other: StaffMember

beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  operator = await aStaffRow(manager, { name: 'Anna' })
  chief = await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
  other = await aStaffRow(manager, { name: 'Elsa', role: 'supervisor', offices: [] })
})
beforeEach(() => office.source.query('TRUNCATE outbox, outbox_head, timer, whatsapp_link'))
afterAll(() => office.end())

const note = (minute: number, state: SeenDevice['state'], why?: string) =>
  office.run((tx) => noteLink(tx, at(minute), { state, why }))
const stillDown = () => office.run((tx) => linkStillDown(tx))
const said = (): Promise<Said[]> => office.source.query('SELECT chat, message FROM outbox ORDER BY chat, seq')
const keys = async (chat = 'Dario') =>
  (await said()).filter((one) => one.chat === chat).map(({ message }) => keyOf(message.body[0]))
const timers = () => office.source.query('SELECT kind, due_at AS "dueAt" FROM timer')

test('a break that mends itself within ten minutes is nobody’s business', async () => {
  await note(0, 'open')
  await note(1, 'down', 'lost')
  expect(await timers()).toEqual([{ kind: 'device_down', dueAt: at(11) }])
  await note(2, 'open')
  expect(await timers()).toEqual([])
  expect(await said()).toEqual([])
})

test('a longer one is told to every supervisor, once, and once that it is back', async () => {
  await note(0, 'open')
  await note(1, 'down', 'lost')
  await note(5, 'down', 'unavailable')
  expect(await timers()).toEqual([{ kind: 'device_down', dueAt: at(11) }])
  await stillDown()
  await stillDown()
  await note(12, 'down', 'lost')
  expect(await timers()).toHaveLength(1)
  await note(13, 'open')
  await note(14, 'open')
  for (const chat of ['Dario', 'Elsa']) {
    expect(await keys(chat)).toEqual(['staff.link.down', 'staff.link.back'])
  }
  expect(await keys('Anna')).toEqual([])
  expect(await timers()).toEqual([])
})

test('the next outage is another one', async () => {
  for (const start of [0, 20]) {
    await note(start, 'open')
    await note(start + 1, 'down', 'lost')
    await stillDown()
    await note(start + 15, 'open')
  }
  expect(await keys()).toEqual(['staff.link.down', 'staff.link.back', 'staff.link.down', 'staff.link.back'])
})

test.each([
  ['unlinked', 'never', 'staff.link.never', true],
  ['unlinked', 'logged-out', 'staff.link.logged_out', true],
  ['stopped', 'forbidden', 'staff.link.forbidden', false],
  ['stopped', 'outdated', 'staff.link.outdated', false],
  ['stopped', 'session', 'staff.link.trouble', false],
] as const)('%s, %s: told at once and once, %s', async (state, why, key, button) => {
  await note(1, state, why)
  await note(2, state, why)
  expect(await keys()).toEqual([key])
  const [first] = await said()
  expect(first?.message.choices?.map(({ id }) => id)).toEqual(button ? ['link:0'] : undefined)
  await note(3, 'open')
  expect(await keys()).toEqual([key, 'staff.link.back'])
})

test('what was told already is not told again by the clock', async () => {
  await note(1, 'down', 'lost')
  await note(2, 'unlinked', 'logged-out')
  expect(await timers()).toEqual([])
  await note(3, 'down', 'lost')
  expect(await timers()).toEqual([])
  await stillDown()
  expect(await keys()).toEqual(['staff.link.logged_out'])
})

describe('asking for a code', () => {
  const ask = (staff: StaffMember) => office.run((tx) => askLinkCode(tx, { staff }))
  const wished = () => createDeviceStore(office.source).takeCodeWish()

  test('is the supervisor’s, and heard once', async () => {
    await note(0, 'unlinked', 'never')
    expect(await ask(operator)).toEqual({ ok: false, why: 'not-yours' })
    expect(await wished()).toBe(false)
    expect(await ask(chief)).toEqual({ ok: true })
    expect(await wished()).toBe(true)
    expect(await wished()).toBe(false)
  })

  test('was enough when the link opens', async () => {
    await note(0, 'unlinked', 'never')
    await ask(chief)
    await note(1, 'open')
    await note(2, 'unlinked', 'logged-out')
    expect(await wished()).toBe(false)
  })

  test('is forgotten after two minutes', async () => {
    await note(0, 'unlinked', 'never')
    await ask(chief)
    await office.source.query("UPDATE whatsapp_link SET code_asked_at = code_asked_at - interval '2 minutes'")
    expect(await wished()).toBe(false)
  })

  test.each([
    ['open', 'linked'],
    ['down', 'trying'],
    ['stopped', 'trying'],
  ] as const)('has no use while it is %s', async (state, why) => {
    await note(0, state)
    expect(await ask(chief)).toEqual({ ok: false, why })
    expect(await wished()).toBe(false)
  })

  test('the code goes to whoever asked, or to all where nobody did', async () => {
    await note(0, 'unlinked', 'never')
    await office.source.query('TRUNCATE outbox, outbox_head')
    await ask(other)
    const picture = 'a.png' as MediaKey
    await office.run((tx) => showLinkCode(tx, { type: 'picture', picture }))
    const [shown] = await said()
    expect([await keys('Dario'), await keys('Elsa')]).toEqual([[], ['staff.link.scan']])
    expect(shown?.message).toMatchObject({ media: [picture], secret: true, choices: [{ id: 'link:0' }] })
    await office.source.query('TRUNCATE outbox, outbox_head, whatsapp_link')
    await office.run((tx) => showLinkCode(tx, { type: 'code', code: 'ABCD-EFGH' }))
    expect([await keys('Dario'), await keys('Elsa')]).toEqual([['staff.link.type'], ['staff.link.type']])
    expect((await said()).map(({ message }) => message.secret)).toEqual([true, true])
  })
})

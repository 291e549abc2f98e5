import { tellTemplate, tellTrouble } from '../../../src/app/line-trouble.js'
import { MINUTE } from '../../../src/kernel/clock.js'
import type { LineTrouble, TemplateState } from '../../../src/messaging/trouble.js'
import { latch } from '../../support/latch.js'
import { anOffice, keyOf, type Said, type TestOffice } from '../../support/office.js'
import { aStaffRow } from '../../support/rows.js'

const NOW = Date.UTC(2026, 10, 24, 8)

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
  await aStaffRow(office.source.manager, { name: 'Anna' })
  await aStaffRow(office.source.manager, { name: 'Dario', role: 'supervisor', offices: [] })
})
beforeEach(() => office.source.query('TRUNCATE outbox, outbox_head, setting'))
afterAll(() => office.end())

const meta = (state: TemplateState, language = 'it') =>
  office.run((tx) => tellTemplate(tx, { name: 'filo_chiusa', language, state }))
const refused = (now: 'template' | undefined, language = 'it') =>
  office.run((tx) => tellTrouble(tx, NOW, now, { template: { name: 'filo_chiusa', language } }))
const told = async () =>
  ((await office.source.query('SELECT chat, message FROM outbox ORDER BY chat, seq')) as Said[]).map(
    ({ chat, message }) => `${chat} ${keyOf(message.body[0])?.replace('staff.whatsapp.', '')}`,
  )

test.each(['approved', 'rejected', 'paused', 'disabled', 'deleted'] as const)(
  'supervisors hear once that a text is %s, of each language',
  async (state) => {
    expect(await meta(state)).toBe(true)
    expect(await meta(state)).toBe(false)
    expect(await told()).toEqual([`Dario template_${state}`])
    const [said]: Said[] = await office.source.query('SELECT message FROM outbox')
    expect(said?.message.body[0]).toMatchObject({ params: { name: 'filo_chiusa', language: 'it' } })
    await meta(state, 'en_GB')
    expect(await told()).toHaveLength(2)
  },
)

test('each change is news', async () => {
  for (const state of ['approved', 'paused', 'approved', 'disabled'] as const) await meta(state)
  expect(await told()).toEqual([
    'Dario template_approved',
    'Dario template_paused',
    'Dario template_approved',
    'Dario template_disabled',
  ])
})

test('who has heard of a pause from a refused message, or will meet one, hears of it once', async () => {
  await refused('template')
  await meta('paused')
  expect(await told()).toEqual(['Dario template_stopped'])
  await meta('approved')
  await refused(undefined)
  expect(await told()).toEqual(['Dario template_stopped', 'Dario template_approved'])
  await meta('paused')
  await refused('template')
  expect(await told()).toEqual(['Dario template_stopped', 'Dario template_approved', 'Dario template_paused'])
})

test('a pause in one language is not over because the text works in another', async () => {
  await refused('template')
  await refused(undefined, 'en_GB')
  await meta('approved', 'en_GB')
  await refused('template', 'en_GB')
  await refused('template')
  expect(await told()).toEqual([
    'Dario template_stopped',
    'Dario template_approved',
    'Dario template_stopped',
  ])
  await refused(undefined)
  expect((await told()).at(-1)).toBe('Dario template_works')
})

describe('what Meta tells only after it took a message', () => {
  const line = (minute: number, trouble: LineTrouble | undefined, heldFor = 0) => {
    const now = NOW + minute * MINUTE
    const about = heldFor > 0 ? { heldUntil: now + heldFor * MINUTE } : {}
    return office.run((tx) => tellTrouble(tx, now, trouble, about))
  }

  test('is not over because a process that knows nothing of it gets a message out', async () => {
    await line(0, 'payment', 60)
    await line(5, 'payment', 60)
    expect(await line(64, undefined)).toEqual({ trouble: 'payment', until: NOW + 65 * MINUTE })
    expect(await told()).toEqual(['Dario payment'])
    expect(await line(65, undefined)).toBeUndefined()
    expect(await told()).toEqual(['Dario payment', 'Dario works'])
  })

  test('is over at once where a message was refused for it since', async () => {
    await line(0, 'payment', 60)
    await line(1, 'payment')
    expect(await line(2, undefined)).toBeUndefined()
    expect(await told()).toEqual(['Dario payment', 'Dario works'])
  })

  test('holds no template', async () => {
    await line(0, 'payment', 60)
    await refused('template')
    await refused(undefined)
    expect(await told()).toEqual(['Dario payment', 'Dario template_stopped', 'Dario template_works'])
  })

  test('is not over for a process that decides so while another one is told to hold it', async () => {
    await line(0, 'payment', 60)
    const [noted, commit] = [latch(), latch()]
    const holding = office.run(async (tx) => {
      await tellTrouble(tx, NOW + 61 * MINUTE, 'payment', { heldUntil: NOW + 121 * MINUTE })
      noted.open()
      await commit.opened
    })
    await noted.opened
    const over = line(62, undefined)
    await office.waiting(1)
    commit.open()
    await holding
    expect(await over).toEqual({ trouble: 'payment', until: NOW + 121 * MINUTE })
    expect(await told()).toEqual(['Dario payment'])
  })
})

import type { ReportId } from '../../src/kernel/ids.js'
import { verbatim } from '../../src/kernel/text.js'
import type { OutboundMessage } from '../../src/messaging/outbound.js'
import { anOffice, type TestOffice } from '../support/office.js'
import { anAddress } from '../support/rows.js'

/** Many documents travel in one parameter, one on each line: what people type must not part them. */
const ODD = ['due\nrighe', 'C:\\cartella\\n', '"tra virgolette"', 'a\u2028b\u2029c', '', '{"a":1}', '\t\r\n']

let office: TestOffice

beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office.end())

test('messages of several chats in one transaction stand in their rows as they were said', async () => {
  const [one, many] = [anAddress('one'), anAddress('many')]
  const message = (words: string, more: Partial<OutboundMessage> = {}) => ({
    body: [verbatim(words)],
    ...more,
  })
  const said = ODD.map((words, index) => message(words, index % 2 === 0 ? { tag: `q${index}` } : {}))
  await office.run(async (tx) => {
    tx.outbox.put(...said.map((one) => ({ to: many, locale: 'it' as const, message: one })))
    tx.outbox.put({
      to: one,
      locale: 'en',
      message: message('solo', { about: 7 as ReportId }),
      matters: 'end',
    })
  })
  const rows = await office.source.query(
    'SELECT chat, seq::int, message, locale, tag, about::int, matters FROM outbox ORDER BY chat, seq',
  )
  expect(rows).toEqual([
    ...said.map((message, index) => ({
      chat: 'many',
      seq: index + 1,
      message,
      locale: 'it',
      tag: message.tag ?? null,
      about: null,
      matters: null,
    })),
    {
      chat: 'one',
      seq: 1,
      message: message('solo', { about: 7 as ReportId }),
      locale: 'en',
      tag: null,
      about: 7,
      matters: 'end',
    },
  ])
})

test('sessions of several chats come back as they were saved', async () => {
  const states = ODD.map((words, index) => ({ chat: anAddress(`s${index}`), state: { words, index } }))
  const chats = states.map(({ chat }) => chat)
  await office.run(async (tx) => {
    await tx.turns.lockSessions(chats)
    tx.turns.saveSessions(states)
  })
  expect(await office.run((tx) => tx.turns.lockSessions(chats))).toEqual(states)
})

import { relate } from '../../../src/dialog/relate.js'
import { newSession, type OpenQuestion, type Session } from '../../../src/dialog/session.js'
import type { World } from '../../../src/dialog/world.js'
import type { ChannelName, ChatId, ReportId, UserId } from '../../../src/kernel/ids.js'
import { verbatim } from '../../../src/kernel/text.js'
import type { InboundContent, InboundEvent } from '../../../src/messaging/inbound.js'
import { aTown } from '../../support/builders.js'

const world: World = {
  now: new Date('2026-11-23T10:00:00Z'),
  town: aTown(),
  places: { contains: () => true, findStreets: () => [] },
  translate: (text) => ('verbatim' in text ? text.verbatim : ''),
}

const choice = (id: string, label: string, more: Partial<OpenQuestion['choices'][number]> = {}) => ({
  id,
  label: verbatim(label),
  ...more,
})

const session: Session = {
  ...newSession('it'),
  asked: 7,
  open: {
    number: 7,
    body: [],
    choices: [
      choice('7.potholes', 'Buche'),
      choice('7.lights', 'Lampioni'),
      choice('claim:12:3', 'Prendi in carico'),
      choice('7.back', 'Indietro', { word: verbatim('indietro') }),
      choice('7.cancel', 'Annulla', { word: verbatim('annulla') }),
    ],
  },
}
const idle = newSession('it')

const inbound = (content: InboundContent): InboundEvent => ({
  id: 'u1',
  from: { channel: 'telegram' as ChannelName, chat: 'anna' as ChatId },
  actor: 'anna' as UserId,
  at: '2026-11-23T10:00:00.000Z',
  order: 1,
  private: true,
  ...content,
})

const heard = (content: InboundContent, at: Session = session, about?: number) =>
  relate(
    inbound(content),
    at,
    world,
    { isCommand: (words) => words === 'lampone' },
    about as ReportId | undefined,
  )

describe('a press', () => {
  it.each([
    ['a choice of the open question', '7.lights', { type: 'choice', id: 'lights' }],
    ['a standing choice that is offered', 'claim:12:3', { type: 'choice', id: 'claim:12:3' }],
    ['a standing choice of an older message', 'open:9', { type: 'choice', id: 'open:9' }],
    ['a way out', '7.back', { type: 'choice', id: 'back' }],
  ])('on %s is that choice', (_, data, event) => {
    expect(heard({ type: 'choice', choice: data })).toEqual({ type: 'event', event })
  })

  it.each([
    ['of the question before', '6.lights'],
    ['of a later question', '8.lights'],
    ['that was never offered', '7.send'],
    ['without its question', 'lights'],
    ['of nothing', ''],
    ['that only looks standing', 'Claim:12'],
  ])('on a button %s is outdated', (_, data) => {
    expect(heard({ type: 'choice', choice: data })).toEqual({ type: 'outdated' })
  })

  it('is outdated when nothing is asked, but for standing choices', () => {
    expect(heard({ type: 'choice', choice: '7.lights' }, idle)).toEqual({ type: 'outdated' })
    expect(heard({ type: 'choice', choice: 'claim:12:3' }, idle)).toMatchObject({
      event: { id: 'claim:12:3' },
    })
  })
})

describe('a text', () => {
  it.each([
    ['1', 'potholes'],
    ['2.', 'lights'],
    ['la seconda', 'lights'],
    ['3', 'claim:12:3'],
    ["l'ultima", 'claim:12:3'],
    ['lampioni', 'lights'],
    ['Annulla!', 'cancel'],
    ['indietro', 'back'],
  ])('%s chooses %s', (words, id) => {
    expect(heard({ type: 'text', text: words })).toEqual({ type: 'event', event: { type: 'choice', id } })
  })

  it.each(['4', '5', '12', 'c’è una buca in via Roma', '', '👍', 'no grazie'])('%j is words', (words) => {
    expect(heard({ type: 'text', text: words })).toEqual({
      type: 'event',
      event: { type: 'text', text: words, about: undefined },
    })
  })

  it('that is a command chooses only what is called so', () => {
    expect(heard({ type: 'text', text: 'lampon' })).toMatchObject({ event: { id: 'lights' } })
    const command = { type: 'text', text: 'lampone' } as const
    expect(heard(command)).toMatchObject({ event: command })
    const called: Session = {
      ...session,
      open: { number: 7, body: [], choices: [choice('7.it', 'Lampone!')] },
    }
    expect(heard(command, called)).toMatchObject({ event: { type: 'choice', id: 'it' } })
  })

  it('in reply to a message about a report chooses nothing', () => {
    expect(heard({ type: 'text', text: '1' }, session, 351)).toEqual({
      type: 'event',
      event: { type: 'text', text: '1', about: 351 },
    })
  })

  it('chooses nothing when nothing is asked', () => {
    expect(heard({ type: 'text', text: '1' }, idle)).toMatchObject({ event: { type: 'text', text: '1' } })
  })
})

test('a number is a house number where only words are offered', () => {
  const choices = session.open?.choices.slice(-2) ?? []
  const asksPlace: Session = { ...session, open: { number: 7, body: [], choices } }
  for (const number of ['1', '2', 'n. 2', '12/b']) {
    expect(heard({ type: 'text', text: number }, asksPlace)).toMatchObject({
      event: { type: 'text', text: number },
    })
  }
})

test('a file is an attachment named by channel and event', () => {
  const ref = { id: 'AgAC', mime: 'image/jpeg' }
  expect(heard({ type: 'media', kind: 'photo', ref, caption: 'buca', album: 'a' }, session, 351)).toEqual({
    type: 'event',
    event: {
      type: 'media',
      kind: 'photo',
      ref,
      attachment: 'telegram/u1',
      caption: 'buca',
      album: 'a',
      about: 351,
    },
  })
})

test.each<[InboundContent, unknown]>([
  [
    { type: 'location', lat: 44.5, lon: 7.7, live: true },
    { type: 'location', point: { lat: 44.5, lon: 7.7 } },
  ],
  [
    { type: 'contact', phone: '333', own: false },
    { type: 'contact', phone: '333', own: false },
  ],
  [
    { type: 'command', name: 'coda', rest: 'mie' },
    { type: 'command', name: 'coda', rest: 'mie' },
  ],
  [
    { type: 'unsupported', what: 'sticker' },
    { type: 'unsupported', what: 'sticker' },
  ],
])('%j is itself', (content, event) => {
  expect(heard(content)).toEqual({ type: 'event', event })
})

test('a sign of life is not for the conversation', () => {
  expect(heard({ type: 'reachability', reachable: false })).toBeNull()
})

import { readdirSync, readFileSync } from 'node:fs'
import { type Line, mapUpdate, type RawUpdate } from '../../../src/channels/telegram/update-map.js'
import { as, type ChannelName } from '../../../src/kernel/ids.js'

const PAYLOADS = new URL('./payloads/', import.meta.url)
const NOW = '2026-11-23T09:00:00.000Z'
const SENT_AT = '2026-11-23T08:15:00.000Z'

const citizens: Line = {
  channel: as<ChannelName>('telegram'),
  botUsername: 'FiloFossanoBot',
  groups: 'leave',
}
const staff: Line = { ...citizens, channel: as<ChannelName>('telegram-staff'), groups: 'hear' }

const payload = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, PAYLOADS), 'utf8')) as RawUpdate

const mapped = (name: string, line = citizens) => mapUpdate(payload(name), line, NOW)

const photo = (tag: string) => ({
  type: 'media',
  kind: 'photo',
  ref: { id: `AgACAgQAAxkBAAI${tag}y`, size: 148231, mime: 'image/jpeg' },
})

/** What each payload says, beside who said it and when. */
const CONTENTS: Record<string, object | undefined> = {
  text: { type: 'text', text: "C'è una buca in via Roma 12" },
  'text-reply': { type: 'text', text: 'È ancora lì', replyTo: '77' },
  'text-nul': { type: 'text', text: 'via Roma' },
  'text-no-language': { type: 'text', text: 'ciao', personName: 'Piero', locale: undefined },
  'text-slash': { type: 'text', text: '/ non un comando' },
  'command-start': { type: 'command', name: 'start', rest: 'inv_9f2c' },
  'command-plain': { type: 'command', name: 'privacy', rest: '' },
  'command-own-bot': { type: 'command', name: 'claim', rest: '12' },
  'command-other-bot': undefined,
  'command-lines': { type: 'command', name: 'nuova', rest: 'buca via Roma 12\nRossi 0172 123456' },
  'photo-caption': { ...photo('P1'), caption: 'Lampione rotto' },
  'photo-too-large-size': {
    type: 'media',
    kind: 'photo',
    ref: { id: 'AgACAgQAAxkBAAIP2m', size: 17890, mime: 'image/jpeg' },
  },
  'album-first': { ...photo('A1'), caption: 'Tre foto', album: '13899000000000001' },
  'album-second': { ...photo('A2'), album: '13899000000000001' },
  'document-image': {
    type: 'media',
    kind: 'document',
    ref: { id: 'BQACAgQAAxkBAAID1', mime: 'image/jpeg', size: 4821033, fileName: 'IMG_2041.JPG' },
  },
  video: {
    type: 'media',
    kind: 'video',
    ref: { id: 'BAACAgQAAxkBAAIV1', mime: 'video/mp4', size: 3200111, fileName: 'VID.mp4' },
    caption: "L'acqua esce",
  },
  animation: {
    type: 'media',
    kind: 'video',
    ref: { id: 'CgACAgQAAxkBAAIG1', mime: 'video/mp4', size: 90211, fileName: 'giphy.mp4' },
  },
  'video-note': { type: 'media', kind: 'video', ref: { id: 'DQACAgQAAxkBAAIN1', size: 400123 } },
  voice: { type: 'media', kind: 'voice', ref: { id: 'AwACAgQAAxkBAAIO1', mime: 'audio/ogg', size: 21004 } },
  audio: {
    type: 'media',
    kind: 'voice',
    ref: { id: 'CQACAgQAAxkBAAIU1', mime: 'audio/mp4', size: 812004, fileName: 'nota.m4a' },
  },
  location: { type: 'location', lat: 44.549881, lon: 7.720113 },
  'location-live': { type: 'location', lat: 44.549881, lon: 7.720113, live: true },
  venue: { type: 'location', lat: 44.5512, lon: 7.7244, label: 'Castello degli Acaja, Piazza Castello 4' },
  'contact-own': { type: 'contact', phone: '+393331234567', own: true, replyTo: '80' },
  'contact-other': { type: 'contact', phone: '0172 699611', own: false },
  'edited-text': {
    type: 'edited',
    message: '101',
    text: "C'è una buca in via Roma 21",
    at: '2026-11-23T08:16:00.000Z',
  },
  'edited-caption': {
    type: 'edited',
    message: '101',
    text: 'Lampione spento',
    at: '2026-11-23T08:16:00.000Z',
  },
  'edited-live-location': undefined,
  press: { type: 'choice', choice: '7.lighting', question: '90', message: undefined, at: NOW },
  'press-old-message': { type: 'choice', choice: '3.yes', question: '12', message: undefined, at: NOW },
  'press-inline': undefined,
  'press-group': undefined,
  blocked: { type: 'reachability', reachable: false, message: undefined, at: '2026-11-23T08:16:40.000Z' },
  unblocked: { type: 'reachability', reachable: true, message: undefined, at: '2026-11-23T08:16:40.000Z' },
  'added-to-group': undefined,
  'removed-from-group': undefined,
  'group-command': undefined,
  'group-text': undefined,
  sticker: { type: 'unsupported', what: 'sticker' },
  poll: { type: 'unsupported', what: 'poll' },
  dice: { type: 'unsupported', what: 'game' },
  story: { type: 'unsupported', what: 'other' },
  'pinned-notice': undefined,
  'channel-post': undefined,
}

describe('what an update means', () => {
  it.each(Object.entries(CONTENTS))('%s', (name, content) => {
    const update = payload(name)
    const expected = content && {
      id: String(update.update_id),
      order: update.update_id,
      from: { channel: 'telegram', chat: '5012345678' },
      actor: '5012345678',
      at: SENT_AT,
      message: update.message && String(update.message.message_id),
      locale: 'it',
      personName: 'Piero Giordano',
      private: true,
      ...content,
    }
    expect(mapped(name).events).toEqual(expected ? [expected] : [])
  })

  it('has an expectation for every saved payload', () => {
    const names = readdirSync(PAYLOADS).map((file) => file.replace('.json', ''))
    expect(Object.keys(CONTENTS).sort()).toEqual(names.sort())
  })

  it('survives JSON unchanged', () => {
    for (const name of Object.keys(CONTENTS)) {
      const { events } = mapped(name)
      expect(JSON.parse(JSON.stringify(events))).toEqual(events)
    }
  })
})

describe('presses', () => {
  it.each(['press', 'press-old-message', 'press-inline', 'press-group'])('%s is to be answered', (name) => {
    expect(mapped(name).press).toMatch(/^21528200000000\d+$/)
  })
})

describe('groups', () => {
  const GROUP = '-1002233445566'

  it.each(['added-to-group', 'group-command', 'group-text', 'press-group'])(
    'the citizens’ bot leaves: %s',
    (name) => expect(mapped(name).leave).toBe(GROUP),
  )

  it('the citizens’ bot does not leave what it is out of', () => {
    expect(mapped('removed-from-group').leave).toBeUndefined()
  })

  it('the staff’s bot hears a command, from the person and not from the group', () => {
    expect(mapped('group-command', staff)).toEqual({
      events: [
        expect.objectContaining({
          type: 'command',
          name: 'queue',
          rest: 'late',
          from: { channel: 'telegram-staff', chat: GROUP },
          actor: '6098765432',
          private: false,
        }),
      ],
    })
  })

  it('the staff’s bot hears a press', () => {
    expect(mapped('press-group', staff).events).toEqual([
      expect.objectContaining({
        type: 'choice',
        choice: 'claim:351:2',
        question: '40',
        actor: '6098765432',
        private: false,
      }),
    ])
  })

  it.each(['group-text', 'added-to-group', 'removed-from-group'])(
    'the staff’s bot stays, and says nothing to %s',
    (name) => expect(mapped(name, staff)).toEqual({ events: [] }),
  )
})

import { render } from '../../../src/channels/telegram/render.js'
import { as, type ChatId, type ExternalId, type MediaKey } from '../../../src/kernel/ids.js'
import type { Rendered } from '../../../src/messaging/outbound.js'

const chat = as<ChatId>('-1002233445566')
const chat_id = -1002233445566
const link_preview_options = { is_disabled: true }
const buttons = [
  [
    { id: '3.yes', label: 'Sì' },
    { id: '3.no', label: 'No' },
  ],
  [{ id: '3.help', label: 'Aiuto' }],
]
const inline_keyboard = [
  [
    { text: 'Sì', callback_data: '3.yes' },
    { text: 'No', callback_data: '3.no' },
  ],
  [{ text: 'Aiuto', callback_data: '3.help' }],
]
const ask = { what: 'location', label: 'Invia la posizione', others: ['Indietro', 'Salta'] } as const
const keyboardOf = (button: object) => ({
  keyboard: [[button], [{ text: 'Indietro' }], [{ text: 'Salta' }]],
  resize_keyboard: true,
  one_time_keyboard: true,
})

const CASES: [string, Rendered, string, object][] = [
  [
    'words, as they are',
    { type: 'text', text: '<b>_Ciao_' },
    'sendMessage',
    { text: '<b>_Ciao_', link_preview_options },
  ],
  [
    'buttons',
    { type: 'text', text: 'Ok?', buttons },
    'sendMessage',
    { text: 'Ok?', link_preview_options, reply_markup: { inline_keyboard } },
  ],
  [
    'a question for the place',
    { type: 'text', text: 'Dove?', ask },
    'sendMessage',
    {
      text: 'Dove?',
      link_preview_options,
      reply_markup: keyboardOf({ text: 'Invia la posizione', request_location: true }),
    },
  ],
  [
    'a question for the phone number',
    { type: 'text', text: 'Numero?', ask: { ...ask, what: 'phone', label: 'Invia il numero' } },
    'sendMessage',
    {
      text: 'Numero?',
      link_preview_options,
      reply_markup: keyboardOf({ text: 'Invia il numero', request_contact: true }),
    },
  ],
  [
    'the keyboard taken away',
    { type: 'text', text: 'Grazie', hideAsk: true },
    'sendMessage',
    { text: 'Grazie', link_preview_options, reply_markup: { remove_keyboard: true } },
  ],
  [
    'buttons before the keyboard taken away: a message has one markup',
    { type: 'text', text: 'Grazie', hideAsk: true, buttons },
    'sendMessage',
    { text: 'Grazie', link_preview_options, reply_markup: { inline_keyboard } },
  ],
  [
    'a place',
    { type: 'pin', point: { lat: 44.5, lon: 7.7 } },
    'sendLocation',
    { latitude: 44.5, longitude: 7.7 },
  ],
  [
    'a change that takes the buttons away',
    { type: 'edit', target: as<ExternalId>('12'), text: 'Fatto' },
    'editMessageText',
    { message_id: 12, text: 'Fatto', link_preview_options },
  ],
  [
    'a change with buttons',
    { type: 'edit', target: as<ExternalId>('12'), text: 'Fatto', buttons },
    'editMessageText',
    { message_id: 12, text: 'Fatto', link_preview_options, reply_markup: { inline_keyboard } },
  ],
]

describe('what is said, as a request', () => {
  it.each(CASES)('%s', (_, message, method, params) => {
    expect(render(chat, message)).toEqual({ method, params: { chat_id, ...params } })
  })

  const photos = (...keys: string[]): Rendered => ({
    type: 'photos',
    media: keys.map((key) => as<MediaKey>(key)),
  })

  it('one photo', () => {
    expect(render(chat, photos('a.jpg'), ['AgAC1'])).toEqual({
      method: 'sendPhoto',
      params: { chat_id, photo: 'AgAC1' },
    })
  })

  it.each([
    ['a.ogg', 'sendVoice', 'voice'],
    ['a.m4a', 'sendAudio', 'audio'],
    ['a.mp3', 'sendAudio', 'audio'],
  ])('a voice message: %s', (key, method, field) => {
    expect(render(chat, { type: 'voice', media: as<MediaKey>(key) }, ['AwAC1'])).toEqual({
      method,
      params: { chat_id, [field]: 'AwAC1' },
    })
  })

  it('an album, known files and new ones mixed, in order', () => {
    const upload = { source: 'bytes' }
    expect(render(chat, photos('a.jpg', 'b.jpg'), ['AgAC1', upload])).toEqual({
      method: 'sendMediaGroup',
      params: {
        chat_id,
        media: [
          { type: 'photo', media: 'AgAC1' },
          { type: 'photo', media: upload },
        ],
      },
    })
  })
})

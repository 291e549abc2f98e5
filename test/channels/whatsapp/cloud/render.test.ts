import { recipient, render } from '../../../../src/channels/whatsapp/cloud/render.js'
import type { MediaKey } from '../../../../src/kernel/ids.js'
import type { Rendered } from '../../../../src/messaging/outbound.js'

const button = (id: string, label = id) => ({ id, label })

const TABLE: readonly [what: string, message: Rendered, payload: object][] = [
  ['words', { type: 'text', text: 'Ciao' }, { type: 'text', text: { body: 'Ciao', preview_url: false } }],
  [
    'buttons',
    {
      type: 'text',
      text: 'Così?',
      buttons: [[button('1.a', 'Sì'), button('1.b', 'No')], [button('1.c', 'Boh')]],
    },
    {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'Così?' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: '1.a', title: 'Sì' } },
            { type: 'reply', reply: { id: '1.b', title: 'No' } },
            { type: 'reply', reply: { id: '1.c', title: 'Boh' } },
          ],
        },
      },
    },
  ],
  [
    'a list',
    {
      type: 'text',
      text: 'Quale?',
      list: {
        label: 'Scegli',
        rows: [button('1.a', 'Buche'), { ...button('1.b', 'Verd…'), detail: 'Verde pubblico' }],
      },
    },
    {
      type: 'interactive',
      interactive: {
        type: 'list',
        body: { text: 'Quale?' },
        action: {
          button: 'Scegli',
          sections: [
            {
              rows: [
                { id: '1.a', title: 'Buche' },
                { id: '1.b', title: 'Verd…', description: 'Verde pubblico' },
              ],
            },
          ],
        },
      },
    },
  ],
  [
    'a request for the place',
    { type: 'text', text: 'Dove?', ask: { what: 'location', label: 'Invia', others: [] } },
    {
      type: 'interactive',
      interactive: {
        type: 'location_request_message',
        body: { text: 'Dove?' },
        action: { name: 'send_location' },
      },
    },
  ],
  [
    'an approved text',
    {
      type: 'text',
      text: 'Chiusa.',
      template: { name: 'chiusa', language: 'it', values: ['351', 'Fatto.'], presses: ['5.si', '5.no'] },
    },
    {
      type: 'template',
      template: {
        name: 'chiusa',
        language: { code: 'it' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: '351' },
              { type: 'text', text: 'Fatto.' },
            ],
          },
          {
            type: 'button',
            sub_type: 'quick_reply',
            index: '0',
            parameters: [{ type: 'payload', payload: '5.si' }],
          },
          {
            type: 'button',
            sub_type: 'quick_reply',
            index: '1',
            parameters: [{ type: 'payload', payload: '5.no' }],
          },
        ],
      },
    },
  ],
  [
    'an approved text without placeholders',
    { type: 'text', text: 'x', template: { name: 'saluto', language: 'en_GB', values: [], presses: [] } },
    { type: 'template', template: { name: 'saluto', language: { code: 'en_GB' }, components: [] } },
  ],
  [
    'a place',
    { type: 'pin', point: { lat: 44.55, lon: 7.72 } },
    { type: 'location', location: { latitude: 44.55, longitude: 7.72 } },
  ],
  ['a picture', { type: 'photos', media: ['a.jpg' as MediaKey] }, { type: 'image', image: { id: 'F1' } }],
  ['a voice message', { type: 'voice', media: 'a.ogg' as MediaKey }, { type: 'audio', audio: { id: 'F1' } }],
]

test.each(TABLE)('%s', (_, message, payload) => {
  expect(render(message, 'F1')).toEqual(payload)
})

test.each([
  ['393331234567', { to: '393331234567' }],
  ['IT.13491208655302741918', { recipient_type: 'individual', recipient: 'IT.13491208655302741918' }],
  ['US.ENT.11815799212886844830', { recipient_type: 'individual', recipient: 'US.ENT.11815799212886844830' }],
])('to %s', (id, fields) => {
  expect(recipient(id)).toEqual(fields)
})

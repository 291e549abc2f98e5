import { readdirSync, readFileSync } from 'node:fs'
import type { Webhook } from '../../../../src/channels/whatsapp/cloud/payload.js'
import { type Mapped, mapWebhook } from '../../../../src/channels/whatsapp/cloud/update-map.js'

const FOLDER = new URL('payloads/', import.meta.url)
const OURS = '106540352242922'
const NOTHING: Mapped = { arrivals: [], moves: [], errors: [], templates: [] }

interface Saved {
  /** What it shows, in words. */
  readonly what: string
  readonly body: Webhook
  readonly mapped: Partial<Mapped>
}

const saved = readdirSync(FOLDER).map((file): [string, Saved] => [
  file,
  JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')),
])

test.each(saved)('%s', (_, { body, mapped }) => {
  expect(mapWebhook(body, OURS)).toEqual({ ...NOTHING, ...mapped })
})

test('what is for another number of the same account is not ours', () => {
  for (const [, { body, mapped }] of saved) {
    // Texts are the account's.
    const { templates = [] } = mapped
    expect(mapWebhook(body, '999')).toEqual({ ...NOTHING, templates })
  }
})

test('a contact of another number lends the writer neither its name nor its id', () => {
  const { body } = JSON.parse(readFileSync(new URL('text.json', FOLDER), 'utf8')) as Saved
  const value = body.entry?.[0]?.changes?.[0]?.value as {
    contacts: object[]
    messages: { from_user_id?: string }[]
  }
  value.contacts = [{ wa_id: '393339999999', user_id: 'IT.9', profile: { name: 'Another' } }]
  for (const message of value.messages) delete message.from_user_id
  const [arrival] = mapWebhook(body, OURS).arrivals
  expect([arrival?.person, arrival?.personName]).toEqual([{ phone: '393331234567' }, undefined])
})

test.each<[string, unknown]>([
  ['nothing', {}],
  ['no list', { entry: 'x' }],
  ['empty entries', { entry: [null, {}, { changes: [null, {}] }] }],
  ['no value', { entry: [{ changes: [{ field: 'messages' }] }] }],
  [
    'nothing in the lists',
    {
      entry: [
        {
          changes: [
            {
              field: 'messages',
              value: { metadata: { phone_number_id: OURS }, messages: [null, {}], statuses: [{}, null] },
            },
          ],
        },
      ],
    },
  ],
])('%s says nothing', (_, body) => {
  expect(mapWebhook(body as Webhook, OURS)).toEqual(NOTHING)
})

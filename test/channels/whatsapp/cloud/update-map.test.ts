import { readdirSync, readFileSync } from 'node:fs'
import type { Webhook } from '../../../../src/channels/whatsapp/cloud/payload.js'
import { type Mapped, mapWebhook } from '../../../../src/channels/whatsapp/cloud/update-map.js'

const FOLDER = new URL('payloads/', import.meta.url)
const OURS = '106540352242922'

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
  expect(mapWebhook(body, OURS)).toEqual({ arrivals: [], moves: [], errors: [], ...mapped })
})

test('what is for another number of the same account is not ours', () => {
  for (const [, { body }] of saved) {
    expect(mapWebhook(body, '999')).toEqual({ arrivals: [], moves: [], errors: [] })
  }
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
  expect(mapWebhook(body as Webhook, OURS)).toEqual({ arrivals: [], moves: [], errors: [] })
})

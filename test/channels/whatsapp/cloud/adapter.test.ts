import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createWhatsAppCloud, type WhatsAppCloud } from '../../../../src/channels/whatsapp/cloud/adapter.js'
import { mayCarryToken } from '../../../../src/channels/whatsapp/cloud/download.js'
import type { ChatId, MediaKey } from '../../../../src/kernel/ids.js'
import { MediaUnavailable } from '../../../../src/messaging/channel.js'
import type { Address } from '../../../../src/messaging/inbound.js'
import type { LineTrouble } from '../../../../src/messaging/trouble.js'
import {
  type CloudFault,
  type FakeCloudApi,
  startFakeCloudApi,
  type WhatsAppPerson,
} from '../../../support/fake-cloud-api/index.js'
import { recordingLog } from '../../../support/telegram-adapters.js'

let api: FakeCloudApi
let cloud: WhatsAppCloud
let away = false
const states: string[] = []
let person: WhatsAppPerson
const troubles: (LineTrouble | undefined)[] = []
const log = recordingLog()
let stored = 0
/** Chats of the same person, that are still there. */
let others: readonly ChatId[] = []
const joined: string[] = []
/** Where people were seen. */
const seen: string[] = []
/** Changes of number that were carried out. */
const moves = new Set<string>()

beforeAll(async () => {
  api = await startFakeCloudApi()
  cloud = createWhatsAppCloud({
    ...api,
    templates: { closed: { name: 'filo_chiusa', language: { it: 'it' }, parameters: [], buttons: false } },
    people: {
      async placeChat({ phone, userId }) {
        const chat = (phone ?? userId) as ChatId
        seen.push(chat)
        return { chat, others }
      },
      hasMoved: async (change) => moves.has(change),
      async moved(change) {
        moves.add(change)
      },
      async giveUp(other) {
        others = others.filter((one) => one !== other)
      },
      findChat: async ({ phone, userId }) => (phone ?? userId) as ChatId,
      recipientOf: async (chat) => (chat.includes('@') ? undefined : chat),
    },
    async onSamePerson(keep, other) {
      if (away) throw new Error('a lasting fault')
      joined.push(`${other} into ${keep}`)
    },
    openMedia: async (key) => {
      if (key.startsWith('lost')) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return Buffer.from(`bytes of ${key}`)
    },
    onTrouble: async (trouble) => void troubles.push(trouble),
    async onTemplate({ name, state }) {
      if (away) throw new Error('the database is away')
      return states.push(`${name} ${state}`) === 1
    },
    log,
  })
  person = api.person()
  person.send('ciao')
})
afterAll(() => api.stop())
beforeEach(() => {
  troubles.length = 0
  api.faults.length = 0
  api.mediaHost = undefined
})

const to = (): Address => ({ channel: cloud.name, chat: person.phone as ChatId })
const say = (text = 'Ciao') => cloud.send(to(), { type: 'text', text })

describe('sending', () => {
  test('brings the network’s id', async () => {
    expect(await say('Salve')).toEqual({ type: 'sent', externalIds: [person.messages.at(-1)?.id] })
    expect(person.messages.at(-1)?.text).toBe('Salve')
  })

  test.each<[CloudFault, object]>([
    ['outage', { type: 'retry', why: 'unreachable' }],
    ['cut', { type: 'retry', why: 'unreachable' }],
    ['html', { type: 'retry', why: 'unreachable' }],
    [{ status: 500 }, { type: 'retry', why: 'unreachable' }],
    [
      { status: 429, retryAfter: 7 },
      { type: 'retry', why: 'throttled', afterMs: 7_000 },
    ],
    [
      { code: 131056, message: 'pair' },
      { type: 'retry', why: 'throttled', afterMs: 6_000 },
    ],
    [
      { code: 131047, message: 'late' },
      { type: 'refused', why: 'window-closed' },
    ],
    [
      { code: 132001, message: 'none' },
      { type: 'refused', why: 'invalid' },
    ],
  ])('%j is a value, and nobody is told', async (fault, result) => {
    await say()
    troubles.length = 0
    api.faults.push(fault)
    expect(await say()).toMatchObject(result)
    expect(troubles).toEqual([])
  })

  test('writes to nobody whose number only a linked device could tell', async () => {
    const before = api.posted.length
    const stranger = { channel: cloud.name, chat: '7@lid' as ChatId }
    expect(await cloud.send(stranger, { type: 'text', text: 'Ciao' })).toMatchObject({
      type: 'refused',
      why: 'invalid',
    })
    expect(api.posted).toHaveLength(before)
  })

  test('an outage of ten minutes: every try says "later"', async () => {
    api.faults.push('outage')
    for (let minute = 0; minute < 10; minute++)
      expect(await say()).toMatchObject({ type: 'retry', why: 'unreachable' })
    api.faults.length = 0
    expect(await say()).toMatchObject({ type: 'sent' })
  })

  test('what somebody must mend is told when it begins and when it is over', async () => {
    const locked = { code: 131031, message: 'Account has been locked' }
    api.faults.push(locked, locked, locked)
    for (let times = 0; times < 3; times++)
      expect(await say()).toMatchObject({ type: 'refused', why: 'restricted' })
    expect([troubles, cloud.trouble()]).toEqual([['locked'], 'locked'])
    await say()
    await say()
    expect([troubles, cloud.trouble()]).toEqual([['locked', undefined], undefined])
  })

  test('a paused template is told once, though another one works', async () => {
    const sayAs = (name: string) =>
      cloud.send(to(), {
        type: 'text',
        text: 'Ciao',
        template: { name, language: 'it', values: [], presses: [] },
      })
    api.templates.push(
      { name: 'works', language: 'it', placeholders: 0, state: 'approved' },
      { name: 'paused', language: 'it', placeholders: 0, state: 'paused' },
    )
    await sayAs('works')
    await cloud.hangUp?.()
    troubles.length = 0
    for (let times = 0; times < 2; times++) {
      expect(await sayAs('paused')).toMatchObject({ type: 'refused', why: 'invalid' })
      expect(await sayAs('works')).toMatchObject({ type: 'sent' })
      expect(await say()).toMatchObject({ type: 'sent' })
    }
    await cloud.hangUp?.()
    expect([troubles, cloud.trouble()]).toEqual([['template'], 'template'])
    api.templates.splice(0, 2, { name: 'paused', language: 'it', placeholders: 0, state: 'approved' })
    await sayAs('paused')
    await cloud.hangUp?.()
    expect([troubles, cloud.trouble()]).toEqual([['template', undefined], undefined])
  })

  test('a picture is uploaded once, and again when WhatsApp does not know it any more', async () => {
    const photo = { type: 'photos', media: ['a.jpg' as MediaKey] } as const
    const fileOf = async () => {
      expect(await cloud.send(to(), photo)).toMatchObject({ type: 'sent' })
      return person.messages.at(-1)?.posted.image?.id ?? ''
    }
    const first = await fileOf()
    expect(api.file(first)?.toString()).toBe('bytes of a.jpg')
    expect(await fileOf()).toBe(first)
    api.faults.push({ code: 131009, message: 'not a valid media attachment ID' })
    expect(await fileOf()).not.toBe(first)
  })

  test('a picture that is refused for good is tried again once, and only where it was uploaded before', async () => {
    const refused = { code: 131053, message: 'Unable to upload the media' }
    const triesOf = async (key: string) => {
      const before = api.posted.length
      api.faults.push(...Array.from({ length: 50 }, () => refused))
      const photo = { type: 'photos', media: [key as MediaKey] } as const
      expect(await cloud.send(to(), photo)).toMatchObject({ type: 'refused', why: 'invalid' })
      api.faults.length = 0
      return api.posted.length - before
    }
    expect(await triesOf('new.jpg')).toBe(1)
    expect(await triesOf('new.jpg')).toBe(1)
    expect(await cloud.send(to(), { type: 'photos', media: ['old.jpg' as MediaKey] })).toMatchObject({
      type: 'sent',
    })
    expect(await triesOf('old.jpg')).toBe(2)
  })

  test('a file of ours that is gone refuses its message', async () => {
    expect(await cloud.send(to(), { type: 'voice', media: 'lost.ogg' as MediaKey })).toMatchObject({
      type: 'refused',
      why: 'invalid',
    })
  })
})

describe('a file that a person sent', () => {
  test('is fetched with the token', async () => {
    const ref = { id: api.addFile(Buffer.from('a picture')) }
    expect((await buffer(await cloud.fetchMedia(ref))).toString()).toBe('a picture')
  })

  test('that is gone, or too large, will never come', async () => {
    await expect(cloud.fetchMedia({ id: '999' })).rejects.toBeInstanceOf(MediaUnavailable)
    const large = { id: api.addFile(Buffer.alloc(21 * 1024 * 1024)) }
    await expect(cloud.fetchMedia(large)).rejects.toBeInstanceOf(MediaUnavailable)
  })

  test('of another host never gets the token', async () => {
    const asked: unknown[] = []
    const stranger = createServer((request, response) => {
      asked.push(request.headers)
      response.end('x')
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as { port: number }
    api.mediaHost = `http://127.0.0.1:${port}`
    await expect(cloud.fetchMedia({ id: api.addFile(Buffer.from('x')) })).rejects.toBeInstanceOf(
      MediaUnavailable,
    )
    expect(asked).toEqual([])
    await new Promise((resolve) => stranger.close(resolve))
  })

  test.each([
    ['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1', true],
    ['https://mmg.whatsapp.net/d/f/x.enc', true],
    ['https://graph.facebook.com/v23.0/1', true],
    ['https://scontent.xx.fbcdn.net/x', true],
    ['http://lookaside.fbsbx.com/x', false],
    ['https://lookaside.fbsbx.com.example.org/x', false],
    ['https://evilfbsbx.com/x', false],
    ['https://lookaside.fbsbx.com:8443/x', false],
    ['https://me@lookaside.fbsbx.com/x', false],
    ['https://example.org/?lookaside.fbsbx.com', false],
    ['file:///etc/passwd', false],
    ['not an address', false],
  ])('%s: %s', (url, may) => {
    expect(mayCarryToken(url, 'https://graph.facebook.com/v23.0')).toBe(may)
  })
})

describe('the webhook', () => {
  const post = (body: string, signature = api.webhook.sign(body)) =>
    cloud.handleWebhook(Buffer.from(body), signature)

  test('takes nothing before the start and after the stop: Meta sends it again', async () => {
    await expect(post('{}')).rejects.toThrow('takes nothing in')
    await cloud.start(async (events) => {
      stored += events.length
    })
    expect(await post('{}')).toBe('ok')
    await cloud.stop()
    await expect(post('{}')).rejects.toThrow('takes nothing in')
    expect(stored).toBe(0)
  })

  test('a change of number that is told again is carried out once; one whose chats could not be joined, again', async () => {
    const saved = new URL('payloads/number-changed.json', import.meta.url)
    const { body } = JSON.parse(await readFile(saved, 'utf8'))
    body.entry[0].changes[0].value.metadata.phone_number_id = api.phoneNumberId
    await cloud.start(async () => undefined)
    const told = async () => {
      seen.length = 0
      expect(await post(JSON.stringify(body))).toBe('ok')
      return seen.length
    }
    ;[others, away] = [['391' as ChatId], true]
    expect(await told()).toBe(1)
    away = false
    // Placed, joined, and placed once more.
    expect(await told()).toBe(2)
    expect(await told()).toBe(0)
    expect(joined.splice(0)).toEqual(['391 into 393339999999'])
    await cloud.stop()
  })

  test('a receipt is no sign of the person: only who writes was seen there', async () => {
    const chats: string[] = []
    await cloud.start(async (events) => void chats.push(...events.map(({ from }) => from.chat)))
    seen.length = 0
    const value = {
      metadata: { phone_number_id: api.phoneNumberId },
      messages: [{ from: '392', id: 'wamid.V', timestamp: '2', type: 'text', text: { body: 'ciao' } }],
      statuses: [{ id: 'wamid.W', status: 'delivered', timestamp: '1', recipient_id: '391' }],
    }
    expect(await post(JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] }))).toBe('ok')
    expect([chats, seen]).toEqual([['392', '391'], ['392']])
    await cloud.stop()
  })

  test('what could not be stored is not confirmed', async () => {
    await cloud.start(async () => {
      throw new Error('the database is away')
    })
    const value = {
      metadata: { phone_number_id: api.phoneNumberId },
      messages: [{ from: '391', id: 'wamid.X', timestamp: '1', type: 'text', text: { body: 'ciao' } }],
    }
    const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] })
    await expect(post(body)).rejects.toThrow('the database is away')
    await cloud.stop()
  })

  test('joins the chats of one person before the person is heard; where it cannot, the next message does', async () => {
    const heard: string[] = []
    await cloud.start(async (events) => {
      heard.push(...events.map(({ from: { chat } }) => `${chat}, ${joined.length} joined`))
    })
    const writes = (id: string) => {
      const messages = [{ id, from: '39333', from_user_id: 'IT.1', type: 'text', text: { body: 'ciao' } }]
      const value = { metadata: { phone_number_id: api.phoneNumberId }, messages }
      return post(JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] }))
    }
    others = ['IT.1' as ChatId]
    away = true
    expect(await writes('wamid.1')).toBe('ok')
    expect([heard, joined, others]).toEqual([['39333, 0 joined'], [], ['IT.1']])
    away = false
    expect([await writes('wamid.2'), await writes('wamid.3')]).toEqual(['ok', 'ok'])
    expect([joined, others]).toEqual([['IT.1 into 39333'], []])
    expect(heard.slice(1)).toEqual(['39333, 1 joined', '39333, 1 joined'])
    await cloud.stop()
  })

  test('tells by itself that the account was locked', async () => {
    await cloud.start(async () => undefined)
    const value = {
      metadata: { phone_number_id: api.phoneNumberId },
      errors: [{ code: 131031, title: 'Locked' }],
    }
    expect(await post(JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] }))).toBe('ok')
    expect(troubles).toEqual(['locked'])
    await cloud.stop()
  })

  test('tells what became of a text that is used here, and takes it again where it could not be written', async () => {
    await cloud.start(async () => undefined)
    const told = (name: string, event: string, language = 'it') => {
      const value = { event, message_template_name: name, message_template_language: language }
      return post(
        JSON.stringify({ entry: [{ changes: [{ field: 'message_template_status_update', value }] }] }),
      )
    }
    away = true
    await expect(told('filo_chiusa', 'PAUSED')).rejects.toThrow('the database is away')
    away = false
    for (const name of ['filo_chiusa', 'pizza', 'filo_chiusa']) expect(await told(name, 'PAUSED')).toBe('ok')
    expect(await told('filo_chiusa', 'PAUSED', 'fr')).toBe('ok')
    expect(states).toEqual(['filo_chiusa paused', 'filo_chiusa paused'])
    expect(log.entries.filter(({ words }) => words?.includes('approved text'))).toEqual([
      expect.objectContaining({
        about: { channel: 'whatsapp', template: 'filo_chiusa', language: 'it', state: 'paused' },
      }),
    ])
    await cloud.stop()
  })

  test('tells with a message that it had taken that the town has not paid', async () => {
    await say()
    await cloud.start(async () => undefined)
    troubles.length = 0
    const value = {
      metadata: { phone_number_id: api.phoneNumberId },
      statuses: [
        {
          id: 'wamid.Y',
          status: 'failed',
          timestamp: '1',
          recipient_id: person.phone,
          errors: [{ code: 131042 }],
        },
      ],
    }
    expect(await post(JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] }))).toBe('ok')
    expect(troubles).toEqual(['payment'])
    await cloud.stop()
  })
})

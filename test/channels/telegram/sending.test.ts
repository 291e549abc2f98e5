import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jest } from '@jest/globals'
import type { TelegramDeps } from '../../../src/channels/telegram/adapter.js'
import { SEND_TIMEOUT_MS } from '../../../src/channels/telegram/bot-api.js'
import { as, type ChannelName, type ChatId, type MediaKey } from '../../../src/kernel/ids.js'
import type { SendResult } from '../../../src/messaging/channel.js'
import type { InboundEvent } from '../../../src/messaging/inbound.js'
import type { Rendered } from '../../../src/messaging/outbound.js'
import {
  type FakeBot,
  type FakeBotApi,
  type Fault,
  type Person,
  startFakeBotApi,
} from '../../support/fake-bot-api/index.js'
import { ADAPTERS, TOKEN, telegramDeps } from '../../support/telegram-adapters.js'
import { telegramReply } from '../../support/telegram-reply.js'

const to = { channel: as<ChannelName>('telegram'), chat: as<ChatId>('5012345678') }
const hello: Rendered = { type: 'text', text: 'Buongiorno' }
const photos = (...keys: string[]): Rendered => ({
  type: 'photos',
  media: keys.map((key) => as<MediaKey>(key)),
})

let api: FakeBotApi
let bot: FakeBot
let piero: Person

beforeEach(async () => {
  api = await startFakeBotApi()
  bot = api.bot(TOKEN, { username: 'FiloFossanoBot' })
  piero = bot.user({ id: 5012345678, first_name: 'Piero' })
  piero.send('ciao')
})
afterEach(() => api.stop())

/** The number that Telegram gave to the one message that was sent. */
function idOf(result: SendResult) {
  if (result.type !== 'sent' || result.externalIds[0] === undefined) throw new Error(JSON.stringify(result))
  return result.externalIds[0]
}

describe.each(ADAPTERS)('$library: what goes out', ({ create }) => {
  const adapter = (overrides: Partial<TelegramDeps> = {}) =>
    create(telegramDeps({ apiRoot: api.url, ...overrides }))

  it('says, asks and changes what it said', async () => {
    const filo = adapter()
    const ask = { what: 'location', label: 'Invia la posizione', others: ['Salta'] } as const
    await filo.send(to, { type: 'text', text: 'Dove?', ask })
    expect(piero.keyboard()).toEqual(['Invia la posizione', 'Salta'])
    await filo.send(to, { type: 'text', text: 'Grazie', hideAsk: true })
    expect(piero.keyboard()).toEqual([])
    const buttons = [[{ id: '3.yes', label: 'Sì' }], [{ id: '3.no', label: 'No' }]]
    const target = idOf(await filo.send(to, { type: 'text', text: 'Va bene?', buttons }))
    expect(piero.lastMessage()).toMatchObject({ text: 'Va bene?', buttons: ['Sì', 'No'] })
    const change: Rendered = { type: 'edit', target, text: 'Va bene? Sì' }
    expect(await filo.send(to, change)).toEqual({ type: 'sent', externalIds: [target] })
    expect(piero.lastMessage()).toMatchObject({ text: 'Va bene? Sì', buttons: [], edited: true })
    expect(await filo.send(to, change)).toEqual({ type: 'sent', externalIds: [target] })
    piero.clearHistory()
    expect(await filo.send(to, change)).toMatchObject({ type: 'refused', why: 'gone' })
  })

  it('sends a pin', async () => {
    await adapter().send(to, { type: 'pin', point: { lat: 44.5498, lon: 7.7201 } })
    expect(piero.lastMessage()?.location).toMatchObject({ latitude: 44.5498, longitude: 7.7201 })
  })

  it('uploads photos once, then names them', async () => {
    const filo = adapter()
    expect(await filo.send(to, photos('a.jpg', 'b.jpg'))).toMatchObject({
      type: 'sent',
      externalIds: { length: 2 },
    })
    expect(
      bot
        .callsOf('sendMediaGroup')
        .at(-1)
        ?.files.map(({ size }) => size),
    ).toEqual([14, 14])
    await filo.send(to, photos('b.jpg'))
    expect(bot.callsOf('sendPhoto').at(-1)?.files).toEqual([])
    await filo.send(to, photos('c.jpg'))
    expect(bot.callsOf('sendPhoto').at(-1)?.files).toHaveLength(1)
  })

  it('fetches what somebody sent', async () => {
    const picture = Buffer.from('a picture of a hole')
    piero.sendPhoto(picture, { caption: 'La buca' })
    const events: InboundEvent[] = []
    const filo = adapter()
    await filo.start(async (batch) => {
      events.push(...batch)
    })
    await bot.updates.settled()
    await filo.stop()
    const event = events.at(-1)
    if (event?.type !== 'media') throw new Error('no photo came')
    expect(event).toMatchObject({ kind: 'photo', caption: 'La buca' })
    const chunks: Buffer[] = []
    for await (const chunk of await filo.fetchMedia(event.ref)) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(picture)
  })

  it('gives a voice message on, byte for byte', async () => {
    const voice = readFileSync(new URL('../../../src/channels/simulator/page/voice.ogg', import.meta.url))
    const filo = adapter({ openMedia: async () => voice })
    const fetched = async (id = '') => Buffer.concat(await (await filo.fetchMedia({ id })).toArray())
    expect(await fetched(piero.sendVoice(voice).voice?.file_id)).toEqual(voice)
    const message: Rendered = { type: 'voice', media: as<MediaKey>('a.ogg') }
    expect(await filo.send(to, message)).toMatchObject({ type: 'sent', externalIds: { length: 1 } })
    expect(await fetched(piero.lastMessage()?.voice?.file_id)).toEqual(voice)
    await filo.send(to, message)
    expect(bot.callsOf('sendVoice').map(({ files }) => files.length)).toEqual([1, 0])
  })

  it('says why it cannot fetch', async () => {
    const filo = adapter()
    const video = piero.sendVideo({ size: 21 * 1024 * 1024 }).video
    await expect(filo.fetchMedia({ id: video?.file_id ?? '' })).rejects.toThrow('the file is too large')
    await expect(filo.fetchMedia({ id: 'of-another-bot' })).rejects.toThrow('the file is gone')
    const voice = piero.sendVoice(Buffer.from('ascolta')).voice
    bot.faults.next('download', { kind: 'cut' })
    await expect(filo.fetchMedia({ id: voice?.file_id ?? '' })).rejects.toThrow('Telegram is not reachable')
    // what breaks off on the way breaks the stream
    bot.faults.next('download', { kind: 'cut-after' })
    const stream = await filo.fetchMedia({ id: voice?.file_id ?? '' })
    await expect(stream.toArray()).rejects.toThrow()
  })

  const FAULTS: [Fault, object][] = [
    [
      { kind: '429', retryAfter: 3 },
      { type: 'retry', why: 'throttled', afterMs: 3_000 },
    ],
    [{ kind: '403' }, { type: 'refused', why: 'blocked', detail: 'Forbidden: bot was blocked by the user' }],
    [
      { kind: '400', description: 'chat not found' },
      { type: 'refused', why: 'blocked' },
    ],
    [
      { kind: '400', description: 'message is too long' },
      { type: 'refused', why: 'invalid' },
    ],
    [{ kind: '500' }, { type: 'retry', why: 'unreachable' }],
    [{ kind: 'html' }, { type: 'retry', why: 'unreachable' }],
    [{ kind: 'cut' }, { type: 'retry', why: 'unreachable' }],
    [{ kind: 'cut-after' }, { type: 'retry', why: 'unreachable' }],
  ]
  it.each(FAULTS)('answers %j with a value', async (fault, expected) => {
    bot.faults.next('sendMessage', fault)
    const result = await adapter().send(to, hello)
    expect(result).toMatchObject(expected)
    expect(JSON.stringify(result)).not.toContain(TOKEN)
  })

  it('sees that it is blocked', async () => {
    piero.block()
    expect(await adapter().send(to, hello)).toMatchObject({ type: 'refused', why: 'blocked' })
  })

  it('sees that its token is worth nothing', async () => {
    const filo = adapter({ token: '7100000009:AAHk3sAnotherTokenNobodyKnowsHere00' })
    expect(await filo.send(to, hello)).toMatchObject({ type: 'refused', why: 'restricted' })
  })

  it('waits for a slow answer, and not longer than it may', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance', 'hrtime'],
    })
    try {
      const filo = adapter()
      bot.faults.next('sendMessage', { kind: 'slow', ms: SEND_TIMEOUT_MS - 1 })
      bot.faults.next('sendMessage', { kind: 'slow', ms: SEND_TIMEOUT_MS + 1 })
      const results: Promise<SendResult>[] = []
      for (const passing of [SEND_TIMEOUT_MS - 1, SEND_TIMEOUT_MS]) {
        const called = bot.waitForCall('sendMessage', undefined, { since: 'now', timeoutMs: 60_000 })
        results.push(filo.send(to, hello))
        await called
        jest.advanceTimersByTime(passing)
        await results.at(-1)
      }
      expect(await Promise.all(results)).toEqual([
        { type: 'sent', externalIds: [expect.any(String)] },
        { type: 'retry', why: 'unreachable', detail: 'no answer in time' },
      ])
    } finally {
      jest.useRealTimers()
    }
  })

  it('keeps its connections between sends', async () => {
    let connections = 0
    const [, body, headers] = telegramReply({ message_id: 1 })
    const telegram = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, headers as Record<string, string>).end(body))
    }).on('connection', () => {
      connections += 1
    })
    await new Promise<void>((resolve) => {
      telegram.listen(0, '127.0.0.1', resolve)
    })
    const filo = adapter({ apiRoot: `http://127.0.0.1:${(telegram.address() as AddressInfo).port}` })
    try {
      for (let n = 0; n < 5; n += 1) expect(await filo.send(to, hello)).toMatchObject({ type: 'sent' })
      // undici opens a second one when the first is not quite done with its answer.
      expect(connections).toBeLessThanOrEqual(2)
    } finally {
      telegram.closeAllConnections()
      telegram.close()
    }
  })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { TelegramAdapter } from '../../../src/channels/telegram/adapter.js'
import type { InboundEvent } from '../../../src/messaging/inbound.js'
import { type FakeBot, type FakeBotApi, startFakeBotApi } from '../../support/fake-bot-api/index.js'
import { ADAPTERS, latch, recordingLog, TOKEN, telegramDeps, texts } from '../../support/telegram-adapters.js'

const SECRET = 'A-secret_of-1'

let api: FakeBotApi
let bot: FakeBot
let log: ReturnType<typeof recordingLog>

beforeEach(async () => {
  api = await startFakeBotApi()
  bot = api.bot(TOKEN, { username: 'FiloFossanoBot' })
  log = recordingLog()
})

afterEach(async () => {
  await api.stop()
  expect(JSON.stringify(log.entries)).not.toContain(TOKEN)
})

describe.each(ADAPTERS)('$library: what a webhook brings', ({ create }) => {
  const piero = () => bot.user({ id: 5012345678, first_name: 'Piero', language_code: 'it' })
  let route: Server
  let filo: TelegramAdapter
  const answers: (string | undefined)[] = []

  beforeEach(async () => {
    answers.length = 0
    route = createServer((request, response) => {
      const secret = request.headers['x-telegram-bot-api-secret-token'] as string | undefined
      json(request)
        .then((body) => filo.handleWebhook(body, secret))
        .then((answer) => {
          answers.push(answer)
          response.writeHead(answer === 'ok' ? 200 : 403).end()
        })
        .catch(() => response.writeHead(500).end())
    })
    await new Promise<void>((resolve) => {
      route.listen(0, '127.0.0.1', resolve)
    })
    const url = `http://127.0.0.1:${(route.address() as AddressInfo).port}/telegram`
    filo = create(telegramDeps({ apiRoot: api.url, log, mode: { type: 'webhook', url, secret: SECRET } }))
  })

  afterEach(async () => {
    await filo.stop()
    route.closeAllConnections()
    route.close()
  })

  it('takes what Telegram brings, and polls nothing', async () => {
    const events: InboundEvent[] = []
    await filo.start(async (batch) => {
      events.push(...batch)
    })
    piero().send('una buca')
    await bot.updates.settled()
    expect(texts(events)).toEqual(['una buca'])
    expect(answers).toEqual(['ok'])
    expect(bot.callsOf('getUpdates')).toEqual([])
  })

  it('lets Telegram bring again what could not be stored', async () => {
    const batches: string[][] = []
    await filo.start(async (events) => {
      batches.push(texts(events))
      if (batches.length === 1) throw new Error('the database is away')
    })
    piero().send('una buca')
    await bot.updates.settled()
    expect(batches).toEqual([['una buca'], ['una buca']])
  })

  it.each([undefined, '', 'A-secret_of-2', `${SECRET} `])(
    'takes nothing from a stranger: %j',
    async (secret) => {
      await filo.start(() => Promise.reject(new Error('a stranger was heard')))
      expect(await filo.handleWebhook({ update_id: 1, message: {} }, secret)).toBe('forbidden')
    },
  )

  it('survives a body that is no update', async () => {
    await filo.start(() => Promise.reject(new Error('nothing to store')))
    expect(await filo.handleWebhook('words', SECRET)).toBe('ok')
    expect(await filo.handleWebhook({ update_id: 1, message: { text: 1 } }, SECRET)).toBe('ok')
    expect(log.entries.at(-1)).toMatchObject({ level: 'error', about: { update: 1, kind: 'message' } })
  })

  it('takes nothing before it has started or once it is stopped, so that Telegram keeps it', async () => {
    await expect(filo.handleWebhook({ update_id: 1 }, SECRET)).rejects.toThrow('has not started')
    await filo.start(async () => {})
    await filo.stop()
    await expect(filo.handleWebhook({ update_id: 1 }, SECRET)).rejects.toThrow('stopped')
  })

  it('stops only when what was taken is stored', async () => {
    const stored = latch()
    const taken = latch()
    await filo.start(async () => {
      taken.open()
      await stored.opened
    })
    piero().send('una buca')
    await taken.opened
    const order: string[] = []
    const stopped = filo.stop().then(() => order.push('stopped'))
    await new Promise(setImmediate)
    order.push('stored')
    stored.open()
    await stopped
    expect(order).toEqual(['stored', 'stopped'])
  })

  it('has no webhook while it polls', async () => {
    expect(await create(telegramDeps({ apiRoot: api.url })).handleWebhook({ update_id: 1 }, '')).toBe(
      'forbidden',
    )
  })
})

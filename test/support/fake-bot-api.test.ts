import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Bot, type Context, InlineKeyboard, InputFile, webhookCallback } from 'grammy'
import type { Update } from 'grammy/types'
import { Markup, Telegraf } from 'telegraf'
import { type FakeBot, type FakeBotApi, type Person, startFakeBotApi } from './fake-bot-api/index.js'

/** The fake under the two libraries that the product uses, over polling and over webhooks. */

let api: FakeBotApi
let count = 0
const endings: (() => unknown)[] = []

beforeAll(async () => {
  api = await startFakeBotApi({ webhookRetryMs: 5 })
})
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})
afterAll(() => api.stop())

const newBot = () => {
  count += 1
  return api.bot(`${7000 + count}:AAtoken${count}`)
}
const aPerson = (fake: FakeBot, id = 100): Person => fake.user({ id, first_name: 'Ada', language_code: 'it' })
const grammyOf = (fake: FakeBot) => new Bot(fake.token, { client: { apiRoot: api.url } })
const telegrafOf = (fake: FakeBot) => new Telegraf(fake.token, { telegram: { apiRoot: api.url } })

const wasPolled = (fake: FakeBot) => fake.waitForCall('deleteWebhook')

/** Both libraries running the same small bot: a menu, a press, a photo that is sent back. */
async function startGrammy(fake: FakeBot) {
  const bot = grammyOf(fake)
  bot.command('start', (ctx) =>
    ctx.reply('Ciao', { reply_markup: new InlineKeyboard().text('Sì', 'y').text('No', 'n') }),
  )
  bot.callbackQuery('y', async (ctx) => {
    await ctx.answerCallbackQuery({ text: 'Ricevuto' })
    await ctx.editMessageText('Hai scelto: sì')
  })
  bot.on('message:photo', async (ctx) => {
    const file = await ctx.getFile()
    const bytes = Buffer.from(
      await (await fetch(`${api.url}/file/bot${fake.token}/${file.file_path}`)).arrayBuffer(),
    )
    await ctx.replyWithPhoto(new InputFile(bytes, 'eco.jpg'), { caption: 'La tua foto' })
  })
  bot.on('message:text', (ctx) => ctx.reply(`Hai detto: ${ctx.message.text}`))
  return bot
}

async function startTelegraf(fake: FakeBot) {
  const bot = telegrafOf(fake)
  const buttons = Markup.inlineKeyboard([
    Markup.button.callback('Sì', 'y'),
    Markup.button.callback('No', 'n'),
  ])
  bot.start((ctx) => ctx.reply('Ciao', buttons))
  bot.action('y', async (ctx) => {
    await ctx.answerCbQuery('Ricevuto')
    await ctx.editMessageText('Hai scelto: sì')
  })
  bot.on('photo', async (ctx) => {
    const link = await ctx.telegram.getFileLink(ctx.message.photo.at(-1)?.file_id ?? '')
    const bytes = Buffer.from(await (await fetch(link)).arrayBuffer())
    await ctx.replyWithPhoto({ source: bytes, filename: 'eco.jpg' }, { caption: 'La tua foto' })
  })
  bot.on('text', (ctx) => ctx.reply(`Hai detto: ${ctx.message.text}`))
  return bot
}

/** A web server for one webhook. */
async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  endings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}

const ways: Record<string, (fake: FakeBot) => Promise<void>> = {
  async 'grammY, polling'(fake) {
    const bot = await startGrammy(fake)
    void bot.start()
    endings.push(() => bot.stop())
    await wasPolled(fake)
  },
  async 'grammY, webhook'(fake) {
    const bot = await startGrammy(fake)
    const handle = webhookCallback(bot, 'http', { secretToken: 'segreto' })
    await bot.api.setWebhook(await listen(handle), { secret_token: 'segreto' })
  },
  async 'Telegraf, polling'(fake) {
    const bot = await startTelegraf(fake)
    void bot.launch()
    endings.push(() => bot.stop())
    await wasPolled(fake)
  },
  async 'Telegraf, webhook'(fake) {
    const bot = await startTelegraf(fake)
    const handle = bot.webhookCallback('/hook', { secretToken: 'segreto' })
    await bot.telegram.setWebhook(await listen(handle), { secret_token: 'segreto' })
  },
}

describe.each(Object.entries(ways))('%s', (_, start) => {
  test('a person writes, presses, and sends a photo that comes back byte by byte', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    await start(fake)

    ada.sendCommand('start')
    const menu = await ada.waitFor('Ciao')
    expect(menu).toMatchObject({ by: 'bot', buttons: ['Sì', 'No'], edited: false })

    const press = ada.press('Sì')
    expect(press.data).toBe('y')
    expect(await press.answered()).toMatchObject({ text: 'Ricevuto' })
    const chosen = await ada.waitFor('Hai scelto: sì')
    expect(chosen).toMatchObject({ message_id: menu.message_id, buttons: [], edited: true })

    const bytes = randomBytes(300_000)
    ada.sendPhoto(bytes, { caption: 'Una buca' })
    const echo = await ada.waitFor('La tua foto')
    const [upload] = fake.callsOf('sendPhoto').map((call) => call.files[0])
    expect(upload).toMatchObject({ fileName: 'eco.jpg', size: bytes.length })
    expect((await download(fake, echo.photo?.at(-1)?.file_id)).equals(bytes)).toBe(true)

    ada.send('grazie')
    expect(await ada.waitFor(/^Hai detto/)).toMatchObject({ text: 'Hai detto: grazie' })
    await fake.updates.settled()
  })
})

async function download(fake: FakeBot, fileId = ''): Promise<Buffer> {
  const file = await grammyOf(fake).api.getFile(fileId)
  const response = await fetch(`${api.url}/file/bot${fake.token}/${file.file_path}`)
  return Buffer.from(await response.arrayBuffer())
}

describe('uploads', () => {
  test.each(['grammY', 'Telegraf'])('%s sends an album by multipart', async (library) => {
    const fake = newBot()
    const ada = aPerson(fake)
    ada.send('ciao')
    const [one, two] = [randomBytes(1000), randomBytes(2000)]
    if (library === 'grammY') {
      await grammyOf(fake).api.sendMediaGroup(ada.id, [
        { type: 'photo', media: new InputFile(one), caption: 'Due foto' },
        { type: 'photo', media: new InputFile(two) },
      ])
    } else {
      await telegrafOf(fake).telegram.sendMediaGroup(ada.id, [
        { type: 'photo', media: { source: one }, caption: 'Due foto' },
        { type: 'photo', media: { source: two } },
      ])
    }
    const [first, second] = ada.messages().filter((message) => message.by === 'bot')
    expect(first).toMatchObject({ caption: 'Due foto', media_group_id: second?.media_group_id })
    expect(second?.caption).toBeUndefined()
    expect((await download(fake, first?.photo?.at(-1)?.file_id)).equals(one)).toBe(true)
    expect((await download(fake, second?.photo?.at(-1)?.file_id)).equals(two)).toBe(true)
  })

  test('documents, voices and a photo known by its id', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    const { api: calls } = grammyOf(fake)
    const photo = ada.sendPhoto(randomBytes(500)).photo?.at(-1)?.file_id ?? ''
    const { photo: again } = await calls.sendPhoto(ada.id, photo)
    expect(again.at(-1)?.file_id).toBe(photo)

    const pdf = randomBytes(700)
    const sent = await calls.sendDocument(ada.id, new InputFile(pdf, 'verbale già letto.pdf'))
    expect(sent.document).toMatchObject({ file_name: 'verbale già letto.pdf', mime_type: 'application/pdf' })
    expect((await download(fake, sent.document.file_id)).equals(pdf)).toBe(true)
    expect((await calls.sendVoice(ada.id, new InputFile(pdf), { duration: 4 })).voice.duration).toBe(4)
    await expect(calls.sendDocument(ada.id, photo)).rejects.toThrow(
      "can't use file of type Photo as Document",
    )
  })

  test('the smaller sizes of a photo are not the photo', async () => {
    const fake = newBot()
    const bytes = randomBytes(5000)
    const sizes = aPerson(fake).sendPhoto(bytes).photo ?? []
    expect(sizes.map((size) => size.width)).toEqual([90, 320, 1280])
    expect((await download(fake, sizes[0]?.file_id)).equals(bytes)).toBe(false)
    expect((await download(fake, sizes[2]?.file_id)).equals(bytes)).toBe(true)
  })
})

/** Resolves when a poll has reached the server and hangs there. */
async function arrived(fake: FakeBot) {
  while (!fake.counts.get('getUpdates')) await new Promise(setImmediate)
}

describe('polling', () => {
  const poll = (fake: FakeBot, params: object = {}) => grammyOf(fake).api.raw.getUpdates(params)
  const idsOf = (updates: Update[]) => updates.map((update) => update.update_id)

  test('what is not confirmed comes again, what is below the offset does not', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    for (const text of ['uno', 'due', 'tre']) ada.send(text)
    const all = await poll(fake)
    expect(all.map((update) => update.message?.text)).toEqual(['uno', 'due', 'tre'])
    // Who asks the same again at once gets one.
    expect(idsOf(await poll(fake))).toEqual(idsOf(all).slice(0, 1))
    expect(idsOf(await poll(fake, { offset: all[0]?.update_id, limit: 2 }))).toEqual(idsOf(all).slice(0, 2))
    expect(idsOf(await poll(fake, { offset: all[1]?.update_id }))).toEqual(idsOf(all).slice(1))
    expect(fake.updates.pending).toBe(2)
    expect(idsOf(await poll(fake, { offset: -1 }))).toEqual(idsOf(all).slice(2))
    expect(await poll(fake, { offset: (all[2]?.update_id ?? 0) + 1 })).toEqual([])
    await fake.updates.settled()
  })

  test('a long poll waits, and takes together what comes together', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    const waiting = poll(fake, { timeout: 30 })
    await arrived(fake)
    ada.send('uno')
    ada.send('due')
    expect(await waiting).toHaveLength(2)
  })

  test('the older of two polls ends with 409; with a webhook every poll does', async () => {
    const fake = newBot()
    const older = poll(fake, { timeout: 30 })
    const refused = expect(older).rejects.toMatchObject({ error_code: 409 })
    await arrived(fake)
    const newer = poll(fake, { timeout: 30 })
    await refused
    const alsoRefused = expect(newer).rejects.toThrow('terminated by setWebhook request')
    await grammyOf(fake).api.setWebhook('http://127.0.0.1:9/hook')
    await alsoRefused
    await expect(poll(fake)).rejects.toThrow("can't use getUpdates method while webhook is active")
    expect((await grammyOf(fake).api.getWebhookInfo()).url).toBe('http://127.0.0.1:9/hook')
    await grammyOf(fake).api.deleteWebhook()
    expect(await poll(fake)).toEqual([])
  })

  test('only the kinds that were asked for', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    await poll(fake, { allowed_updates: ['callback_query'] })
    ada.send('non interessa')
    ada.pressData(1, 'forged')
    const [update, ...others] = await poll(fake)
    expect(others).toEqual([])
    expect(update?.callback_query).toMatchObject({
      data: 'forged',
      message: { message_id: 1, chat: { id: 100 } },
    })
  })

  test('duplicates and swapped neighbours, the same for the same seed', async () => {
    const received = async (seed: number) => {
      const fake = newBot()
      const ada = aPerson(fake)
      fake.updates.duplicate({ rate: 0.3, seed })
      fake.updates.shuffle({ rate: 0.3, seed })
      for (let index = 0; index < 40; index += 1) ada.send(`${index}`)
      const texts: (string | undefined)[] = []
      let offset = 0
      for (;;) {
        const batch = await poll(fake, { offset, limit: 10 })
        if (batch.length === 0) return texts
        texts.push(...batch.map((update) => update.message?.text))
        offset = Math.max(offset, ...batch.map((update) => update.update_id + 1))
      }
    }
    const texts = await received(5)
    expect(await received(5)).toEqual(texts)
    expect(await received(6)).not.toEqual(texts)
    expect(new Set(texts).size).toBe(40)
    expect(texts.length).toBeGreaterThan(45)
  })
})

describe('webhooks', () => {
  interface Seen {
    update: Update
    secret: string | undefined
  }

  async function hook(fake: FakeBot, answer: (seen: Seen, response: ServerResponse) => void) {
    const url = await listen(async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const secret = request.headers['x-telegram-bot-api-secret-token'] as string | undefined
      answer({ update: JSON.parse(Buffer.concat(chunks).toString()), secret }, response)
    })
    await grammyOf(fake).api.setWebhook(url, { secret_token: 'segreto' })
  }

  test('an update comes again until it is taken, and holds up its own queue alone', async () => {
    const fake = newBot()
    const [ada, bea] = [aPerson(fake, 1), aPerson(fake, 2)]
    const seen: string[] = []
    let failures = 3
    await hook(fake, ({ update, secret }, response) => {
      expect(secret).toBe('segreto')
      const kind = update.message?.text ?? `press ${update.callback_query?.data}`
      seen.push(kind)
      response.statusCode = kind === 'uno' && failures-- > 0 ? 500 : 200
      response.end()
    })
    for (const text of ['uno', 'due']) ada.send(text)
    ada.pressData(1, 'y')
    bea.send('altra')
    await fake.updates.settled()
    expect(seen.filter((kind) => kind === 'uno')).toHaveLength(4)
    expect(seen.indexOf('due')).toBe(seen.length - 1)
    expect(seen.indexOf('press y')).toBeLessThan(seen.lastIndexOf('uno'))
    expect(seen.indexOf('altra')).toBeLessThan(seen.lastIndexOf('uno'))
    const info = await grammyOf(fake).api.getWebhookInfo()
    expect(info.last_error_message).toBe('Wrong response from the webhook: 500 Internal Server Error')
  })

  test('one connection serves all queues in turn, and an outage only delays', async () => {
    const fake = newBot()
    const people = [1, 2, 3].map((id) => aPerson(fake, id))
    const seen: string[] = []
    let open = 0
    let most = 0
    const url = await listen(async (request, response) => {
      open += 1
      most = Math.max(most, open)
      const chunks = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      seen.push(JSON.parse(Buffer.concat(chunks).toString()).message.text)
      open -= 1
      response.end()
    })
    await grammyOf(fake).api.setWebhook(url, { max_connections: 1 })
    api.outage(true)
    for (const text of ['uno', 'due']) for (const person of people) person.send(`${text} ${person.id}`)
    await new Promise(setImmediate)
    expect(seen).toEqual([])
    api.outage(false)
    await fake.updates.settled()
    expect(most).toBe(1)
    expect(seen).toHaveLength(6)
    for (const { id } of people) expect(seen.indexOf(`uno ${id}`)).toBeLessThan(seen.indexOf(`due ${id}`))
  })

  test('the answer may be a call, and what is pending is there for a poll later', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    await hook(fake, ({ update }, response) => {
      if (update.message?.text === 'no') return response.destroy()
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method: 'sendMessage', chat_id: ada.id, text: 'subito' }))
    })
    ada.send('ciao')
    expect(await ada.waitFor('subito')).toMatchObject({ by: 'bot' })
    await fake.updates.settled()
    ada.send('no')
    await grammyOf(fake).api.deleteWebhook()
    const [left] = await grammyOf(fake).api.getUpdates()
    expect(left?.message?.text).toBe('no')
  })
})

describe('what goes wrong', () => {
  const say = (fake: FakeBot, text: string) => grammyOf(fake).api.sendMessage(100, text)
  const sayByTelegraf = (fake: FakeBot, text: string) => telegrafOf(fake).telegram.sendMessage(100, text)

  function disturbed() {
    const fake = newBot()
    const ada = aPerson(fake)
    ada.send('ciao')
    return {
      fake,
      shown: () => ada.messages().flatMap((message) => (message.by === 'bot' ? [message.text] : [])),
    }
  }

  test('429, 403, 400 and 500 reach both libraries as Telegram words them, and nothing is shown', async () => {
    const { fake, shown } = disturbed()
    fake.faults.next('sendMessage', { kind: '429', retryAfter: 7 }, 2)
    const flood = { error_code: 429, parameters: { retry_after: 7 } }
    await expect(say(fake, 'x')).rejects.toMatchObject(flood)
    await expect(sayByTelegraf(fake, 'x')).rejects.toMatchObject({ response: flood })
    fake.faults.next('*', { kind: '403' })
    await expect(say(fake, 'x')).rejects.toThrow('Forbidden: bot was blocked by the user')
    fake.faults.next('*', { kind: '400', description: 'TOPIC_CLOSED' })
    await expect(say(fake, 'x')).rejects.toThrow('Bad Request: TOPIC_CLOSED')
    fake.faults.next('*', { kind: '500' })
    await expect(sayByTelegraf(fake, 'x')).rejects.toThrow('Internal Server Error')
    expect(shown()).toEqual([])
    await say(fake, 'y')
    expect(shown()).toEqual(['y'])
    expect(fake.faults.dealt).toBe(5)
    expect(fake.callsOf('sendMessage').map((call) => call.fault)).toEqual([
      '429',
      '429',
      '403',
      '400',
      '500',
      undefined,
    ])
  })

  test('a cut connection: before, nothing happened; after, it did', async () => {
    const { fake, shown } = disturbed()
    fake.faults.next('sendMessage', { kind: 'cut' })
    await expect(say(fake, 'prima')).rejects.toThrow('Network request')
    expect(shown()).toEqual([])
    fake.faults.next('sendMessage', { kind: 'cut-after' })
    await expect(sayByTelegraf(fake, 'dopo')).rejects.toThrow('socket hang up')
    expect(shown()).toEqual(['dopo'])
  })

  test('a slow answer, a page of HTML, a download that breaks off', async () => {
    const { fake, shown } = disturbed()
    fake.faults.next('sendMessage', { kind: 'slow', ms: 60 })
    const before = performance.now()
    const slow = say(fake, 'piano')
    await fake.waitForCall('sendMessage')
    expect(shown()).toEqual(['piano'])
    await slow
    expect(performance.now() - before).toBeGreaterThanOrEqual(55)
    fake.faults.next('sendMessage', { kind: 'html' }, 2)
    await expect(say(fake, 'x')).rejects.toThrow('Network request')
    await expect(sayByTelegraf(fake, 'x')).rejects.toMatchObject({ response: { error_code: 502 } })
    const photo = aPerson(fake).sendPhoto(randomBytes(100_000)).photo?.at(-1)?.file_id
    fake.faults.next('download', { kind: 'cut-after' })
    await expect(download(fake, photo)).rejects.toThrow()
  })

  test('at random, the same calls for the same seed', async () => {
    const outcomes = async (seed: number) => {
      const { fake } = disturbed()
      fake.faults.random({ rate: 0.4, seed, faults: [{ kind: '500' }, { kind: 'cut' }] })
      const results: string[] = []
      for (let index = 0; index < 30; index += 1) {
        results.push(
          await say(fake, `${index}`).then(
            () => 'ok',
            (error) => error.name,
          ),
        )
      }
      return results
    }
    const first = await outcomes(11)
    expect(new Set(first)).toEqual(new Set(['ok', 'GrammyError', 'HttpError']))
    expect(await outcomes(11)).toEqual(first)
  })

  test('an outage resets every connection, and passes', async () => {
    const { fake, shown } = disturbed()
    const waiting = expect(grammyOf(fake).api.getUpdates({ offset: 2 ** 31, timeout: 30 })).rejects.toThrow(
      'Network',
    )
    await arrived(fake)
    api.outage(true)
    await waiting
    await expect(say(fake, 'x')).rejects.toThrow('Network request')
    api.outage(false)
    await say(fake, 'di nuovo')
    expect(shown()).toEqual(['di nuovo'])
  })

  test('a person blocks the bot and comes back', async () => {
    const fake = newBot()
    const ada = aPerson(fake)
    const changes: string[] = []
    const bot = grammyOf(fake)
    bot.on('my_chat_member', (ctx: Context) => {
      changes.push(ctx.myChatMember?.new_chat_member.status ?? '')
    })
    void bot.start()
    endings.push(() => bot.stop())
    ada.send('ciao')
    ada.block()
    await fake.updates.settled()
    await expect(say(fake, 'x')).rejects.toThrow('403: Forbidden: bot was blocked by the user')
    expect(() => ada.send('x')).toThrow('unblock() first')
    ada.unblock()
    await fake.updates.settled()
    await say(fake, 'eccoci')
    expect(ada.lastMessage()?.text).toBe('eccoci')
    expect(changes).toEqual(['kicked', 'member'])
  })

  test('stopping the server ends what hangs on it', async () => {
    const other = await startFakeBotApi()
    const fake = other.bot('1:a')
    const polling = fetch(`${other.url}/bot1:a/getUpdates?timeout=50`)
    const ended = expect(polling).rejects.toThrow()
    await arrived(fake)
    await other.stop()
    await ended
  })
})

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { SIMULATED } from '../../src/channels/simulator/simulator.js'
import { type Product, startProduct } from '../../src/compose.js'
import { loadConfig } from '../../src/config.js'
import { DAY, MINUTE } from '../../src/kernel/clock.js'
import { as, type ChatId } from '../../src/kernel/ids.js'
import { brokenBy, mended } from '../support/broken-by.js'
import { entryOf, writtenLog } from '../support/log-lines.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { aPhoto, openTelegramTown, type TelegramTown, until } from '../support/telegram-town.js'

/** Everything that is logged, at the most talkative level: it must not say who somebody is, nor what was written. */

/** Words that occur nowhere else; each must not be found. The last ones as the errors of libraries would quote them. */
const NAME = 'Eufrasia Quaglini'
const OFFICER = 'Ubaldo Zanardi'
const PHONE = '+393471928374'
const CHAT = '884422066'
const PERSONAL = [
  ...NAME.split(' '),
  ...OFFICER.split(' '),
  '3471928374',
  '347 192 8374',
  CHAT,
  'pozzanghera',
  'citofono',
  'Sbaffi',
  'lavagna',
  'gattaiola',
  'indigesto',
]

const findings = (lines: readonly string[]): string[] =>
  lines.filter((line) => PERSONAL.some((word) => line.toLowerCase().includes(word.toLowerCase())))

const logged = (lines: readonly string[], words: string) => {
  const found = lines.find((line) => String(entryOf(line).msg).startsWith(words))
  return found === undefined ? undefined : entryOf(found)
}

describe('in the simulator', () => {
  let database: TestDatabase
  let client: Client
  let dataDir: string
  let product: Product
  const { log, lines } = writtenLog()

  beforeAll(async () => {
    database = await createTestDatabase()
    client = new Client(database.url)
    await client.connect()
    dataDir = await mkdtemp(join(tmpdir(), 'filo-logs-'))
    const loaded = loadConfig({ DATABASE_URL: database.url, DATA_DIR: dataDir, HTTP_PORT: '0' }, (path) =>
      readFileSync(path, 'utf8'),
    )
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
    product = await startProduct(loaded.config, log)
    await product.started
  })
  afterAll(async () => {
    await product?.stop()
    await client.end()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** A phone, and how long one waits until it is answered. */
  function phoneOf(channel: (typeof SIMULATED)[keyof typeof SIMULATED], chat: string, name: string) {
    const simulator = product.channels.simulator
    if (!simulator) throw new Error('The simulator is off')
    const phone = simulator.phone(channel, as<ChatId>(chat), { name, locale: 'it' })
    const answered = (count: number) =>
      until('an answer', () => phone.messages.filter(({ by }) => by === 'bot').length > count)
    return {
      phone,
      async does(deed: () => Promise<unknown>): Promise<void> {
        const before = phone.messages.filter(({ by }) => by === 'bot').length
        await deed()
        await answered(before)
      },
      async settled(): Promise<void> {
        await until('it is taken', () => phone.settled)
        await product.settled()
      },
    }
  }

  test('names, phone numbers, texts, chats: whatever people do, and whatever breaks', async () => {
    const citizen = phoneOf(SIMULATED.plain, CHAT, NAME)
    const { phone, does } = citizen
    await does(() => phone.sendText('ciao'))
    await does(() => phone.sendText('una pozzanghera enorme davanti a casa Sbaffi'))
    await does(() => phone.sendPhotos([Buffer.from('no picture')], 'la gattaiola'))
    await does(() =>
      phone.sendPhotos([readFileSync('src/channels/simulator/page/photos/lamp.jpg')], 'la lavagna'),
    )
    await does(() => phone.sendText('via Sbaffi 12, citofono Quaglini'))
    await does(() => phone.sendLocation({ lat: 44.5497, lon: 7.7237 }, { label: 'da Sbaffi' }))
    await does(() => phone.sendContact(PHONE, true))
    await does(() => phone.sendText(`chiamatemi al ${PHONE}`))
    await does(() => phone.sendText('347 192 8374'))
    await does(() => phone.sendSticker())
    await does(() => phone.sendText('/start forged-token-of-Quaglini'))
    const officer = phoneOf(SIMULATED.staff, 'operator-maintenance', OFFICER)
    await officer.does(() => officer.phone.sendText('/nota 1 la lavagna di Sbaffi'))
    await officer.does(() => officer.phone.sendText('/apri pozzanghera'))

    // A refused send: nobody reads there any more.
    await does(() => phone.sendText('aiuto'))
    const plain = phoneOf(SIMULATED.plain, `${CHAT}1`, NAME)
    await plain.does(() => plain.phone.sendText('ciao'))
    await plain.phone.setBlocked(true)
    await product.unitOfWork.run(async (tx) =>
      tx.outbox.put({
        to: plain.phone.address,
        locale: 'it',
        message: { body: [{ verbatim: 'la pozzanghera di Sbaffi' }] },
      }),
    )
    await until('it is refused', () => logged(lines, 'The network refused a message'))

    // A turn that breaks, by an error that quotes everything; a timer of that conversation; a job.
    await client.query(brokenBy('session', 'indigesto'))
    await does(() => phone.sendText('indigesto, come la pozzanghera'))
    await until('it is set aside', () => logged(lines, 'An event was set aside'))
    await client.query(
      `UPDATE session SET state = jsonb_set(state, '{memory,words}', '"la lavagna"') WHERE chat = $1`,
      [CHAT],
    )
    await client.query(mended('session'))
    await client.query(brokenBy('session', 'lavagna'))
    await client.query(`UPDATE timer SET due_at = date_trunc('second', now()) - interval '1 day'`)
    await product.movableClock?.advance(2 * DAY)
    await until('a timer failed', () => logged(lines, 'A timer failed'))
    await client.query(mended('session'))
    await client.query(brokenBy('attachment', 'stored'))
    await phone.sendPhotos([await aPhoto('#102030')], 'la gattaiola')
    await until('a job failed', () => lines.some((line) => /Failed task/.test(line)), 10_000)
    await citizen.settled()
    await product.movableClock?.advance(MINUTE)

    expect(findings(lines)).toEqual([])
  })

  test('what is logged about a turn has its id, and leads to the event', () => {
    const setAside = logged(lines, 'An event was set aside')
    expect(setAside).toMatchObject({ channel: SIMULATED.plain, event: expect.any(String) })
    expect(setAside?.turn).toMatch(/^[0-9a-f]{8}\.1$/)
    const stored = lines.map(entryOf).filter(({ msg }) => msg === 'Stored')
    expect(stored.length).toBeGreaterThan(10)
    for (const { turn, events } of stored) {
      expect(turn).toMatch(/^[0-9a-f]{8}(\.\d+)?$/)
      expect(events).not.toEqual([])
    }
    expect(new Set(stored.map(({ turn }) => turn)).size).toBe(stored.length)
  })
})

describe('on Telegram', () => {
  let town: TelegramTown
  beforeEach(async () => {
    town = await openTelegramTown()
  })
  afterEach(() => town.close())

  test('its refusals may quote: nothing of it is logged, nor a token', async () => {
    const { log, lines } = writtenLog()
    const product = await startProduct(town.config, log)
    await product.started
    const person = town.citizens.user({ id: Number(CHAT), first_name: NAME, language_code: 'it' })
    person.send('ciao')
    await person.waitFor('Scegli dalla lista')
    for (const description of [
      `Bad Request: can't parse entities: unsupported start tag "pozzanghera ${NAME}" at byte offset 7`,
      `Bad Request: wrong number ${PHONE} in "citofono Sbaffi"`,
    ]) {
      town.citizens.faults.next('sendMessage', { kind: '400', description })
      person.send('aiuto')
    }
    await until('both are refused', async () => {
      const refused = await town.query(`SELECT 1 FROM outbox WHERE status = 'refused'`)
      return refused.length === 2
    })
    town.citizens.faults.next('sendMessage', { kind: 'cut' })
    town.citizens.faults.next('getFile', { kind: '400', description: `Bad Request: no file "${NAME}"` })
    person.sendPhoto(await aPhoto('#304050'), { caption: 'la gattaiola' })
    person.send('la lavagna')
    await person.waitFor((message) => message.text?.includes('lavagna') === false, { timeoutMs: 10_000 })
    await product.stop()
    expect(findings(lines)).toEqual([])
    const secrets = [town.env.TELEGRAM_CITIZEN_TOKEN, town.env.TELEGRAM_STAFF_TOKEN] as string[]
    expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([])
  })
})

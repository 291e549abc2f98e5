import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { DateTime } from 'luxon'
import sharp from 'sharp'
import { inviteStaff } from '../../src/app/invite-staff.js'
import type { Invite } from '../../src/app/ports.js'
import { type Product, startProduct } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import type { OfficeCode } from '../../src/kernel/ids.js'
import type { Person, ShownMessage } from '../support/fake-bot-api/index.js'
import { killAll, startedProcess, startProcess } from '../support/product-process.js'
import { recordingLog } from '../support/telegram-adapters.js'
import {
  aPhoto,
  deskButton,
  fileOf,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** The whole product against a Bot API over real sockets: what a citizen and an office see in their apps. */

let town: TelegramTown
let product: Product
let place = 0
const nextPoint = () => pointOf(place++)

const OPERATOR: Invite = { role: 'operator', offices: ['maintenance' as OfficeCode], frontDesk: false }

/** Takes in and sends; what is due is another process's (`tick`), so that no minute of the wall clock comes in between. */
const start = (overrides: Partial<Config> = {}) =>
  startProduct({ ...town.config, roles: ['channels', 'delivery', 'http'], ...overrides }, recordingLog())

/** Joins by a link, as everybody does. */
async function hired(name: string, invite: Invite = OPERATOR): Promise<Person> {
  const person = town.staff.user({ id: 5_000 + place++, first_name: name, language_code: 'it' })
  const token = randomBytes(16).toString('hex')
  const here = { town: town.config.town, now: new Date() }
  await product.unitOfWork.run((tx) => inviteStaff(tx, here, invite, token))
  person.sendCommand('start', token)
  await person.waitFor('benvenuto')
  return person
}

/** Another process of the schedule begins: what is due by now is done, late rather than never. */
async function tick(overrides: Partial<Config> = {}): Promise<void> {
  const other = await start({ ...overrides, roles: ['schedule'] })
  await other.stop()
}

/** The minute in which a close can be undone is over. */
async function minuteLater(report: number): Promise<void> {
  await town.query(
    `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'tell_closed' AND key = $1`,
    [String(report)],
  )
  await tick()
}

async function claim(operator: Person, report: number): Promise<void> {
  await operator.waitFor(`Nuova segnalazione ${report}:`, { since: 'start' })
  operator.press(deskButton('claim', report))
  await operator.waitFor(`La ${report} è in carico a te`)
  await operator.waitFor(({ buttons }) => buttons.includes('✅ Chiudi'))
}

async function close(operator: Person, report: number, words: string): Promise<void> {
  operator.press(deskButton('close', report))
  await operator.waitFor("Com'è andata")
  operator.press('risolta')
  await operator.waitFor('Scrivi il messaggio')
  operator.send(words)
  await operator.waitFor('leggeranno')
  operator.press('Invia')
  await operator.waitFor(`La ${report} è chiusa`)
}

const fromBot = (person: Person): ShownMessage[] => person.messages().filter(({ by }) => by === 'bot')

/** How often the bot said something, edits not counted. */
const times = (person: Person, words: string): number =>
  person.history().filter(({ by, text }) => by === 'bot' && text?.includes(words)).length

/** From "ciao" to "is it fixed?", with everything that Telegram can carry; over whichever way the updates come. */
async function wholeWay(): Promise<void> {
  const [red, blue] = [await aPhoto('#c03020'), await aPhoto('#2030c0')]
  const operator = await hired('Bruno')
  const citizen = town.newCitizen('Ada')

  citizen.send('ciao')
  const groups = await citizen.waitFor('Scegli dalla lista')
  expect(fromBot(citizen)[0]?.text).toContain('filo diretto con il Comune di Fossano')
  await citizen.press(/^Strade e segnali/).answered()
  await citizen.waitFor('Più di preciso?')
  // The answered question has lost its buttons and shows the choice.
  await citizen.waitUntil((all) =>
    all.some(
      (one) =>
        one.message_id === groups.message_id &&
        one.buttons.length === 0 &&
        !!one.text?.includes('→ Strade e segnali'),
    ),
  )
  citizen.press('Buca nella strada')
  await citizen.waitFor("Dov'è?")
  expect(citizen.keyboard()[0]).toBe('📍 Invia la mia posizione')
  const point = nextPoint()
  citizen.sendLocation(...point)
  await citizen.waitFor('Hai una foto?')
  expect(citizen.keyboard()).toEqual([])
  citizen.sendAlbum([red, blue], 'Buca davanti alla scuola')
  await citizen.waitUntil((all) =>
    all.some(({ text }) => text?.includes('Ho ricevuto 2 foto') || text?.includes('Ho ricevuto una foto')),
  )
  citizen.press(/Avanti/)
  const check = await citizen.waitFor('Guarda se va bene')
  expect(check.text).toContain('Buca davanti alla scuola')
  expect(check.text).toContain('Posto: Punto sulla mappa')
  // What was said is changed in the app, and so in the draft.
  const caption = citizen.messages().find((one) => one.caption === 'Buca davanti alla scuola')
  citizen.edit(caption?.message_id as number, 'Buca profonda davanti alla scuola')
  await citizen.waitFor('Buca profonda davanti alla scuola')
  citizen.press(/Invia la segnalazione/)
  const receipt = await citizen.waitFor('La tua segnalazione è la numero')
  const report = Number(/numero (\d+)/.exec(receipt.text ?? '')?.[1])
  expect(receipt.text).toMatch(/[Ee]ntro (.* alle \d\d:\d\d|la sera di )/)
  await citizen.waitFor('numero di telefono')
  citizen.sendContact('+393331234567')
  await citizen.waitFor('ho salvato il numero')
  await town.query<{ id: string }>('SELECT 1')
  await until('the photos are stored', async () => {
    const stored = await town.query(`SELECT 1 FROM attachment WHERE report = $1 AND status = 'stored'`, [
      report,
    ])
    return stored.length === 2
  })

  await claim(operator, report)
  await citizen.waitFor("l'ha presa in carico", { since: 'start' })
  const seen = operator.mark()
  operator.sendCommand('apri', String(report))
  const card = await operator.waitFor('Buca profonda davanti alla scuola')
  expect(card.text).toContain(`Segnalazione ${report}`)
  expect(card.text).not.toContain('Ada')
  const pin = await operator.waitFor(({ location }) => location !== undefined, { since: seen })
  expect(pin.location).toMatchObject({ latitude: point[0], longitude: point[1] })
  const pictures = operator.messages().filter(({ photo }) => photo !== undefined)
  expect(pictures).toHaveLength(4)
  const upload = town.staff.callsOf('sendMediaGroup').at(-1)
  expect(upload?.files.every(({ size }) => size > 500)).toBe(true)
  for (const [index, colour] of [
    [0, 'r'],
    [1, 'b'],
  ] as const) {
    const file = await fileOf(town.api, town.staff, pictures[index]?.photo?.at(-1)?.file_id as string)
    const { channels, isOpaque } = await sharp(file).stats()
    expect(isOpaque).toBe(true)
    const [r, , b] = channels.map(({ mean }) => mean) as [number, number, number]
    expect(r > b ? 'r' : 'b').toBe(colour)
  }

  await close(operator, report, 'La buca è stata chiusa ieri.')
  expect(times(citizen, 'La buca è stata chiusa ieri.')).toBe(0)
  const before = citizen.mark()
  await minuteLater(report)
  const closed = await citizen.waitFor('La buca è stata chiusa ieri.', { since: before })
  expect(closed.text).toContain('Il problema è risolto.')
  await citizen.waitFor('anche per te il problema è risolto?', { since: before })
  citizen.press(/No, c'è ancora/)
  await citizen.waitFor('Grazie per avercelo detto.')
  await operator.waitFor(`ha riaperto la ${report}`, { since: seen })
  await town.citizens.updates.settled()
  await town.staff.updates.settled()
}

describe('over long polling', () => {
  beforeAll(async () => {
    town = await openTelegramTown()
    product = await start()
    await product.started
  })
  afterEach(() => {
    town.citizens.faults.clear()
    town.staff.faults.clear()
    town.citizens.updates.duplicate({ rate: 0, seed: 1 })
    town.citizens.updates.shuffle({ rate: 0, seed: 1 })
  })
  afterAll(async () => {
    await product.stop()
    await town.close()
  })

  test('from the first "ciao" to "is it fixed?"', wholeWay, 20_000)

  test('an invitation made on the command line lets one person in, once', async () => {
    const invite = startProcess(town.env, ['invite', '--role', 'operator', '--office', 'maintenance'])
    expect(await invite.ended).toBe(0)
    const [, token] = /https:\/\/t\.me\/filo_staff_bot\?start=(\S+)/.exec(invite.output()) ?? []
    const [first, second] = [town.newStaff('Carla'), town.newStaff('Dario')]
    first.sendCommand('start', token)
    expect((await first.waitFor('benvenuto')).text).toContain('Ufficio: Manutenzioni')
    second.sendCommand('start', token)
    await second.waitFor('Questo invito non è più valido')
  })

  test('two operators claim at the same moment: one has it, the other hears who', async () => {
    const [anna, ugo] = [await hired('Anna'), await hired('Ugo')]
    const report = await reportPothole(town.newCitizen(), { point: nextPoint(), words: 'buca contesa' })
    await Promise.all(
      [anna, ugo].map((one) => one.waitFor(`Nuova segnalazione ${report}:`, { since: 'start' })),
    )
    anna.press(deskButton('claim', report))
    ugo.press(deskButton('claim', report))
    const said = (who: Person) => who.waitFor(/è in carico a te|l'ha già presa in carico/)
    const answers = [await said(anna), await said(ugo)].map(({ text }) => text)
    expect(answers.filter((text) => text?.includes('è in carico a te'))).toHaveLength(1)
    const winner = answers[0]?.includes('è in carico a te') ? 'Anna' : 'Ugo'
    expect(answers.join()).toContain(`l'ha già presa in carico ${winner}`)
    // Everybody's announcement says so, and offers nothing any more.
    for (const one of [anna, ugo]) {
      await one.waitUntil((all) =>
        all.some(
          ({ text, buttons }) => !!text?.includes(`: presa in carico da ${winner}`) && buttons.length === 0,
        ),
      )
    }
  })

  test('a blocked bot: where a number is known somebody must phone, and the office hears of it', async () => {
    const operator = await hired('Gina')
    const citizen = town.newCitizen('Rosa')
    const report = await reportPothole(citizen, { point: nextPoint(), words: 'buca e telefono' })
    citizen.send('333 7654321')
    await citizen.waitFor('ho salvato il numero')
    await claim(operator, report)
    await close(operator, report, 'Fatto.')
    // Known only by the refusal: the network did not tell that she left.
    town.citizens.faults.next('sendMessage', { kind: '403' }, 50)
    await minuteLater(report)
    await operator.waitFor(`La ${report} (`, { since: 'action' })
    await operator.waitFor("C'è una telefonata da fare")
    expect(await town.query('SELECT phone, reason FROM call_task WHERE report = $1', [report])).toEqual([
      { phone: '+393337654321', reason: 'end' },
    ])
    expect(await town.query('SELECT reachable FROM address WHERE chat = $1', [String(citizen.id)])).toEqual([
      { reachable: false },
    ])
  })

  test('a citizen who blocked the bot and left no number: "not delivered", openly', async () => {
    const operator = await hired('Livia')
    const citizen = town.newCitizen('Pio')
    const report = await reportPothole(citizen, { point: nextPoint(), words: 'buca senza telefono' })
    citizen.block()
    await town.citizens.updates.settled()
    await claim(operator, report)
    await operator.waitFor("non è stato consegnato, e non c'è un numero")
    expect(await town.query('SELECT 1 FROM call_task WHERE report = $1', [report])).toEqual([])
  })

  test('throttled, failing and cut: nothing is lost and nothing overtakes', async () => {
    const citizens = Array.from({ length: 4 }, () => town.newCitizen())
    town.citizens.faults.random({
      rate: 0.15,
      seed: 351,
      methods: ['sendMessage', 'editMessageText'],
      faults: [{ kind: '500' }, { kind: 'cut' }, { kind: 'html' }, { kind: '429', retryAfter: 1 }],
    })
    const patience = { timeoutMs: 15_000 }
    const reports = await Promise.all(
      citizens.map((citizen, index) =>
        reportPothole(citizen, { point: nextPoint(), words: `buca con guasti ${index}` }, patience),
      ),
    )
    town.citizens.faults.clear()
    await until(
      'everything is settled',
      async () => {
        const waiting = await town.query(
          `SELECT 1 FROM outbox WHERE status = 'waiting' AND channel = 'telegram'`,
        )
        return waiting.length === 0
      },
      15_000,
    )
    expect(new Set(reports).size).toBe(citizens.length)
    for (const citizen of citizens) {
      const ids = await town.query<{ seq: string; id: string }>(
        `SELECT seq, unnest(ext_ids) AS id FROM outbox
          WHERE chat = $1 AND channel = 'telegram' AND NOT message ? 'replaces' ORDER BY seq`,
        [String(citizen.id)],
      )
      const order = ids.map(({ id }) => Number(id))
      expect(order).toEqual([...order].sort((a, b) => a - b))
      // None of these faults sends before it fails, so nothing comes twice.
      expect(new Set(order).size).toBe(order.length)
      expect(fromBot(citizen).map(({ message_id }) => message_id)).toEqual(order)
    }
  }, 40_000)

  test('updates twice and out of order: each counts once, and in its place', async () => {
    const citizen = town.newCitizen()
    town.citizens.updates.duplicate({ rate: 1, seed: 7 })
    town.citizens.updates.shuffle({ rate: 0.7, seed: 8 })
    const report = await reportPothole(citizen, { point: nextPoint(), words: 'prima riga' })
    citizen.send('no grazie')
    for (const words of ['uno', 'due', 'tre', 'quattro'])
      citizen.send(`aggiunta ${words}`, { replyTo: undefined })
    await town.citizens.updates.settled()
    expect(await town.query('SELECT 1 FROM report WHERE id = $1', [report])).toHaveLength(1)
    expect(times(citizen, 'La tua segnalazione è la numero')).toBe(1)
    expect(times(citizen, 'filo diretto con il Comune')).toBe(1)
  })

  test('a second process takes the schedule: the digest comes at its hour, once a day', async () => {
    const supervisor = await hired('Sara', { role: 'supervisor', offices: [], frontDesk: false })
    await reportPothole(town.newCitizen(), { point: nextPoint(), words: 'buca del riepilogo' })
    // The clock cannot be moved with a real channel; the town can lie where it is noon now.
    const offset = 12 - DateTime.utc().hour
    const atNoon = (digestAt: string): Partial<Config> => ({
      town: {
        ...town.config.town,
        timeZone: `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`,
        digestAt,
      },
    })
    const digests = async () => (await town.query('SELECT 1 FROM digest_run')).length
    // The first one is of the day after the joining: she has been here since the day before yesterday.
    await town.query(`UPDATE digest_run SET local_date = local_date - 2, at = at - interval '2 days'`)
    await tick(atNoon('13:30'))
    expect(await digests()).toBe(1)
    await Promise.all([tick(atNoon('11:30')), tick(atNoon('11:30'))])
    const digest = await supervisor.waitFor(/aspetta|aspettano la presa in carico/, { since: 'start' })
    await tick(atNoon('11:30'))
    expect(await digests()).toBe(2)
    supervisor.press(/^📄/)
    await supervisor.waitFor('Buca nella strada')
    expect(times(supervisor, digest.text?.split('\n')[0] as string)).toBe(1)
  })

  test('updates that were stored and not confirmed come again to the next start, and count once', async () => {
    const citizen = town.newCitizen()
    const report = await reportPothole(citizen, { point: nextPoint(), words: 'buca della staffetta' })
    citizen.send('no grazie')
    await citizen.waitFor(/./)
    // The last batch is confirmed by the next question only, which a stop never asks.
    await product.stop()
    const unconfirmed = town.citizens.updates.pending
    citizen.send('segnala')
    product = await start()
    await citizen.waitFor('Scegli dalla lista')
    await town.citizens.updates.settled()
    expect(unconfirmed).toBeGreaterThan(0)
    expect(await town.query('SELECT 1 FROM report WHERE id = $1', [report])).toHaveLength(1)
    expect(times(citizen, 'ti scriviamo qui')).toBeLessThanOrEqual(1)
  })
})

describe('as a process', () => {
  beforeAll(async () => {
    town = await openTelegramTown()
  })
  afterAll(async () => {
    await killAll()
    await town.close()
  })

  test('`start` serves a citizen, and ends when it is told to, after the last message', async () => {
    const child = await startedProcess(town.env)
    const report = await reportPothole(
      town.newCitizen(),
      { point: nextPoint(), words: 'buca del processo', photo: await aPhoto('#808080') },
      { timeoutMs: 5_000 },
    )
    child.kill('SIGTERM')
    expect(await child.ended).toBe(0)
    expect(await town.query(`SELECT 1 FROM outbox WHERE status = 'waiting'`)).toEqual([])
    expect(await town.query('SELECT 1 FROM attachment WHERE report = $1', [report])).toHaveLength(1)
    // Neither names nor texts nor tokens are in its log.
    for (const secret of ['Maria', 'buca del processo', town.citizens.token])
      expect(child.output()).not.toContain(secret)
  })
})

describe('over webhooks', () => {
  const SECRET = 'un-segreto_42'
  let port: number

  const freePort = () =>
    new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address() as { port: number }
        server.close(() => resolve(address.port))
      })
    })

  beforeAll(async () => {
    town = await openTelegramTown()
    port = await freePort()
    const { telegram } = town.config
    if (!telegram) throw new Error('no tokens')
    const mode = { type: 'webhook', publicUrl: `http://127.0.0.1:${port}`, secret: SECRET } as const
    product = await start({ telegram: { ...telegram, mode }, http: { host: '127.0.0.1', port } })
    await product.started
  })
  afterAll(async () => {
    await product.stop()
    await town.close()
  })

  test('from the first "ciao" to "is it fixed?"', wholeWay, 20_000)
})

import { randomBytes } from 'node:crypto'
import { globalAgent } from 'node:https'
import sharp from 'sharp'
import { inviteStaff } from '../../src/app/invite-staff.js'
import type { Invite } from '../../src/app/ports.js'
import { type Product, startProduct } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import type { OfficeCode } from '../../src/kernel/ids.js'
import { createChance } from '../crash/chance.js'
import { createFleet, FLEETS } from '../crash/fleet.js'
import { type Plan, prove } from '../crash/proof.js'
import { whatsappCitizens } from '../crash/whatsapp-citizens.js'
import type { Person } from '../support/fake-bot-api/index.js'
import { type FakeWhatsApp, type Phone, startFakeWhatsApp } from '../support/fake-whatsapp/index.js'
import { linkDevice, linkedDeviceEnv } from '../support/link-device.js'
import { writtenLog } from '../support/log-lines.js'
import { killAll } from '../support/product-process.js'
import {
  aPhoto,
  deskButton,
  fileOf,
  numberIn,
  openTelegramTown,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** The whole product with WhatsApp as a linked device, over real sockets: citizens there, the office on Telegram. */

let town: TelegramTown
let fake: FakeWhatsApp
let photo: Buffer
let people = 0
const { log, lines } = writtenLog()
const patience = { timeoutMs: 15_000 }
/** A process must start and connect in between. */
const longPatience = { timeoutMs: 45_000 }
/** From the death of the process that is the device to an answer of the next one. */
const LONGEST_TAKEOVER_MS = 4_000
/** Of the robots and of what goes wrong. */
const SEED = 4

beforeAll(async () => {
  town = await openTelegramTown()
  fake = await startFakeWhatsApp()
  globalAgent.options.ca = fake.ca
  photo = await aPhoto('#c03020')
})
afterAll(async () => {
  await killAll()
  await fake?.stop()
  await town?.close()
})

const start = (more: Partial<Extract<Config['whatsapp'], { transport: 'baileys' }>> = {}) =>
  startProduct(
    {
      ...town.config,
      roles: ['channels', 'delivery', 'http'],
      whatsapp: { transport: 'baileys', webSocketUrl: fake.url, ...more },
    },
    log,
  )

async function hired(product: Product, name: string, invite: Invite): Promise<Person> {
  const person = town.newStaff(name)
  const token = randomBytes(16).toString('hex')
  const here = { town: town.config.town, now: new Date() }
  await product.unitOfWork.run((tx) => inviteStaff(tx, here, invite, token))
  person.sendCommand('start', token)
  await person.waitFor('benvenuto', patience)
  return person
}

const aCitizen = () => fake.phone(`+39333200${String(people++).padStart(4, '0')}`, { name: `Ada ${people}` })

/** From "ciao" to the receipt, as one types it. */
async function reports(phone: Phone, street: string): Promise<number> {
  const sees = (words: string) => phone.receives(words, patience)
  await phone.sends('ciao')
  await sees('Scegli dalla lista')
  await phone.sends('strade')
  await sees('Più di preciso?')
  await phone.sends('1')
  await sees("Dov'è?")
  await phone.sends(street)
  await sees('Hai una foto?')
  await phone.sendsPhoto(photo)
  await sees('Ho ricevuto una foto')
  await phone.sends('avanti')
  await sees('Che cosa succede?')
  await phone.sends('Una buca profonda davanti al portone')
  await sees('Guarda se va bene')
  await phone.sends('1')
  return numberIn((await sees('La tua segnalazione è la numero')).text)
}

const said = (phone: Phone) => phone.received().map(({ text = '' }) => text.replace(/\d+/g, 'N'))
const stateIn = async (product: Product) =>
  (await fetch(`${product.channels.http?.url}/health`)).json() as Promise<{
    links?: Record<string, { state: string }>
  }>

test('a supervisor links it, a citizen reports, the office closes, and it is fixed', async () => {
  let product = await start()
  const chief = await hired(product, 'Dario', { role: 'supervisor', offices: [], frontDesk: false })
  const operator = await hired(product, 'Bruno', {
    role: 'operator',
    offices: ['maintenance' as OfficeCode],
    frontDesk: false,
  })
  expect(await stateIn(product)).toMatchObject({ links: { whatsapp: { state: 'unlinked' } } })
  // Nobody was there to be told when it started: who joins is told then.
  await chief.waitFor('WhatsApp non è ancora collegato', { ...patience, since: 'start' })
  chief.press('📲 Mandami il codice')
  const shown = await chief.waitFor(({ photo: sent }) => sent !== undefined, patience)
  const picture = await fileOf(town.api, town.staff, shown.photo?.at(-1)?.file_id as string)
  expect(await sharp(picture).metadata()).toMatchObject({ format: 'png', width: 640, height: 640 })
  await chief.waitFor('vale un minuto', { ...patience, since: 'start' })
  expect(operator.transcript()).not.toContain('codice')
  await product.stop()

  product = await start({ pairingPhone: '390172699611' })
  chief.press('🔄 Nuovo codice')
  const { text = '' } = await chief.waitFor('Il codice è', patience)
  await fake.enterPairingCode(/codice è (\S+)\./.exec(text)?.[1]?.replace('-', '') ?? '')
  await chief.waitFor('WhatsApp è collegato', { ...patience, since: 'start' })
  expect(await stateIn(product)).toMatchObject({ links: { whatsapp: { state: 'open' } } })
  const figures = await (await fetch(`${product.channels.http?.url}/metrics`)).text()
  expect(figures).toContain('filo_link_open{channel="whatsapp",state="open"} 1')

  chief.sendCommand('riepilogo')
  await chief.waitFor('WhatsApp gira su un dispositivo collegato', patience)

  const ada = aCitizen()
  const report = await reports(ada, 'via Roma 12')
  const receipt = ada.received().find(({ text: words }) => words?.includes('La tua segnalazione'))
  expect(said(ada)[0]).toContain('filo diretto con il Comune di Fossano')
  // The number that one writes from is known already.
  expect(said(ada).join('\n')).not.toContain('numero di telefono')
  expect(await town.query('SELECT phone FROM citizen')).toEqual([{ phone: '+393332000000' }])
  await until(
    'the photo is stored',
    async () => (await town.query(`SELECT 1 FROM attachment WHERE status = 'stored'`)).length === 1,
    15_000,
  )

  await operator.waitFor(`Nuova segnalazione ${report}:`, { ...patience, since: 'start' })
  operator.press(deskButton('claim', report))
  await ada.receives("l'ha presa in carico", { ...patience, since: 'start' })
  await operator.waitFor(({ photo: sent }) => sent !== undefined, { ...patience, since: 'start' })
  if (!receipt) throw new Error('no receipt')
  await ada.quotes(receipt, 'È diventata più grande')
  await ada.receives(`${report}`, patience)

  operator.press(deskButton('close', report))
  await operator.waitFor("Com'è andata", patience)
  operator.press('risolta')
  await operator.waitFor('Scrivi il messaggio', patience)
  operator.send('La buca è stata chiusa ieri.')
  await operator.waitFor('leggeranno', patience)
  operator.press('Invia')
  await operator.waitFor(`La ${report} è chiusa`, patience)
  await town.query(`UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'tell_closed'`)
  const clock = await startProduct({ ...town.config, roles: ['schedule'] }, log)
  await ada.receives('La buca è stata chiusa ieri.', { ...patience, since: 'start' })
  await ada.receives('anche per te il problema è risolto?', { ...patience, since: 'start' })
  await clock.stop()
  await ada.sends('sì')
  await ada.receives(/Grazie|grazie/, patience)
  await product.stop()
  expect(lines.join('\n')).not.toMatch(/393332000|\d@lid|privKey|mediaKey|buca/)
}, 60_000)

test('killed in mid-conversation, twice, on a bad line: nothing that was confirmed is lost, each report once', async () => {
  const own = await openTelegramTown()
  const network = await startFakeWhatsApp()
  const citizens = whatsappCitizens(own, network, SEED)
  const plan: Plan = {
    seed: SEED,
    robots: 6,
    operators: 1,
    kills: 2,
    fleet: FLEETS.one,
    spanMs: 3_000,
    thinkMs: 300,
    paceMs: 300,
    closesEach: 3,
    patienceMs: longPatience.timeoutMs,
  }
  try {
    const { findings, fleet } = await prove(own, citizens, plan)
    expect(fleet.kills).toBeGreaterThanOrEqual(plan.kills)
    for (const finding of findings) expect(finding).toMatchObject({ faults: [] })
    expect(fleet.output()).not.toMatch(/privKey|<Buffer|Closing session|mediaKey|\d@lid/)
  } finally {
    citizens.undisturbed()
    await killAll()
    await network.stop()
    await own.close()
  }
}, 120_000)

test('killed, it is the device no more: the other process answers within seconds, and says again what a phone asks for', async () => {
  const own = await openTelegramTown()
  const network = await startFakeWhatsApp()
  const env = { ...own.env, ...linkedDeviceEnv(network, network.url) }
  const fleet = createFleet(env, FLEETS.two, createChance(SEED))
  const told = async () =>
    (await own.query(`SELECT 1 FROM outbox WHERE channel = 'whatsapp' AND status = 'sent'`)).length
  try {
    await fleet.startAt(0)
    await linkDevice(network, own.staff, { query: own.query, ...longPatience })
    await fleet.startAt(1)
    const [ada, bruno] = [network.phone('+393332100001'), network.phone('+393332100002')]
    await ada.sends('ciao')
    await ada.receives('Scegli dalla lista', patience)
    ada.switchesOff()
    const before = await told()
    await ada.sends('lingua')
    await until('it went to a phone that is off', async () => (await told()) > before, patience.timeoutMs)

    const killed = performance.now()
    await fleet.kill(0)
    await bruno.sends('ciao')
    await bruno.receives('Scegli dalla lista', patience)
    const takeoverMs = performance.now() - killed
    ada.cannotRead()
    await ada.switchesOn()
    await ada.receives('Che lingua preferisci?', patience)

    expect(takeoverMs).toBeLessThan(LONGEST_TAKEOVER_MS)
    expect(network.journal.all.filter(({ what }) => what === 'unreadable')).toHaveLength(1)
    expect(fleet.deaths).toEqual([])
  } finally {
    await killAll()
    await network.stop()
    await own.close()
  }
}, 60_000)

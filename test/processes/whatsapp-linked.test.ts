import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { globalAgent } from 'node:https'
import { join } from 'node:path'
import sharp from 'sharp'
import { inviteStaff } from '../../src/app/invite-staff.js'
import type { Invite } from '../../src/app/ports.js'
import { type Product, startProduct } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import type { OfficeCode } from '../../src/kernel/ids.js'
import type { Person } from '../support/fake-bot-api/index.js'
import { type FakeWhatsApp, type Phone, startFakeWhatsApp } from '../support/fake-whatsapp/index.js'
import { writtenLog } from '../support/log-lines.js'
import { killAll, startedProcess } from '../support/product-process.js'
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

/** Ids of all that citizens wrote. */
const written: string[] = []

/** From "ciao" to the receipt, as one types it. */
async function reports(phone: Phone, street: string, within = patience): Promise<number> {
  const write = async (sent: Promise<{ id: string }>) => written.push((await sent).id)
  const sees = (words: string) => phone.receives(words, within)
  await write(phone.sends('ciao'))
  await sees('Scegli dalla lista')
  await write(phone.sends('strade'))
  await sees('Più di preciso?')
  await write(phone.sends('1'))
  await sees("Dov'è?")
  await write(phone.sends(street))
  await sees('Hai una foto?')
  await write(phone.sendsPhoto(photo))
  await sees('Ho ricevuto una foto')
  await write(phone.sends('avanti'))
  await sees('Che cosa succede?')
  await write(phone.sends('Una buca profonda davanti al portone'))
  await sees('Guarda se va bene')
  await write(phone.sends('1'))
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

test('killed in mid-conversation, twice: nothing that was confirmed is lost, each report once', async () => {
  const ca = join(String(town.env.DATA_DIR), 'fake-ca.pem')
  await writeFile(ca, fake.ca)
  const env = {
    ...town.env,
    WHATSAPP_TRANSPORT: 'baileys',
    WHATSAPP_WEB_SOCKET_URL: fake.url,
    NODE_EXTRA_CA_CERTS: ca,
  }
  const before = await town.query('SELECT 1 FROM report')
  const isConfirmed = ({ what, id }: { what: string; id?: string }) =>
    what === 'delivered' && id !== undefined
  const confirmed = fake.journal.all.filter(isConfirmed).length
  let product = await startedProcess(env)
  const outputs: (() => string)[] = [product.output]
  const citizens = Array.from({ length: 4 }, aCitizen)
  const all = Promise.all(
    citizens.map((phone, index) => reports(phone, `via Roma ${20 + index}`, longPatience)),
  )
  for (const messages of [8, 20]) {
    await until(
      `${messages} messages are confirmed`,
      () => fake.journal.all.filter(isConfirmed).length >= messages + confirmed,
      longPatience.timeoutMs,
    )
    product.kill('SIGKILL')
    expect(await product.ended).toBe('SIGKILL')
    product = await startedProcess(env)
    outputs.push(product.output)
  }
  const numbers = await all
  expect(new Set(numbers).size).toBe(citizens.length)
  expect(await town.query('SELECT 1 FROM report')).toHaveLength(before.length + citizens.length)
  // Every message that a citizen wrote was heard, and once.
  await until(
    'all are heard',
    async () => (await town.query('SELECT 1 FROM whatsapp_inbound')).length === 0,
    10_000,
  )
  const inbox = await town.query<{ id: string }>(`SELECT id FROM inbox WHERE channel = 'whatsapp'`)
  const heard = inbox.map(({ id }) => id)
  expect(new Set(heard).size).toBe(heard.length)
  expect(heard).toEqual(expect.arrayContaining(written))
  product.kill('SIGTERM')
  expect(await product.ended).toBe(0)
  for (const output of outputs)
    expect(output()).not.toMatch(/privKey|<Buffer|Closing session|mediaKey|\d@lid/)
}, 120_000)

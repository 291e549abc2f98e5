import { createDeviceStore } from '../../../../src/storage/linked-device-store.js'
import { openPresence, type Presence } from '../../../../src/storage/presence.js'
import { type FakeWhatsApp, startFakeWhatsApp } from '../../../support/fake-whatsapp/index.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { latch, recordingLog } from '../../../support/telegram-adapters.js'
import { until } from '../../../support/telegram-town.js'
import {
  idOf,
  type Linked,
  type LinkedOptions,
  link,
  startLinked,
} from '../../../support/whatsapp-adapter.js'

/** How the link comes, goes, and comes back; and that nothing that was confirmed to the network is lost on the way. */

let fake: FakeWhatsApp
let db: TownDatabase
const open: Linked[] = []

beforeAll(async () => {
  db = await aTownDatabase()
  fake = await startFakeWhatsApp()
})
afterEach(async () => {
  for (const linked of open.splice(0)) await linked.end()
  fake.faults.clear()
})
afterAll(async () => {
  await fake?.stop()
  await db?.end()
})

async function start(options: LinkedOptions = {}): Promise<Linked> {
  const linked = await startLinked(db, fake, options)
  open.push(linked)
  return linked
}

/** Not linked. The device of the test before may still write down a key: a new term keeps it out. */
async function forgetDevice(): Promise<void> {
  await createDeviceStore(db.source).beginTerm()
  await db.source.query('TRUNCATE whatsapp_key')
}

/** Linked before, or now. */
async function startedAndOpen(options: LinkedOptions = {}): Promise<Linked> {
  const linked = await start(options)
  await until('open, or a code', () => linked.codes.length > 0 || linked.states.at(-1)?.state === 'open')
  if (linked.codes.length > 0) await link(linked, fake)
  return linked
}

const kept = async () =>
  (await db.source.query(`SELECT envelope ->> 'id' AS id FROM whatsapp_inbound`)).map(
    ({ id }: { id: string }) => id,
  )

test('a person who sits at no terminal is shown a code only when somebody asks for it', async () => {
  await forgetDevice()
  const before = fake.journal.mark()
  const linked = await start({ watched: false })
  await linked.sees('unlinked', 'never')
  expect([linked.codes, fake.journal.all.slice(before)]).toEqual([[], []])
  await db.source.query('UPDATE whatsapp_link SET code_asked_at = now()')
  await link(linked, fake)
  expect(linked.adapter.link()).toEqual({ state: 'open' })
})

test('a code to type links as well as a picture', async () => {
  await forgetDevice()
  const linked = await start({ pairingPhone: '390172699611' })
  await until('a code', () => linked.codes.length > 0)
  expect(linked.codes).toEqual([
    { type: 'digits', nth: 0, asked: false, code: expect.stringMatching(/^\w{8}$/) },
  ])
  await fake.enterPairingCode(linked.codes[0]?.code ?? '')
  await linked.sees('open')
})

test.each([503, 428, 500])('%i: it is down, and comes back by itself', async (code) => {
  const linked = await startedAndOpen()
  fake.hangUp(code)
  await until('it was down', () => linked.states.some(({ state }) => state === 'down'))
  await linked.sees('open')
})

test('a line that breaks without a word comes back, and what was written meanwhile is heard', async () => {
  const linked = await startedAndOpen()
  const carla = fake.phone('+393332000001')
  fake.faults.next('connect', { kind: 'cut' }, 2)
  fake.drop()
  await linked.sees('down')
  const first = await carla.sends('mentre dormivi')
  await carla.sends('e poi')
  await linked.sees('open')
  const heard = await linked.hears('text', ({ text }) => text === 'mentre dormivi')
  expect(heard.message).toBe(first.id)
  await linked.hears('text', ({ text }) => text === 'e poi')
})

test.each([
  [true, 'is tried again within 16 seconds'],
  [false, 'rests longer and longer'],
])('a line that breaks again and again, in use: %s, %s', async (inUse) => {
  const pauses: number[] = []
  const linked = await startedAndOpen({
    pause: async (ms) => {
      pauses.push(ms)
    },
  })
  const person = fake.phone(`+39333200010${Number(inUse)}`)
  pauses.length = 0
  for (let times = 1; times <= 6; times++) {
    if (inUse) await person.sends(`${times}`)
    if (inUse) await linked.hears('text', ({ text, actor }) => text === `${times}` && actor === person.lid)
    const before = fake.journal.mark()
    fake.drop()
    await fake.until('online', { since: before })
    await linked.sees('open')
  }
  expect(pauses).toHaveLength(6)
  const [longest = 0] = pauses.slice(-1)
  expect(longest <= 16_000).toBe(inUse)
})

test('403 stops, and says so', async () => {
  const linked = await startedAndOpen()
  fake.faults.next('login', { kind: 'refuse', code: 403 })
  fake.drop()
  await linked.sees('stopped', 'forbidden')
})

test('440: it lets the other one be, and comes back when it may', async () => {
  const linked = await startedAndOpen()
  const before = fake.journal.mark()
  fake.replace()
  await linked.sees('down', 'replaced')
  expect(fake.journal.all.slice(before).some(({ what }) => what === 'login')).toBe(false)
  await linked.sees('open')
})

test('401: the keys are forgotten, people keep their chats, and it can be linked again', async () => {
  const linked = await startedAndOpen()
  const dora = fake.phone('+393332000002')
  await dora.sends('ciao')
  await linked.hears('text', ({ actor }) => actor === dora.lid)
  fake.logOut()
  await linked.sees('unlinked', 'logged-out')
  expect(await db.source.query('SELECT kind FROM whatsapp_key')).toEqual([])
  await db.source.query('UPDATE whatsapp_link SET code_asked_at = now()')
  const before = linked.codes.length
  await until('a new code', () => linked.codes.length > before)
  await fake.scanQr(linked.codes.at(-1)?.code ?? '')
  await linked.sees('open')
  idOf(await linked.says(dora.lid, 'Siamo di nuovo qui'))
  await dora.receives('Siamo di nuovo qui')
})

test.each([
  ['unlinked', 'logged-out'],
  ['open', null],
])('who was logged out is not told that there never was a link: %s', async (state, why) => {
  await forgetDevice()
  await db.source.query(`UPDATE whatsapp_link SET state = $1, why = $2, since = now()`, [state, why])
  const linked = await start({ watched: false })
  await until('a state', () => linked.states.length > 0)
  expect(linked.states).toEqual([{ state: 'unlinked', why: 'logged-out' }])
})

test('what is confirmed to the network lies in the database by then', async () => {
  const wait = latch()
  const linked = await startedAndOpen({ onEvents: () => wait.opened })
  const elio = fake.phone('+393332000003')
  for (const words of ['uno', 'due', 'tre']) {
    const { id } = await elio.sends(words)
    await fake.until('delivered', { id })
    expect(await kept()).toContain(id)
  }
  wait.open()
  await linked.hears('text', ({ text }) => text === 'tre')
  await until('nothing waits', async () => (await kept()).length === 0)
  expect(linked.heard.flatMap((event) => (event.type === 'text' ? [event.text] : []))).toEqual([
    ...['uno', 'due', 'tre'],
  ])
})

test('a process that goes before it has heard leaves the message to the next one', async () => {
  const never = latch()
  const dying = await startedAndOpen({ onEvents: () => never.opened })
  const fabio = fake.phone('+393332000004')
  const { id } = await fabio.sends('prima della fine')
  await fake.until('delivered', { id })
  fake.drop()
  const next = await startedAndOpen()
  const heard = await next.hears('text', ({ text }) => text === 'prima della fine')
  expect(heard.id).toBe(id)
  never.open()
  await dying.end()
})

test('whoever leads no more before the connection has begun shows no code', async () => {
  await forgetDevice()
  const store = createDeviceStore(db.source)
  const lost = new AbortController()
  let terms = 0
  const linked = await start({
    lead: (_, signal) =>
      terms++ === 0
        ? Promise.resolve({ lost: lost.signal, release: async () => {} })
        : new Promise((_, reject) => signal.addEventListener('abort', reject)),
    store: {
      ...store,
      async beginTerm() {
        const term = await store.beginTerm()
        // the last that is written before the connection
        return { ...term, wipe: () => term.wipe().finally(() => lost.abort()) }
      },
    },
  })
  await until('the term is over', () => terms === 2)
  expect(linked.codes).toEqual([])
})

describe('two processes', () => {
  const alive: Presence[] = []
  const presence = async () => {
    const one = await openPresence(db.url, recordingLog())
    alive.push(one)
    return one
  }
  afterEach(async () => {
    for (const one of open.splice(0)) await one.end()
    for (const one of alive.splice(0)) await one.stop()
  })

  test('one is the device; when it dies the other takes over, and the dead one writes nothing more', async () => {
    const [first, second] = [await presence(), await presence()]
    const leader = await startedAndOpen({ lead: first.lead })
    const other = await start({ lead: second.lead })
    expect([leader.adapter.leads(), other.adapter.leads()]).toEqual([true, false])
    expect(await other.says('1@lid', 'x')).toMatchObject({ type: 'retry', why: 'unreachable' })
    const logins = () => fake.journal.all.filter(({ what }) => what === 'login').length
    const before = logins()
    await first.stop()
    await other.sees('open')
    await until('the first one leads no more', () => !leader.adapter.leads())
    const gina = fake.phone('+393332000005')
    await gina.sends('a chi tocca?')
    await other.hears('text', ({ text }) => text === 'a chi tocca?')
    expect(logins()).toBe(before + 1)
    expect(leader.heard.some((event) => event.type === 'text' && event.text === 'a chi tocca?')).toBe(false)
  })
})

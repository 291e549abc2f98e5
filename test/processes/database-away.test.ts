import { setTimeout as sleep } from 'node:timers/promises'
import { type Product, startProduct } from '../../src/compose.js'
import { killAll, startedProcess } from '../support/product-process.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { type Entry, recordingLog } from '../support/telegram-adapters.js'
import {
  aPhoto,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** The database goes away and comes back under a product that runs: a network that breaks, a restart. */

let town: TelegramTown
let proxy: TcpProxy
let product: Product
let entries: readonly Entry[]
let stopped: Promise<void> | undefined

beforeEach(async () => {
  town = await openTelegramTown()
  proxy = await openProxy(town.env.DATABASE_URL as string)
  const log = recordingLog()
  entries = log.entries
  product = await startProduct({ ...town.config, databaseUrl: proxy.url }, log)
  await product.started
  stopped = undefined
})
afterEach(async () => {
  proxy.close(false)
  await killAll()
  await (stopped ?? product.stop())
  await proxy.stop()
  await town.close()
})

const patience = { timeoutMs: 15_000 }

test('connections break again and again: no report twice, no event set aside, every photo comes', async () => {
  stopped = product.stop()
  await stopped
  // As a process: a rejection that nobody handles would end it.
  const child = await startedProcess({ ...town.env, DATABASE_URL: proxy.url })
  // So that people talk for a while.
  town.citizens.faults.random({
    rate: 1,
    seed: 1,
    faults: [{ kind: 'slow', ms: 200 }],
    methods: ['sendMessage'],
  })
  const photo = await aPhoto('#406080')
  const people = Array.from({ length: 6 }, () => town.newCitizen())
  const talks = people.map((person, index) =>
    reportPothole(person, { point: pointOf(index), words: 'buca', photo }, patience),
  )
  const done = Promise.all(talks)
  let cuts = 0
  for (let talking = true; talking; ) {
    talking = await Promise.race([sleep(1_500, true), done.then(() => false)])
    proxy.cut()
    cuts++
  }
  expect(new Set(await done).size).toBe(people.length)
  expect(cuts).toBeGreaterThan(1)
  expect(await town.query('SELECT count(*)::int AS n FROM report')).toEqual([{ n: people.length }])
  expect(await town.query(`SELECT error FROM inbox WHERE status <> 'done'`)).toEqual([])
  await until(
    'everything has gone out',
    async () => (await town.query(`SELECT 1 FROM outbox WHERE status <> 'sent'`)).length === 0,
    30_000,
  )
  await until(
    'every photo is stored',
    async () =>
      (await town.query(`SELECT 1 FROM attachment WHERE status = 'stored'`)).length === people.length,
    30_000,
  )
  await town.citizens.updates.settled()
  child.kill('SIGTERM')
  expect(await child.ended).toBe(0)
}, 90_000)

test('away for a while: what people write waits, and is answered when it is back', async () => {
  const person = town.newCitizen()
  person.send('ciao')
  await person.waitFor('Scegli dalla lista')
  proxy.close(true)
  person.press(/^Strade e segnali/)
  await until('it is noticed', () =>
    entries.some(({ words }) => words?.startsWith('The database does not answer')),
  )
  person.send('lingua')
  expect(town.citizens.updates.pending).toBe(2)
  proxy.close(false)
  await person.waitFor('Che lingua preferisci?', patience)
  await town.citizens.updates.settled()
  const texts = person.messages().flatMap(({ by, text }) => (by === 'bot' ? [text ?? ''] : []))
  expect(texts.findIndex((text) => text.startsWith('Più di preciso?'))).toBeLessThan(
    texts.findIndex((text) => text.startsWith('Che lingua')),
  )
  expect(await town.query(`SELECT 1 FROM inbox WHERE status <> 'done'`)).toEqual([])
}, 60_000)

test('told to stop while it is away, it ends; what was not stored comes again', async () => {
  const person = town.newCitizen()
  person.send('ciao')
  await person.waitFor('Scegli dalla lista')
  await town.citizens.updates.settled()
  proxy.close(true)
  person.send('aiuto')
  await until('it is noticed', () =>
    entries.some(({ words }) => words?.startsWith('The database does not answer')),
  )
  stopped = product.stop()
  await stopped
  proxy.close(false)
  expect(town.citizens.updates.pending).toBe(1)
  product = await startProduct(town.config, recordingLog())
  stopped = undefined
  await person.waitFor('Qui segnali un problema', patience)
}, 60_000)

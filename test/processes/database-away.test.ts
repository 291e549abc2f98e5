import { type Product, startProduct } from '../../src/compose.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { type Entry, recordingLog } from '../support/telegram-adapters.js'
import { openTelegramTown, type TelegramTown, until } from '../support/telegram-town.js'

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
  await (stopped ?? product.stop())
  await proxy.stop()
  await town.close()
})

// A query on a cut connection may hang until the pool's limit (8 s, data-source.ts) ends it, more than once.
const patience = { timeoutMs: 40_000 }

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

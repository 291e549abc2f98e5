import { killAll, type ProductProcess, startedProcess } from '../support/product-process.js'
import {
  aPhoto,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** Told to stop, as systemd and containers do it: what is under way ends, and the next process goes on. */

let town: TelegramTown
let product: ProductProcess
beforeAll(async () => {
  town = await openTelegramTown()
  product = await startedProcess(town.env)
}, 60_000)
afterAll(async () => {
  await killAll()
  await town.close()
})

/** Bounds for a machine that has much else to do. */
const PATIENCE_MS = 30_000
const patience = { timeoutMs: PATIENCE_MS }

test('SIGTERM in the middle of conversations, three times: nothing lost, nothing twice, exit code 0', async () => {
  const photo = await aPhoto('#5090a0')
  const people = Array.from({ length: 12 }, () => town.newCitizen())
  const reports = Promise.all(
    people.map((person, index) =>
      reportPothole(person, { point: pointOf(index), words: 'buca', photo }, patience),
    ),
  )
  for (const steps of [20, 45, 70]) {
    await until(
      `${steps} updates`,
      async () => {
        const [row] = await town.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox')
        return (row?.n ?? 0) > steps
      },
      PATIENCE_MS,
    )
    product.kill('SIGTERM')
    expect(await product.ended).toBe(0)
    // What was taken in is answered: nothing waits that the network would take.
    expect(await town.query('SELECT 1 FROM outbox_head WHERE done_seq < last_seq')).toEqual([])
    product = await startedProcess(town.env)
  }
  expect(new Set(await reports).size).toBe(people.length)
  await town.citizens.updates.settled()
  expect(await town.query('SELECT count(*)::int AS n FROM report')).toEqual([{ n: people.length }])
  for (const person of people) {
    const receipts = person.history().filter(({ by, text }) => by === 'bot' && text?.includes('è la numero'))
    expect(receipts).toHaveLength(1)
  }
}, 90_000)

test('with a network that hangs it ends within half a minute, and sends the rest at its next start', async () => {
  const person = town.newCitizen()
  person.send('ciao')
  await person.waitFor('Scegli dalla lista', patience)
  person.press(/^Strade e segnali/)
  await person.waitFor('Più di preciso?', patience)
  person.press('Buca nella strada')
  await person.waitFor("Dov'è?", patience)
  person.sendLocation(...pointOf(40))
  await person.waitFor('Hai una foto?', patience)
  const hangs = { kind: 'slow', ms: 120_000 } as const
  town.citizens.faults.random({ rate: 1, seed: 1, faults: [hangs], methods: ['download', 'sendMessage'] })
  const before = town.citizens.counts.get('sendMessage') ?? 0
  person.sendPhoto(await aPhoto('#5090a0'))
  await until('a message and a file hang', () => {
    const downloads = town.citizens.counts.get('download') ?? 0
    return downloads > 0 && (town.citizens.counts.get('sendMessage') ?? 0) > before
  })
  const began = performance.now()
  product.kill('SIGTERM')
  expect(await product.ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(30_000)
  town.citizens.faults.clear()
  product = await startedProcess(town.env)
  await until(
    'all is out, and the photo is kept',
    async () => {
      const waiting = await town.query(`SELECT 1 FROM outbox WHERE status = 'waiting'`)
      const kept = await town.query(`SELECT 1 FROM attachment WHERE chat = $1 AND status = 'stored'`, [
        String(person.id),
      ])
      return waiting.length === 0 && kept.length === 1
    },
    PATIENCE_MS,
  )
}, 120_000)

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FakeBot, Person } from '../support/fake-bot-api/index.js'
import { killAll, type ProductProcess, startedProcess } from '../support/product-process.js'
import {
  aPhoto,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** The product is killed, and started again: everything is as if nothing had been. */

let town: TelegramTown

afterEach(async () => {
  await killAll()
  await town.close()
})

const patience = { timeoutMs: 15_000 }

async function killed(product: ProductProcess): Promise<void> {
  product.kill('SIGKILL')
  expect(await product.ended).toBe('SIGKILL')
}

const settled = () =>
  until(
    'every message has gone out',
    async () => (await town.query(`SELECT 1 FROM outbox WHERE status = 'waiting'`)).length === 0,
    15_000,
  )

/** What was said to a chat in new messages, in the order in which the network took it; numbers left out. */
const said = (bot: FakeBot, person: Person): string[] =>
  bot.calls
    .filter(
      ({ method, params, outcome }) =>
        method === 'sendMessage' && Number(params.chat_id) === person.id && outcome?.ok,
    )
    .map(({ params }) => String(params.text).replace(/\d+/g, 'N'))

const firsts = (all: readonly string[]): string[] => [...new Set(all)]

/** Every message at least once, in order of first arrival; returns how many came more than once. */
function repeatsAfter(people: readonly Person[], undisturbed: Person): number {
  const expected = said(town.citizens, undisturbed)
  // Else "first arrival" would mean nothing.
  expect(firsts(expected)).toEqual(expected)
  let repeats = 0
  for (const person of people) {
    const all = said(town.citizens, person)
    expect(firsts(all)).toEqual(expected)
    repeats += all.length - expected.length
  }
  return repeats
}

test('killed in mid-conversation, twice: each report once, each message, each photo', async () => {
  town = await openTelegramTown()
  const photo = await aPhoto('#4080c0')
  let product = await startedProcess(town.env)
  const undisturbed = town.newCitizen()
  await reportPothole(undisturbed, { point: pointOf(0), words: 'buca', photo }, patience)
  // Photos are under way whenever the process dies.
  town.citizens.faults.random({
    rate: 1,
    seed: 1,
    faults: [{ kind: 'slow', ms: 700 }],
    methods: ['download'],
  })

  const people = Array.from({ length: 8 }, () => town.newCitizen())
  const reports = Promise.all(
    people.map((person, index) =>
      reportPothole(person, { point: pointOf(index + 1), words: 'buca', photo }, patience),
    ),
  )
  for (const steps of [25, 45]) {
    await until(`${steps} updates`, async () => {
      const [row] = await town.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox')
      return (row?.n ?? 0) > steps
    })
    await killed(product)
    product = await startedProcess(town.env)
  }
  const numbers = await reports
  expect(new Set(numbers).size).toBe(people.length)
  await settled()
  await town.citizens.updates.settled()
  expect(await town.query('SELECT count(*)::int AS n FROM report')).toEqual([{ n: people.length + 1 }])
  await until(
    'every photo is stored',
    async () => {
      const stored = await town.query(
        `SELECT report FROM attachment WHERE status = 'stored' AND report IS NOT NULL`,
      )
      return stored.length === people.length + 1
    },
    10_000,
  )
  const repeats = repeatsAfter(people, undisturbed)
  // One chat can have had one unfinished send at each death.
  expect(repeats).toBeLessThanOrEqual(2 * people.length)
}, 60_000)

test('killed in mid-delivery: accepted and not acknowledged, slow, or not begun', async () => {
  town = await openTelegramTown()
  let product = await startedProcess(town.env)
  const people = Array.from({ length: 8 }, () => town.newCitizen())
  const undisturbed = town.newCitizen()
  const talk = async (person: Person) => {
    person.send('ciao')
    await person.waitFor('Scegli dalla lista', patience)
    person.send('lingua')
    await person.waitFor('Che lingua preferisci?', patience)
  }
  await talk(undisturbed)
  town.citizens.faults.random({
    rate: 0.4,
    seed: 2,
    faults: [{ kind: 'slow', ms: 400 }, { kind: 'cut-after' }],
    methods: ['sendMessage'],
  })
  const talks = Promise.all(people.map(talk))
  for (const calls of [8, 20]) {
    await until('sends are under way', () => (town.citizens.counts.get('sendMessage') ?? 0) > calls)
    await killed(product)
    product = await startedProcess(town.env)
  }
  town.citizens.faults.clear()
  await talks
  await settled()
  expect(repeatsAfter(people, undisturbed)).toBeGreaterThan(0)
  const unsent = await town.query(`SELECT 1 FROM outbox WHERE status <> 'sent'`)
  expect(unsent).toEqual([])
}, 60_000)

test('a second process takes over within two seconds: who polls, and what was being sent; timers too', async () => {
  town = await openTelegramTown()
  const first = await startedProcess(town.env)
  await town.citizens.waitForCall('deleteWebhook')
  const person = town.newCitizen()
  person.send('ciao')
  await person.waitFor('Scegli dalla lista', patience)
  // The first leads both bots already.
  const second = await startedProcess(town.env)
  town.citizens.faults.next('sendMessage', { kind: 'slow', ms: 10_000 })
  person.send('aiuto')
  await until('the first is sending', () =>
    town.citizens.callsOf('sendMessage').some(({ fault }) => fault === 'slow'),
  )
  const other = town.newCitizen()
  const began = performance.now()
  await killed(first)
  other.send('ciao')
  await other.waitFor('Scegli dalla lista', { timeoutMs: 2_000 })
  await until(
    'the interrupted chat goes on',
    async () => {
      const waiting = await town.query(`SELECT 1 FROM outbox WHERE status = 'waiting'`)
      return waiting.length === 0
    },
    2_000 - (performance.now() - began),
  )
  await town.query(
    `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'draft_reminder'`,
  )
  await killed(second)
  await startedProcess(town.env)
  await person.waitFor('La finiamo insieme?', { ...patience, since: 'start' })
  await other.waitFor('La finiamo insieme?', { ...patience, since: 'start' })
}, 60_000)

describe('with its own database', () => {
  /** The process of the server that runs; NaN: none does. */
  const postmaster = async (): Promise<number> => {
    const file = join(town.config.dataDir, 'postgres/cluster/postmaster.pid')
    return Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  }

  test('orphaned by a kill it is found again; Ctrl-C ends it too, after the last message', async () => {
    town = await openTelegramTown({ withDatabase: false })
    const first = await startedProcess(town.env)
    const person = town.newCitizen()
    person.send('ciao')
    await person.waitFor('Scegli dalla lista', patience)
    const server = await postmaster()
    await killed(first)
    expect(await postmaster()).toBe(server)

    const second = await startedProcess(town.env)
    expect(await postmaster()).toBe(server)
    person.press(/^Strade e segnali/)
    await person.waitFor('Più di preciso?', patience)
    const before = town.citizens.counts.get('sendMessage') ?? 0
    town.citizens.faults.next('*', { kind: 'slow', ms: 400 }, 6)
    person.send('lingua')
    person.send('aiuto')
    await until(
      'the first answer is on its way',
      () => (town.citizens.counts.get('sendMessage') ?? 0) > before,
    )
    second.kill('SIGINT')
    expect(await second.ended).toBe(0)
    expect(await postmaster()).toBeNaN()
    const [last] = said(town.citizens, person).slice(-1)
    expect(last).toContain('Che lingua preferisci?')
  }, 60_000)
})

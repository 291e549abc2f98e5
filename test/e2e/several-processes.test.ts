import { type Product, startProduct } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import { compareArrivals } from '../crash/arrivals.js'
import { createEmptyDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/telegram-adapters.js'
import {
  aPhoto,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** Several processes on one PostgreSQL, here side by side in one. Deaths of real ones: crash.test.ts. */

let town: TelegramTown
let running: Product[] = []

afterEach(async () => {
  await stopAll()
  await town.close()
})

async function stopAll(): Promise<void> {
  const all = running
  running = []
  await Promise.all(all.map((product) => product.stop()))
}

/** All at once, as a supervisor starts them. */
async function start(...each: Partial<Config>[]): Promise<void> {
  const products = await Promise.all(
    each.map(async (overrides) => {
      const product = await startProduct({ ...town.config, ...overrides }, recordingLog())
      running.push(product)
      return product
    }),
  )
  await Promise.all(products.map(({ started }) => started))
}

const patience = { timeoutMs: 15_000 }

/** New messages as the network took them are those of the rows, in their order, each once. */
async function inOrder(chat: number): Promise<void> {
  await until(
    'all has gone out and is written down',
    async () => (await town.query(`SELECT 1 FROM outbox WHERE status <> 'sent'`)).length === 0,
    15_000,
  )
  const rows = await town.query<{ id: string }>(
    `SELECT unnest(ext_ids) AS id FROM outbox
      WHERE channel = 'telegram' AND chat = $1 AND NOT message ? 'replaces' ORDER BY seq`,
    [String(chat)],
  )
  const taken = town.citizens.callsOf('sendMessage').flatMap(({ params, outcome }) => {
    const { message_id } = (outcome?.ok ? outcome.result : {}) as { message_id?: number }
    return Number(params.chat_id) === chat ? [String(message_id)] : []
  })
  expect(
    compareArrivals(
      rows.map(({ id }) => id),
      taken,
    ),
  ).toEqual({ ok: true, repeats: 0 })
}

test('all roles twice, at once on an empty database: one migrates; a digest goes out once', async () => {
  town = await openTelegramTown({ database: await createEmptyDatabase() })
  await start({}, {})
  expect(await town.query('SELECT name FROM migrations')).toHaveLength(
    (await town.query('SELECT DISTINCT name FROM migrations')).length,
  )
  const person = town.newCitizen()
  const report = await reportPothole(person, { point: pointOf(0), words: 'buca' }, patience)
  await inOrder(person.id)
  const supervisor = town.newStaff('Sara')
  supervisor.sendCommand('start')
  await supervisor.waitFor('linea interna del Comune', patience)
  await town.query(
    `WITH sara AS (
       INSERT INTO staff (name, role, front_desk, locale, channel, actor, chat, joined_at)
       VALUES ('Sara', 'supervisor', false, 'it', 'telegram-staff', $1, $1, now()) RETURNING id)
     INSERT INTO digest_run (staff, local_date, at)
     SELECT id, current_date - 2, now() - interval '2 days' FROM sara`,
    [String(supervisor.id)],
  )
  await stopAll()
  // The first look at what is due comes with the start, of both at the same moment.
  const due = { town: { ...town.config.town, digestAt: '00:00' } }
  await start(due, due)
  await supervisor.waitFor(/aspetta|aspettano la presa in carico/, { ...patience, since: 'start' })
  await stopAll()
  expect(await town.query('SELECT 1 FROM digest_run')).toHaveLength(2)
  const digests = town.staff
    .callsOf('sendMessage')
    .filter(({ params }) => /aspetta|aspettano la presa in carico/.test(String(params.text)))
  expect(digests).toHaveLength(1)
  expect(await town.query('SELECT id::int FROM report')).toEqual([{ id: report }])
}, 40_000)

test('roles in processes of their own: two that deliver share the work, each chat in order', async () => {
  town = await openTelegramTown()
  await start(
    { roles: ['channels'] },
    { roles: ['schedule'] },
    { roles: ['delivery', 'http'] },
    { roles: ['delivery', 'http'] },
  )
  const photo = await aPhoto('#306090')
  const people = Array.from({ length: 6 }, () => town.newCitizen())
  const numbers = await Promise.all(
    people.map((person, index) =>
      reportPothole(person, { point: pointOf(index), words: 'buca', photo }, patience),
    ),
  )
  expect(new Set(numbers).size).toBe(people.length)
  await until(
    'every photo is stored',
    async () =>
      (await town.query(`SELECT 1 FROM attachment WHERE status = 'stored'`)).length === people.length,
    15_000,
  )
  const late = town.newCitizen()
  late.send('ciao')
  await late.waitFor('Scegli dalla lista', patience)
  await town.query(
    `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'draft_reminder'`,
  )
  await late.waitFor('La finiamo insieme?', patience)
  for (const { id } of people) await inOrder(id)
  const sent = await Promise.all(running.flatMap(({ channels }) => channels.http?.url ?? []).map(sends))
  expect(sent).toHaveLength(2)
  expect(Math.min(...sent)).toBeGreaterThan(0)
}, 40_000)

/** Network messages that this process sent, by its own figures. */
async function sends(url: string): Promise<number> {
  const figures = await (await fetch(`${url}/metrics`)).text()
  return Number(/filo_sends_total\{[^}]*result="sent"[^}]*\} (\d+)/.exec(figures)?.[1] ?? 0)
}

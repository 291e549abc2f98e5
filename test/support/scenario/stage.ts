import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { SIMULATED } from '../../../src/channels/simulator/simulator.js'
import { type Product, startProduct } from '../../../src/compose.js'
import { loadConfig } from '../../../src/config.js'
import type { Role } from '../../../src/domain/staff.js'
import type { ChannelName, Locale } from '../../../src/kernel/ids.js'
import { createLogger } from '../../../src/kernel/logger.js'
import { loadDecoders } from '../../../src/media/sanitise.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'
import { createTestDatabase } from '../postgres.js'

/** An app with buttons or without, for citizens and staff alike; or one with lists, for citizens. */
export type Shape = 'buttons' | 'plain' | 'lists'

/** Monday 2026-03-02, 09:00 in Fossano; it stands still but for `forward`. */
const NOW = Date.UTC(2026, 2, 2, 8)

const CHANNELS = {
  buttons: { citizen: SIMULATED.buttons, staff: SIMULATED.staff },
  plain: { citizen: SIMULATED.plain, staff: SIMULATED.staffPlain },
  lists: { citizen: SIMULATED.lists, staff: SIMULATED.staff },
} as const

/** What the town is stays between two scenarios; everything else is forgotten. */
const KEPT = ['migrations', 'office', 'category', 'worker']

export interface Seat {
  readonly name: string
  readonly role: Role
  readonly office?: string
  readonly frontDesk: boolean
  readonly locale: Locale
  readonly chat: string
}

/** The whole product, on a database of its own, at a time that stands still. */
export interface Stage {
  readonly product: Product
  readonly channels: { readonly citizen: ChannelName; readonly staff: ChannelName }
  /** Nobody has ever written, nobody works here, the next report is the first; it is Monday again. */
  clear(): Promise<void>
  /** Makes these people staff, in one go: every scenario has a whole town hall. */
  seat(people: readonly Seat[]): Promise<void>
  /** What was said to this chat, newest first. */
  said(channel: ChannelName, chat: string): Promise<OutboundMessage[]>
  /** Resolves when every message is out and every file examined. `taken`: what phones have sent is with the bot. */
  rest(taken: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

export async function setStage(shape: Shape): Promise<Stage> {
  // Beside concurrent tests jest refuses to import at times.
  await loadDecoders()
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'scenario-'))
  const loaded = loadConfig(
    // Without the role `schedule`: moving the clock ticks by itself, and nothing else may.
    { DATABASE_URL: database.url, DATA_DIR: dataDir, ROLES: 'channels,delivery' },
    (path) => readFileSync(path, 'utf8'),
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  let now = NOW
  const product = await startProduct(loaded.config, createLogger({ level: 'warn' }), () => now)
  const client = new Client(database.url)
  await client.connect()
  const tables = await childrenFirst(client)
  const { rows: sequences } = await client.query<{ name: string }>(
    'SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema()',
  )
  // With few rows faster than TRUNCATE.
  const forget = `
    ${tables.map((name) => `DELETE FROM ${name};`).join('\n')}
    ${sequences.map(({ name }) => `ALTER SEQUENCE ${name} RESTART;`).join('\n')}`

  const isQuiet = async () => {
    const { rows } = await client.query<{ quiet: boolean }>(`
      SELECT NOT EXISTS (SELECT FROM outbox_head WHERE done_seq < last_seq)
         AND NOT EXISTS (SELECT FROM attachment WHERE status = 'waiting') AS quiet`)
    return rows[0]?.quiet === true
  }

  return {
    product,
    channels: CHANNELS[shape],
    async clear() {
      await client.query(forget)
      now -= product.clock.now().getTime() - NOW
    },
    async seat(people) {
      await client.query(
        `WITH person AS (
           SELECT * FROM ROWS FROM (jsonb_to_recordset($2) AS (
             name text, role text, office text, "frontDesk" boolean, locale text, chat text)) WITH ORDINALITY),
         seated AS (
           INSERT INTO staff (name, role, front_desk, locale, channel, actor, chat, joined_at)
           SELECT name, role, "frontDesk", locale, $1, chat, chat, now() FROM person ORDER BY ordinality
           RETURNING id, chat)
         INSERT INTO staff_office (staff, office)
         SELECT id, office FROM seated JOIN person USING (chat) WHERE office IS NOT NULL`,
        [CHANNELS[shape].staff, JSON.stringify(people)],
      )
    },
    async said(channel, chat) {
      const { rows } = await client.query<{ message: OutboundMessage }>(
        'SELECT message FROM outbox WHERE channel = $1 AND chat = $2 ORDER BY seq DESC',
        [channel, chat],
      )
      return rows.map(({ message }) => message)
    },
    async rest(taken) {
      do {
        await taken()
        await product.settled()
      } while (!(await isQuiet()))
    },
    async end() {
      await client.end()
      await product.stop()
      await database.drop()
      await rm(dataDir, { recursive: true })
    },
  }
}

/** Every table that is forgotten, before those that it refers to. */
async function childrenFirst(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; parents: string[] }>(
    `SELECT relname AS name,
            array(SELECT confrelid::regclass::text FROM pg_constraint
                   WHERE contype = 'f' AND conrelid = pg_class.oid AND confrelid <> conrelid) AS parents
       FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL ($1)`,
    [KEPT],
  )
  const sorted: string[] = []
  for (let left = rows; left.length > 0; ) {
    const free = left.filter(({ name }) => !left.some((other) => other.parents.includes(name)))
    if (free.length === 0) throw new Error('Tables refer to one another in a circle')
    sorted.push(...free.map(({ name }) => name))
    left = left.filter((table) => !free.includes(table))
  }
  return sorted
}

import type { EntityManager } from 'typeorm'
import type { Notes } from '../app/ports.js'
import type { Json } from '../dialog/session.js'

/** What the running product keeps about itself, by key: the clock's offset, for example. */
export interface Settings {
  /** Undefined: never set. */
  get(key: string): Promise<Json | undefined>
  set(key: string, value: Json): Promise<void>
}

/** First half of the advisory locks on a note's key. */
const NOTE_LOCK = 351_005

/** Remembers, in the running transaction, what somebody was told already. */
export const createNotes = (manager: EntityManager): Notes => ({
  async lock(key) {
    await manager.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [NOTE_LOCK, key])
  },

  async get(key) {
    const [row]: { value: string }[] = await manager.query(
      `SELECT value #>> '{}' AS value FROM setting WHERE key = $1`,
      [key],
    )
    return row?.value
  },

  async change(key, value) {
    const rows = await manager.query(
      value === null
        ? 'WITH gone AS (DELETE FROM setting WHERE key = $1 RETURNING 1) SELECT * FROM gone'
        : `WITH put AS (
             INSERT INTO setting (key, value) VALUES ($1, to_jsonb($2::text))
             ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE setting.value <> excluded.value
             RETURNING 1) SELECT * FROM put`,
      value === null ? [key] : [key, value],
    )
    return rows.length === 1
  },
})

/** Settings as JSON, through this manager; in its transaction if it has one. */
export const createSettings = (manager: EntityManager): Settings => ({
  async get(key) {
    const [row]: { value: Json }[] = await manager.query('SELECT value FROM setting WHERE key = $1', [key])
    return row?.value
  },

  async set(key, value) {
    await manager.query(
      `INSERT INTO setting (key, value) VALUES ($1, $2::jsonb)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [key, JSON.stringify(value)],
    )
  },
})

import type { EntityManager } from 'typeorm'
import type { Json } from '../dialog/session.js'

/** What the running product keeps about itself, by key: the clock's offset, for example. */
export interface Settings {
  /** Undefined: never set. */
  get(key: string): Promise<Json | undefined>
  set(key: string, value: Json): Promise<void>
}

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

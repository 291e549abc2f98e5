import type { DataSource } from 'typeorm'
import { OWNER_LOCK } from './presence.js'

/** Which pools of job workers belong to which living process (see `presence.ts`). */
export const createWorkerRegistry = (dataSource: DataSource, owner: () => number | undefined) => ({
  async add(worker: string): Promise<void> {
    await dataSource.query('INSERT INTO worker (id, owner) VALUES ($1, $2)', [worker, owner() ?? 0])
  },

  async takeDead(): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await dataSource.query(
      `DELETE FROM worker WHERE NOT EXISTS (
         SELECT FROM pg_locks
          WHERE locktype = 'advisory' AND classid = ${OWNER_LOCK} AND objid::bigint = worker.owner AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
       RETURNING id`,
    )
    return rows.map(({ id }) => id)
  },
})

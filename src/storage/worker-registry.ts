import type { DataSource } from 'typeorm'
import { OWNER_LOCK } from './presence.js'

const LIVING = `
  SELECT objid::bigint AS owner FROM pg_locks
   WHERE locktype = 'advisory' AND classid = ${OWNER_LOCK} AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** Which pools of job workers belong to which living process (see `presence.ts`). */
export const createWorkerRegistry = (dataSource: DataSource, owner: () => number | undefined) => ({
  /**
   * Of a process one worker lives, the newest. To be repeated: who lost the session lives on under another number.
   * False: it has none just now.
   */
  async keep(worker: string): Promise<boolean> {
    const number = owner()
    if (number === undefined) return false
    await dataSource.query(
      `WITH before AS (DELETE FROM worker WHERE owner = $2 AND id <> $1)
       INSERT INTO worker (id, owner) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET owner = excluded.owner WHERE worker.owner <> excluded.owner`,
      [worker, number],
    )
    return true
  },

  /**
   * Who holds jobs and belongs to no living process. Who has only just begun may be among them: its jobs run twice,
   * which they bear; the other way round they would wait for hours.
   */
  async dead(): Promise<string[]> {
    await dataSource.query(`DELETE FROM worker WHERE owner NOT IN (${LIVING})`)
    const rows: { id: string }[] = await dataSource.query(
      `SELECT DISTINCT locked_by AS id FROM graphile_worker.jobs
        WHERE locked_by IS NOT NULL
          AND locked_by NOT IN (SELECT id FROM worker WHERE owner IN (${LIVING}))`,
    )
    return rows.map(({ id }) => id)
  },

  /** True: it has held a job for longer than any answer is waited for. */
  async holds(worker: string): Promise<boolean> {
    const rows = await dataSource.query(
      `SELECT 1 FROM graphile_worker.jobs
        WHERE locked_by = $1 AND locked_at < now() - interval '10 seconds' LIMIT 1`,
      [worker],
    )
    return rows.length > 0
  },
})

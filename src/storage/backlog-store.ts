import type { Backlog } from '../app/figures.js'

/** What runs a statement: a pool, a client. */
interface Queries {
  query(sql: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/**
 * What waits, in one statement that touches only what waits (partial indexes) and the few jobs.
 * @param now business time, for the timers
 */
export async function readBacklog(database: Queries, now: Date): Promise<Backlog> {
  const { rows } = await database.query(BACKLOG, [now])
  return rows[0] as Backlog
}

const BACKLOG = `
  SELECT
    (SELECT coalesce(json_agg(waiting), '[]') FROM (
       SELECT head.channel,
              sum(head.last_seq - head.done_seq)::int AS messages,
              coalesce(max(extract(epoch FROM clock_timestamp() - first.created_at)), 0)::float AS "oldestSeconds",
              greatest(0, max(extract(epoch FROM clock_timestamp() - greatest(first.created_at, head.next_at)))
                FILTER (WHERE head.token IS NULL OR head.lease_until < clock_timestamp()))::float
                AS "unattendedSeconds"
         FROM outbox_head head
         LEFT JOIN LATERAL (
           SELECT created_at FROM outbox row
            WHERE row.channel = head.channel AND row.chat = head.chat AND row.seq > head.done_seq
            ORDER BY row.seq LIMIT 1) first ON true
        WHERE head.done_seq < head.last_seq
        GROUP BY head.channel) waiting) AS outbox,
    (SELECT json_build_object(
              'waiting', count(*) FILTER (WHERE attempts < max_attempts),
              'failed', count(*) FILTER (WHERE attempts >= max_attempts))
       FROM graphile_worker.jobs) AS jobs,
    (SELECT count(*)::int FROM timer WHERE due_at < $1::timestamptz - interval '2 minutes') AS "timersOverdue",
    (SELECT count(*)::int FROM inbox WHERE status = 'set_aside') AS "setAside",
    (SELECT coalesce(json_agg(open), '[]') FROM (
       SELECT status, count(*)::int AS reports FROM report
        WHERE status NOT IN ('closed', 'withdrawn') GROUP BY status) open) AS "openReports"`

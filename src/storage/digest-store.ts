import type { EntityManager } from 'typeorm'
import type { DigestFigures, Digests } from '../app/ports.js'
import { reports } from './report.entity.js'
import { readQueue, UNCLAIMED } from './report-queue.js'

/** Figures and digests already made, in the running transaction of this manager. */
export function createDigests(manager: EntityManager): Digests {
  return {
    async lastFor(staff) {
      const [row]: { localDate: string; at: Date }[] = await manager.query(
        `SELECT local_date::text AS "localDate", at FROM digest_run
          WHERE staff = $1 ORDER BY local_date DESC LIMIT 1`,
        [staff],
      )
      return row
    },

    async record(staff, localDate, at) {
      const made: unknown[] = await manager.query(
        'INSERT INTO digest_run (staff, local_date, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING staff',
        [staff, localDate, at],
      )
      return made.length > 0
    },

    async figures(from, to) {
      const span = [from, to]
      const [flow]: Omit<DigestFigures, 'claimedInTime' | 'claimsDue'>[] = await manager.query(FLOW, span)
      const [clock]: Pick<DigestFigures, 'claimedInTime' | 'claimsDue'>[] = await manager.query(CLOCK, span)
      if (!flow || !clock) throw new Error('an aggregate without GROUP BY has one row')
      return { ...flow, ...clock }
    },

    unclaimed: (_now, limit) =>
      readQueue(
        manager
          .createQueryBuilder(reports, 'report')
          .where(UNCLAIMED)
          .orderBy('report.claimDueAt')
          .addOrderBy('report.id'),
        { limit, offset: 0 },
      ),
  }
}

/**
 * In, taken in charge, out, and what is open now. A report counts once in each, however often it was claimed or
 * closed within the span; one whose close was undone is not closed.
 */
const FLOW = `
  SELECT
    (SELECT count(*)::int FROM report WHERE submitted_at >= $1 AND submitted_at < $2) AS submitted,
    (SELECT count(DISTINCT report)::int FROM report_event
      WHERE at >= $1 AND at < $2 AND action = 'claim') AS claimed,
    (SELECT count(*)::int FROM (
       SELECT DISTINCT ON (report) action FROM report_event
        WHERE at >= $1 AND at < $2 AND action IN ('close', 'undo_close') ORDER BY report, id DESC
     ) AS last WHERE action = 'close') AS closed,
    (SELECT count(*)::int FROM report WHERE status NOT IN ('closed', 'withdrawn')) AS backlog`

/**
 * The take-in-charge clock of a report begins at `office_since` (submission, move to another office, reopening) and
 * stops at the first claim after it, or runs out at `claim_due_at`, whichever comes first: in that span the report
 * counts among `claimsDue`, and only there, so that the spans of all digests add up. In time: claimed at or before
 * `claim_due_at`. Withdrawn while the clock ran: nobody's failure, not counted. A clock that ran out before the report
 * was moved on is known from its `overdue` entry: passing a report around hides nothing.
 */
const CLOCK = `
  WITH touched AS (
    SELECT report AS id FROM report_event WHERE at >= $1 AND at < $2 AND action = 'claim'
    UNION SELECT id FROM report WHERE claim_due_at >= $1 AND claim_due_at < $2
  ), clock AS (
    SELECT report.claim_due_at AS due,
           min(event.at) FILTER (WHERE event.action = 'claim') AS claimed,
           min(event.at) FILTER (WHERE event.action = 'withdraw') AS withdrawn
      FROM touched
      JOIN report USING (id)
      LEFT JOIN report_event event ON event.report = report.id AND event.at >= report.office_since
     GROUP BY report.id
  ), stopped AS (
    SELECT coalesce(claimed <= due, false) AS in_time
      FROM clock
     WHERE least(claimed, due) >= $1 AND least(claimed, due) < $2
       AND (withdrawn IS NULL OR withdrawn > least(claimed, due))
    UNION ALL
    SELECT false
      FROM report_event event
      JOIN report ON report.id = event.report
     WHERE event.at >= $1 AND event.at < $2 AND event.action = 'overdue' AND event.at < report.office_since
  )
  SELECT count(*)::int AS "claimsDue", (count(*) FILTER (WHERE in_time))::int AS "claimedInTime" FROM stopped`

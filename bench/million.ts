import { ask } from './databases.js'

/** One report in so many is still open: a town that works off what comes in. */
const OPEN_ONE_IN = 100
/** A conversation leaves about so many rows in these tables. */
const UPDATES_A_REPORT = 6
const MESSAGES_A_REPORT = 3

/**
 * Fills the product's tables with reports of earlier years and all that belongs to them, set-wise. The product must
 * have started on this database before: it loads offices and categories.
 */
export async function addReports(
  url: string,
  count: number,
  { south, west, north, east }: { south: number; west: number; north: number; east: number },
): Promise<void> {
  const steps = [
    `CREATE TEMPORARY TABLE old AS
       SELECT n, n % ${OPEN_ONE_IN} = 0 AS open, now() - n % 3650 * interval '1 day' - interval '2 days' AS at
         FROM generate_series(1, ${count}) AS n`,
    `INSERT INTO citizen (id, locale, name, notice_version, notice_at, created_at) OVERRIDING SYSTEM VALUE
       SELECT 1000000000 + n, 'it', 'Robot', '1', at, at FROM old`,
    `INSERT INTO address (channel, chat, citizen, last_inbound_at)
       SELECT 'telegram', (1000000000 + n)::text, 1000000000 + n, at FROM old`,
    `INSERT INTO session (channel, chat, state, updated_at)
       SELECT 'telegram', (1000000000 + n)::text,
              '{"v":1,"locale":"it","frames":[],"waiting":[],"asked":6,"memory":{"notice":"1"}}', at FROM old`,
    `WITH kinds AS (SELECT row_number() OVER (ORDER BY code) - 1 AS k, code, office FROM category WHERE active)
     INSERT INTO report (id, status, outcome, closed_at, category, office, place_line, lat, lon, title, reporter,
                         source, submitted_at, office_since, claim_due_at, claimed_at)
     OVERRIDING SYSTEM VALUE
       SELECT 1000000000 + n, CASE WHEN open THEN 'in_progress' ELSE 'closed' END,
              CASE WHEN open THEN NULL ELSE 'resolved' END, CASE WHEN open THEN NULL ELSE at + interval '1 day' END,
              code, office, 'Punto sulla mappa', ${south} + random() * ${north - south},
              ${west} + random() * ${east - west}, 'Una segnalazione di anni fa', 1000000000 + n, 'chat',
              at, at, at + interval '1 day', at + interval '2 hours'
         FROM old JOIN kinds ON k = n % (SELECT count(*) FROM kinds)`,
    `INSERT INTO report_event (id, report, at, action, party, to_status) OVERRIDING SYSTEM VALUE
       SELECT 1000000000 + n * 2 + step, 1000000000 + n, at + step * interval '2 hours',
              (ARRAY['submit', 'claim'])[step + 1], (ARRAY['reporter', 'operator'])[step + 1],
              (ARRAY['submitted', 'acknowledged'])[step + 1]
         FROM old, generate_series(0, 1) AS step`,
    `INSERT INTO report_text (report, event, kind, body)
       SELECT 1000000000 + n, 1000000000 + n * 2, 'description', 'C''è una buca profonda davanti al portone' FROM old`,
    `INSERT INTO inbox (channel, id, received_at)
       SELECT 'telegram', (100000000 + n * ${UPDATES_A_REPORT} + step)::text, at
         FROM old, generate_series(1, ${UPDATES_A_REPORT}) AS step`,
    `INSERT INTO outbox_head (channel, chat, last_seq, done_seq)
       SELECT 'telegram', (1000000000 + n)::text, ${MESSAGES_A_REPORT}, ${MESSAGES_A_REPORT} FROM old`,
    `INSERT INTO outbox (channel, chat, seq, message, locale, tag, status, parts, ext_ids, created_at, settled_at)
       SELECT 'telegram', (1000000000 + n)::text, seq,
              '{"body":[{"key":"report.ask_photos","params":{"most":5}}],"choices":[]}', 'it', 'q' || seq, 'sent', 1,
              ARRAY[(n * 3 + seq)::text], at, at
         FROM old, generate_series(1, ${MESSAGES_A_REPORT}) AS seq`,
    `DROP TABLE old`,
  ]
  await ask(url, steps.join(';\n'))
  await ask(url, 'VACUUM (ANALYZE, FREEZE)')
}

import type { EntityManager } from 'typeorm'
import type { CitizenId } from '../kernel/ids.js'

interface Follow {
  readonly report: number
  readonly at: string
}

/** What each of two citizens followed before they were joined. */
export interface Snapshot {
  readonly keep: readonly Follow[]
  readonly other: readonly Follow[]
}

/** One row for each report that either follows, with the earlier date; nobody follows the own report. */
export async function moveFollows(
  manager: EntityManager,
  keep: CitizenId,
  other: CitizenId,
): Promise<Snapshot> {
  const rows: { report: string; citizen: string; at: Date }[] = await manager.query(
    `SELECT report, citizen, joined_at AS at FROM follower WHERE citizen IN ($1, $2)
      ORDER BY report, citizen FOR UPDATE`,
    [keep, other],
  )
  const of = (citizen: CitizenId): Follow[] =>
    rows
      .filter((row) => Number(row.citizen) === citizen)
      .map(({ report, at }) => ({ report: Number(report), at: at.toISOString() }))
  await manager.query(
    `INSERT INTO follower (report, citizen, joined_at)
     SELECT report, $1, joined_at FROM follower WHERE citizen = $2
     ON CONFLICT (report, citizen) DO UPDATE SET joined_at = least(follower.joined_at, excluded.joined_at)`,
    [keep, other],
  )
  await manager.query(
    `DELETE FROM follower USING report
      WHERE report.id = follower.report
        AND (follower.citizen = $2 OR follower.citizen = $1 AND report.reporter = $1)`,
    [keep, other],
  )
  return { keep: of(keep), other: of(other) }
}

/** Each follows again what they followed then; what was joined since stays with `keep`. */
export async function partFollows(
  manager: EntityManager,
  keep: number,
  other: number,
  before: Snapshot,
): Promise<void> {
  await manager.query('DELETE FROM follower WHERE citizen = $1 AND report = ANY ($2)', [
    keep,
    before.other.map(({ report }) => report),
  ])
  for (const [citizen, follows] of [
    [keep, before.keep],
    [other, before.other],
  ] as const) {
    await manager.query(
      `INSERT INTO follower (report, citizen, joined_at)
       SELECT report, $1, at FROM jsonb_to_recordset($2) AS f (report bigint, at timestamptz)
       ON CONFLICT DO NOTHING`,
      [citizen, JSON.stringify(follows)],
    )
  }
}

/** Ids of two call-backs of which one stayed, and of a copy of that one as it was. */
interface Merged {
  readonly stays: number
  readonly was: number
  readonly replaced: number
}

export interface MovedCalls {
  readonly calls: readonly number[]
  readonly merged?: Merged
}

/**
 * Two open call-backs become one: the older keeps its place in the queue, with the number that was given last. Returns
 * the calls that changed hands.
 */
export async function moveCalls(
  manager: EntityManager,
  keep: CitizenId,
  other: CitizenId,
): Promise<MovedCalls> {
  const [older, newer]: { id: string }[] = await manager.query(
    `SELECT id FROM call_task WHERE citizen IN ($1, $2) AND status = 'open' AND reason = 'call_back'
      ORDER BY created_at, id FOR UPDATE`,
    [keep, other],
  )
  const merged = older && newer && (await mergeCalls(manager, Number(older.id), Number(newer.id)))
  const [rows]: [{ id: string }[], number] = await manager.query(
    'UPDATE call_task SET citizen = $1 WHERE citizen = $2 RETURNING id',
    [keep, other],
  )
  return { calls: rows.map(({ id }) => Number(id)), ...(merged && { merged }) }
}

async function mergeCalls(manager: EntityManager, older: number, newer: number): Promise<Merged> {
  await manager.query(`UPDATE call_task SET status = 'replaced' WHERE id = $1`, [newer])
  const [was]: { id: string }[] = await manager.query(
    `INSERT INTO call_task (report, citizen, phone, reason, say, status, created_at, due_at, tries)
     SELECT report, citizen, phone, reason, say, 'replaced', created_at, due_at, tries FROM call_task WHERE id = $1
     RETURNING id`,
    [older],
  )
  await manager.query(
    'UPDATE call_task o SET phone = n.phone, say = n.say FROM call_task n WHERE o.id = $1 AND n.id = $2',
    [older, newer],
  )
  return { stays: older, was: Number(was?.id), replaced: newer }
}

/**
 * Each waits again for the call that they asked for, unless that one was made meanwhile. Whoever asked once more since
 * the join was `keep`: that number stays there.
 */
export async function partCalls(
  manager: EntityManager,
  keep: number,
  other: number,
  { calls, merged }: MovedCalls,
): Promise<void> {
  await manager.query('UPDATE call_task SET citizen = $2 WHERE citizen = $1 AND id = ANY ($3)', [
    keep,
    other,
    calls,
  ])
  if (!merged) return
  // The one call was made, to the other's number: who asked for another one still waits.
  const [, waits]: [unknown, number] = await manager.query(
    `UPDATE call_task was SET status = 'open' FROM call_task stays
      WHERE was.id = $1 AND stays.id = $2 AND stays.status <> 'open' AND was.phone <> stays.phone`,
    [merged.was, merged.stays],
  )
  if (waits > 0) return
  await manager.query(
    `WITH stays AS (SELECT * FROM call_task WHERE id = $2 AND status = 'open' FOR UPDATE),
          was AS (DELETE FROM call_task WHERE id = $3 RETURNING phone, say),
          replaced AS (SELECT * FROM call_task WHERE id = $4 AND status = 'replaced'),
          asked AS (SELECT s.phone, s.say, (s.phone, s.say) IS DISTINCT FROM (r.phone, r.say) AS again
                      FROM stays s, replaced r),
          own AS (SELECT s.id, s.citizen, w.phone, w.say FROM stays s, was w
                  UNION ALL SELECT id, citizen, phone, say FROM replaced)
     UPDATE call_task c SET
            status = 'open',
            phone = CASE WHEN a.again AND o.citizen = $1 THEN a.phone ELSE o.phone END,
            say = CASE WHEN a.again AND o.citizen = $1 THEN a.say ELSE o.say END
       FROM own o, asked a WHERE c.id = o.id`,
    [keep, merged.stays, merged.was, merged.replaced],
  )
}

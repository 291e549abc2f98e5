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

/**
 * Two open call-backs become one: the older keeps its place in the queue, with the number that was given last. Returns
 * the calls that changed hands.
 */
export async function moveCalls(
  manager: EntityManager,
  keep: CitizenId,
  other: CitizenId,
): Promise<number[]> {
  const [older, newer]: { id: string }[] = await manager.query(
    `SELECT id FROM call_task WHERE citizen IN ($1, $2) AND status = 'open' AND reason = 'call_back'
      ORDER BY created_at, id FOR UPDATE`,
    [keep, other],
  )
  if (older && newer) {
    await manager.query(`UPDATE call_task SET status = 'replaced' WHERE id = $1`, [newer.id])
    await manager.query(
      'UPDATE call_task o SET phone = n.phone, say = n.say FROM call_task n WHERE o.id = $1 AND n.id = $2',
      [older.id, newer.id],
    )
  }
  const [rows]: [{ id: string }[], number] = await manager.query(
    'UPDATE call_task SET citizen = $1 WHERE citizen = $2 RETURNING id',
    [keep, other],
  )
  return rows.map(({ id }) => Number(id))
}

import type { EntityManager } from 'typeorm'
import type { CitizenJoins, Joined } from '../app/link-port.js'
import type { CitizenId, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import {
  type MovedCalls,
  moveCalls,
  moveFollows,
  partCalls,
  partFollows,
  type Snapshot,
} from './citizen-moves.js'

/** What a join moved, as `citizen_join.moved` keeps it; ids only, and the chats. */
interface Moved extends MovedCalls {
  readonly addresses: readonly Address[]
  readonly reports: readonly ReportId[]
  readonly follows: Snapshot
  /** What `keep` lacked and got. */
  readonly filled: readonly ('name' | 'phone')[]
}

interface RawJoin {
  id: string
  keep: string
  other: string
  moved: Moved
}

/** Citizens who turned out to be one person, in the running transaction of this manager. */
export function createCitizenJoins(manager: EntityManager): CitizenJoins {
  /** Both rows as they are now, locked; undefined: they are the same. */
  const bothLiving = async (keep: CitizenId, other: CitizenId) => {
    for (;;) {
      const ids = [await living(manager, keep), await living(manager, other)] as const
      if (ids[0] === ids[1]) return undefined
      const rows = await manager.query(
        'SELECT FROM citizen WHERE id = ANY ($1) AND joined_into IS NULL ORDER BY id FOR NO KEY UPDATE',
        [ids],
      )
      // Another transaction joined one of them while this one waited for its lock.
      if (rows.length === ids.length) return { keep: ids[0], other: ids[1] }
    }
  }

  return {
    async join(first, second, { at, by }) {
      const both = await bothLiving(first, second)
      if (!both) return undefined
      const { keep, other } = both
      // First of all: whoever writes from there holds this row until the end of the turn, and what that turn made is
      // there to be moved afterwards.
      const addresses: Address[] = await changed(
        manager,
        'UPDATE address SET citizen = $1 WHERE citizen = $2 RETURNING channel, chat',
        [keep, other],
      )
      const reports = await moveReports(manager, { from: other, to: keep })
      const moved: Moved = {
        addresses,
        reports,
        follows: await moveFollows(manager, keep, other),
        ...(await moveCalls(manager, keep, other)),
        filled: await fill(manager, keep, other),
      }
      const [row]: { id: string }[] = await manager.query(
        `INSERT INTO citizen_join (keep, other, joined_by, at, moved) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
        [keep, other, by, at, JSON.stringify(moved)],
      )
      return { id: Number(row?.id), keep, addresses, reports }
    },

    async newest(keep) {
      const [row]: RawJoin[] = await manager.query(
        `SELECT id, keep, moved FROM citizen_join
          WHERE keep = $1 AND joined_by = 'citizen' AND undone_at IS NULL ORDER BY id DESC LIMIT 1`,
        [keep],
      )
      return row && joinedOf(row)
    },

    async part(id, at) {
      const [row]: RawJoin[] = await changed(
        manager,
        `UPDATE citizen_join SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL RETURNING id, keep, other, moved`,
        [id, at],
      )
      if (!row) return undefined
      const { moved } = row
      const [keep, other] = [Number(row.keep), Number(row.other)]
      const addresses: Address[] = await changed(
        manager,
        `UPDATE address a SET citizen = $2
           FROM jsonb_to_recordset($3) AS m (channel text, chat text)
          WHERE a.channel = m.channel AND a.chat = m.chat AND a.citizen = $1 RETURNING a.channel, a.chat`,
        [keep, other, JSON.stringify(moved.addresses)],
      )
      const reports = await moveReports(manager, { from: keep, to: other, only: moved.reports })
      await partFollows(manager, keep, other, moved.follows)
      await partCalls(manager, keep, other, moved)
      await manager.query(
        `UPDATE citizen k SET
            name = CASE WHEN 'name' = ANY ($3) AND k.name = o.name THEN NULL ELSE k.name END,
            phone = CASE WHEN 'phone' = ANY ($3) AND k.phone = o.phone THEN NULL ELSE k.phone END
           FROM citizen o WHERE k.id = $1 AND o.id = $2`,
        [keep, other, moved.filled],
      )
      await manager.query('UPDATE citizen SET joined_into = NULL WHERE id = $1', [other])
      return { id, keep: keep as CitizenId, addresses, reports }
    },
  }
}

const joinedOf = ({ id, keep, moved: { addresses, reports } }: RawJoin): Joined => ({
  id: Number(id),
  keep: Number(keep) as CitizenId,
  addresses,
  reports,
})

/** TypeORM gives the rows of an UPDATE together with their count. */
const changed = async <Row>(manager: EntityManager, sql: string, values: unknown[]): Promise<Row[]> =>
  ((await manager.query(sql, values)) as [Row[], number])[0]

/** Where somebody who was joined is to be found now. */
async function living(manager: EntityManager, citizen: CitizenId): Promise<CitizenId> {
  const [row]: { id: string }[] = await manager.query(
    `WITH RECURSIVE chain AS (
       SELECT id, joined_into FROM citizen WHERE id = $1
       UNION ALL SELECT c.id, c.joined_into FROM citizen c JOIN chain ON c.id = chain.joined_into
     ) SELECT id FROM chain WHERE joined_into IS NULL`,
    [citizen],
  )
  if (!row) throw new Error('A citizen to be joined does not exist')
  return Number(row.id) as CitizenId
}

/** In the order in which turns lock reports; their versions stay, since nothing changes that an office acts on. */
async function moveReports(
  manager: EntityManager,
  { from, to, only }: { from: number; to: number; only?: readonly ReportId[] },
): Promise<ReportId[]> {
  const rows = await changed<{ id: string }>(
    manager,
    `WITH theirs AS (
       SELECT id FROM report WHERE reporter = $1 AND ($3::bigint[] IS NULL OR id = ANY ($3)) ORDER BY id FOR UPDATE
     ) UPDATE report SET reporter = $2 FROM theirs WHERE report.id = theirs.id RETURNING report.id`,
    [from, to, only ?? null],
  )
  return rows.map(({ id }) => Number(id) as ReportId).sort((a, b) => a - b)
}

/** What `keep` lacks it gets; of the notices shown, the later one counts. */
async function fill(
  manager: EntityManager,
  keep: CitizenId,
  other: CitizenId,
): Promise<('name' | 'phone')[]> {
  const [lacks]: { name: boolean; phone: boolean }[] = await manager.query(
    `SELECT k.name IS NULL AND o.name IS NOT NULL AS name, k.phone IS NULL AND o.phone IS NOT NULL AS phone
       FROM citizen k, citizen o WHERE k.id = $1 AND o.id = $2`,
    [keep, other],
  )
  await manager.query(
    `UPDATE citizen k SET
        name = coalesce(k.name, o.name), phone = coalesce(k.phone, o.phone),
        phone_asked_at = coalesce(k.phone_asked_at, o.phone_asked_at),
        notice_version = CASE WHEN o.notice_at > k.notice_at OR k.notice_at IS NULL THEN o.notice_version ELSE k.notice_version END,
        notice_at = greatest(k.notice_at, o.notice_at)
       FROM citizen o WHERE k.id = $1 AND o.id = $2`,
    [keep, other],
  )
  await manager.query('UPDATE citizen SET joined_into = $1 WHERE id = $2', [keep, other])
  return (['name', 'phone'] as const).filter((what) => lacks?.[what])
}

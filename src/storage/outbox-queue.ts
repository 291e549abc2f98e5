import type { DataSource } from 'typeorm'
import {
  LEASE_MS,
  type Lease,
  type OutboxQueue,
  type OutboxRow,
  type SettledRow,
  type Settlement,
} from '../app/outbox-port.js'
import type { ExternalId, Locale, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import { type HotQuery, hotQuery } from './hot-query.js'
import { OWNER_LOCK } from './presence.js'

/** Rows read at once by one sender. */
const READ_ROWS = 50

/** The sender's side of the outbox; each call is a transaction of its own. */
export function createOutboxQueue(dataSource: DataSource): OutboxQueue {
  const once = async <T>(work: (query: HotQuery) => Promise<T>): Promise<T> => {
    const runner = dataSource.createQueryRunner()
    try {
      return await work(hotQuery(await runner.connect()))
    } finally {
      await runner.release()
    }
  }

  return {
    read: (lease, after = 0) => once((query) => readRows(query, lease.to, after)),
    settle: (settlements) => once((query) => settle(query, settlements)),
    settleRows: (to, rows) => once((query) => settleRows(query, to, rows)),
    renew: (lease) =>
      once(async (query) => {
        const rows = await query(
          'outbox-renew',
          `UPDATE outbox_head SET lease_until = clock_timestamp() + $4 * interval '1 millisecond'
            WHERE channel = $1 AND chat = $2 AND token = $3 RETURNING 1`,
          [lease.to.channel, lease.to.chat, lease.token, LEASE_MS],
        )
        return rows.length === 1
      }),
    takeDue: (owner, channels, limit) => once((query) => takeDue(query, owner, channels, limit)),
    silentFor: (chat, ms) =>
      once(async (query) => {
        const rows = await query(
          'address-silent-for',
          `SELECT 1 FROM address WHERE channel = $1 AND chat = $2
              AND last_inbound_at < clock_timestamp() - $3 * interval '1 millisecond'`,
          [chat.channel, chat.chat, ms],
        )
        return rows.length === 1
      }),
    target: (chat, tag, before) =>
      once(async (query) => {
        const rows = await query<{ ext_ids: ExternalId[] }>(
          'outbox-target',
          `SELECT ext_ids FROM outbox
            WHERE channel = $1 AND chat = $2 AND tag = $3 AND seq < $4 AND status = 'sent' ORDER BY seq DESC LIMIT 1`,
          [chat.channel, chat.chat, tag, before],
        )
        // Words and buttons are always the last part of a row.
        return rows[0]?.ext_ids.at(-1)
      }),
  }
}

async function readRows(query: HotQuery, chat: Address, after: number): Promise<OutboxRow[]> {
  const rows = await query<{
    seq: string
    message: OutboundMessage
    locale: Locale
    about: string | null
    matters: OutboxRow['matters'] | null
    parts: number
    ext_ids: ExternalId[]
    settled: boolean
  }>(
    'outbox-read',
    `SELECT seq, message, locale, about, matters, parts, ext_ids, status <> 'waiting' AS settled FROM outbox
      WHERE channel = $1 AND chat = $2
        AND seq > greatest($3, (SELECT done_seq FROM outbox_head WHERE channel = $1 AND chat = $2))
      ORDER BY seq LIMIT ${READ_ROWS}`,
    [chat.channel, chat.chat, after],
  )
  return rows.map((row) => ({
    seq: Number(row.seq),
    message: row.message,
    locale: row.locale,
    about: row.about === null ? undefined : (Number(row.about) as ReportId),
    matters: row.matters ?? undefined,
    parts: row.parts,
    extIds: row.ext_ids,
    settled: row.settled,
  }))
}

const ROW_NEWS = `
  UPDATE outbox o SET status = n.status, parts = n.parts, ext_ids = n.ext_ids::text[], why = n.why,
         settled_at = CASE WHEN n.status = 'waiting' THEN NULL ELSE clock_timestamp() END
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::integer[], $6::text[], $7::text[])
      AS n (channel, chat, seq, status, parts, ext_ids, why)
   WHERE o.channel = n.channel AND o.chat = n.chat AND o.seq = n.seq AND o.status = 'waiting'`

/** Settles rows without moving the head. */
export async function settleRows(query: HotQuery, to: Address, rows: readonly SettledRow[]): Promise<void> {
  await query('outbox-settle-rows', ROW_NEWS, rowColumns(rows.map((row) => ({ to, row }))))
}

/**
 * Writes how far senders got: rows, then the heads, sorted. News of a row are accepted from anyone (it was sent,
 * whoever holds the lease now); the head moves only for the token's holder. One statement is one transaction.
 * Nobody waits for the disk: what a crash of the database's machine forgets is sent again, as after any crash.
 */
async function settle(query: HotQuery, settlements: readonly Settlement[]): Promise<boolean[]> {
  const rows = settlements.flatMap(({ lease, rows }) => rows.map((row) => ({ to: lease.to, row })))
  const held = await query<{ token: string; held: boolean }>(
    'outbox-settle',
    `WITH unhurried AS MATERIALIZED (
       SELECT set_config('synchronous_commit', 'off', true) AS set
     ), news AS (${ROW_NEWS}
     ), locked AS (
       SELECT h.channel, h.chat, h.token, n.done_seq, n.pause
         FROM outbox_head h
         JOIN unnest($8::text[], $9::text[], $10::uuid[], $11::bigint[], $12::bigint[])
           AS n (channel, chat, token, done_seq, pause)
           ON h.channel = n.channel AND h.chat = n.chat AND h.token = n.token
        ORDER BY h.channel COLLATE "C", h.chat COLLATE "C" FOR UPDATE OF h
     )
     UPDATE outbox_head h SET
            done_seq = greatest(h.done_seq, l.done_seq),
            token = CASE WHEN l.pause IS NOT NULL OR h.last_seq = l.done_seq THEN NULL ELSE h.token END,
            next_at = CASE WHEN l.pause IS NULL THEN h.next_at
                           ELSE clock_timestamp() + l.pause * interval '1 millisecond' END
       FROM locked l, unhurried
      WHERE h.channel = l.channel AND h.chat = l.chat
     RETURNING l.token, h.token IS NOT NULL AS held`,
    [
      ...rowColumns(rows),
      settlements.map(({ lease }) => lease.to.channel),
      settlements.map(({ lease }) => lease.to.chat),
      settlements.map(({ lease }) => lease.token),
      settlements.map(({ doneSeq }) => doneSeq),
      settlements.map(({ pauseMs }) => pauseMs ?? null),
    ],
  )
  // By token, not by chat: a lease that was lost and the one after it may settle together.
  const still = new Set(held.filter((head) => head.held).map(({ token }) => token))
  return settlements.map(({ lease }) => still.has(lease.token))
}

const rowColumns = (rows: readonly { to: Address; row: SettledRow }[]): unknown[] => [
  rows.map(({ to }) => to.channel),
  rows.map(({ to }) => to.chat),
  rows.map(({ row }) => row.seq),
  rows.map(({ row }) => row.status),
  rows.map(({ row }) => row.parts),
  // An array of arrays must be rectangular, so each one travels as its own literal.
  rows.map(({ row }) => `{${row.extIds.map((id) => JSON.stringify(id)).join(',')}}`),
  rows.map(({ row }) => row.why ?? null),
]

async function takeDue(
  query: HotQuery,
  owner: number,
  channels: readonly string[],
  limit: number,
): Promise<Lease[]> {
  const rows = await query<{ channel: Address['channel']; chat: Address['chat']; token: string }>(
    'outbox-take-due',
    `WITH alive AS MATERIALIZED (
       SELECT objid::bigint AS owner FROM pg_locks
        WHERE locktype = 'advisory' AND classid = ${OWNER_LOCK} AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     ), due AS (
       SELECT channel, chat FROM outbox_head
        WHERE done_seq < last_seq AND next_at <= clock_timestamp() AND channel = ANY ($2::text[])
          AND (token IS NULL OR lease_until < clock_timestamp() OR NOT EXISTS (
                 SELECT FROM alive WHERE alive.owner = outbox_head.owner))
        ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
     )
     UPDATE outbox_head h SET token = gen_random_uuid(), owner = $1,
            lease_until = clock_timestamp() + $4 * interval '1 millisecond'
       FROM due WHERE h.channel = due.channel AND h.chat = due.chat
     RETURNING h.channel, h.chat, h.token`,
    [owner, channels, limit, LEASE_MS],
  )
  const until = performance.now() + LEASE_MS
  return rows.map(({ channel, chat, token }) => ({ to: { channel, chat }, token, owner, until }))
}

import type { DataSource } from 'typeorm'
import {
  LEASE_MS,
  type Lease,
  type OutboxQueue,
  type OutboxRow,
  type SettledRow,
  type Settlement,
} from '../app/outbox-port.js'
import { SECOND } from '../kernel/clock.js'
import type { ExternalId, Locale, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import { chatKey } from './chat-order.js'
import { type HotQuery, hotQuery } from './hot-query.js'
import { REPLY_REACH } from './outbox-writer.js'
import { OWNER_LOCK } from './presence.js'

/**
 * After so long a process knows of every lease that it took, or has given up waiting for the answer (data-source.ts): one
 * that it does not know was taken by a statement whose answer was lost.
 */
const KNOWN_AFTER_MS = 10 * SECOND
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
        // Asks for the row by its chat, and writes: a transaction that may still give us the lease is waited for.
        const rows = await query<{ kept: boolean }>(
          'outbox-renew',
          `INSERT INTO outbox_head AS h (channel, chat) VALUES ($1, $2)
           ON CONFLICT (channel, chat) DO UPDATE SET lease_until =
             CASE WHEN h.token = $3 THEN clock_timestamp() + $4 * interval '1 millisecond' ELSE h.lease_until END
           RETURNING token IS NOT DISTINCT FROM $3::uuid AS kept`,
          [lease.to.channel, lease.to.chat, lease.token, LEASE_MS],
        )
        return rows[0]?.kept ?? false
      }),
    takeDue: (owner, active, channels, limit) =>
      once((query) => takeDue(query, owner, active(), channels, limit)),
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
    sentAs: (chat, id) =>
      once(async (query) => {
        const rows = await query<{ message: OutboundMessage; locale: Locale; ext_ids: ExternalId[] }>(
          'outbox-sent-as',
          `SELECT message, locale, ext_ids FROM outbox
            WHERE channel = $1 AND chat = $2 AND $3 = ANY (ext_ids)
              AND seq > (SELECT last_seq FROM outbox_head WHERE channel = $1 AND chat = $2) - ${REPLY_REACH}
            ORDER BY seq DESC LIMIT 1`,
          [chat.channel, chat.chat, id],
        )
        return rows.map(({ message, locale, ext_ids: extIds }) => ({ message, locale, extIds }))[0]
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

/** Of a secret, what is left tells that there was one. */
const ROW_NEWS = `
  UPDATE outbox o SET status = n.status, parts = n.parts, ext_ids = n."extIds", why = n.why,
         message = CASE WHEN n.status <> 'waiting' AND o.message ? 'secret'
                        THEN '{"body": [], "secret": true}' ELSE o.message END,
         settled_at = CASE WHEN n.status = 'waiting' THEN NULL ELSE clock_timestamp() END
    FROM json_to_recordset($1) AS n (channel text, chat text, seq bigint, status text, parts integer,
                                     "extIds" text[], why text)
   WHERE o.channel = n.channel AND o.chat = n.chat AND o.seq = n.seq AND o.status = 'waiting'`

/** Named one by one: objects spread into one another would cost more here than the whole document. */
const newsOf = ({ channel, chat }: Address, { seq, status, parts, extIds, why }: SettledRow) => ({
  channel,
  chat,
  seq,
  status,
  parts,
  extIds,
  why,
})

/** Settles rows without moving the head. */
export async function settleRows(query: HotQuery, to: Address, rows: readonly SettledRow[]): Promise<void> {
  await query('outbox-settle-rows', ROW_NEWS, [JSON.stringify(rows.map((row) => newsOf(to, row)))])
}

/**
 * Writes how far senders got: rows, then the heads, sorted. News of a row are accepted from anyone (it was sent,
 * whoever holds the lease now); the head moves only for the token's holder. One statement is one transaction.
 * Nobody waits for the disk: what a crash of the database's machine forgets is sent again, as after any crash.
 */
async function settle(query: HotQuery, settlements: readonly Settlement[]): Promise<boolean[]> {
  // A lease that was lost and the one after it may settle together: a statement takes each chat once.
  const chats = new Set(settlements.map(({ lease }) => chatKey(lease.to)))
  if (chats.size < settlements.length) {
    const answers: boolean[] = []
    for (const one of settlements) answers.push(...(await settle(query, [one])))
    return answers
  }
  const rows = settlements.flatMap(({ lease, rows }) => rows.map((row) => newsOf(lease.to, row)))
  const heads = settlements.map(({ lease: { to, token }, doneSeq, pauseMs }) => ({
    channel: to.channel,
    chat: to.chat,
    token,
    doneSeq,
    pauseMs,
  }))
  // The head is always there. Said as an INSERT, it is found by its key, however small the table was when the server
  // thought about it last; and an INSERT … ORDER BY locks in that order.
  const held = await query<Address & { held: boolean }>(
    'outbox-settle',
    `WITH unhurried AS MATERIALIZED (
       SELECT set_config('synchronous_commit', 'off', true) AS set
     ), news AS (${ROW_NEWS}
     )
     INSERT INTO outbox_head AS h (channel, chat, last_seq, done_seq, token, next_at)
     SELECT channel, chat, "doneSeq", "doneSeq", token,
            coalesce(clock_timestamp() + "pauseMs" * interval '1 millisecond', '-infinity')
       FROM json_to_recordset($2) AS n (channel text, chat text, token uuid, "doneSeq" bigint,
                                        "pauseMs" double precision), unhurried
      ORDER BY channel COLLATE "C", chat COLLATE "C"
     ON CONFLICT (channel, chat) DO UPDATE SET
       done_seq = greatest(h.done_seq, excluded.done_seq),
       token = CASE WHEN isfinite(excluded.next_at) OR h.last_seq = excluded.done_seq THEN NULL ELSE h.token END,
       next_at = CASE WHEN isfinite(excluded.next_at) THEN excluded.next_at ELSE h.next_at END
      WHERE h.token = excluded.token
     RETURNING channel, chat, token IS NOT NULL AS held`,
    [JSON.stringify(rows), JSON.stringify(heads)],
  )
  const still = new Set(held.filter((head) => head.held).map(chatKey))
  return settlements.map(({ lease }) => still.has(chatKey(lease.to)))
}

async function takeDue(
  query: HotQuery,
  owner: number,
  active: readonly string[],
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
          AND (token IS NULL OR lease_until < clock_timestamp()
               OR NOT EXISTS (SELECT FROM alive WHERE alive.owner = outbox_head.owner)
               OR (owner = $1 AND token <> ALL ($5::uuid[])
                   AND lease_until < clock_timestamp() + $6 * interval '1 millisecond'))
        ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
     )
     UPDATE outbox_head h SET token = gen_random_uuid(), owner = $1,
            lease_until = clock_timestamp() + $4 * interval '1 millisecond'
       FROM due WHERE h.channel = due.channel AND h.chat = due.chat
     RETURNING h.channel, h.chat, h.token`,
    [owner, channels, limit, LEASE_MS, active, LEASE_MS - KNOWN_AFTER_MS],
  )
  const until = performance.now() + LEASE_MS
  return rows.map(({ channel, chat, token }) => ({ to: { channel, chat }, token, owner, until }))
}

import { randomUUID } from 'node:crypto'
import { LEASE_MS, type Lease, type OutboxRow } from '../app/outbox-port.js'
import type { Outbox, Outgoing } from '../app/ports.js'
import type { ChannelName, Locale, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { byChat, chatKey } from './chat-order.js'
import type { HotQuery } from './hot-query.js'

/** Messages of a chat that a reply is looked for among; an office's chat grows for years. */
export const REPLY_REACH = 5_000

/** Collects what a transaction says; `flush` is its last phase before COMMIT. */
export interface OutboxBuffer extends Outbox {
  /**
   * Numbers and writes what was put, sorted by chat, and takes the lease of each chat that nobody holds.
   * @param ownerFor who sends for a channel from this process; undefined: another process will
   */
  flush(ownerFor: (channel: ChannelName) => number | undefined): Promise<Lease[]>
}

interface Head {
  channel: Address['channel']
  chat: Address['chat']
  last_seq: string
  done_seq: string
  token: string | null
  owner: number | null
}
type TakenHead = Head & { readonly mine: boolean }

export function createOutboxBuffer(query: HotQuery): OutboxBuffer {
  const waiting = new Map<string, { to: Address; messages: Outgoing[] }>()

  return {
    put(...messages) {
      for (const message of messages) {
        const key = chatKey(message.to)
        const chat = waiting.get(key)
        if (chat) chat.messages.push(message)
        else waiting.set(key, { to: message.to, messages: [message] })
      }
    },

    async findByExternalId(chat, id) {
      const [row] = await query<{ about: string | null; tag: string | null }>(
        'outbox-by-ext-id',
        `SELECT about, tag FROM outbox
          WHERE channel = $1 AND chat = $2 AND $3 = ANY (ext_ids)
            AND seq > (SELECT last_seq FROM outbox_head WHERE channel = $1 AND chat = $2) - ${REPLY_REACH}
          ORDER BY seq DESC LIMIT 1`,
        [chat.channel, chat.chat, id],
      )
      return (
        row && { about: row.about ? (Number(row.about) as ReportId) : undefined, tag: row.tag ?? undefined }
      )
    },

    async chatsWithTag(tag) {
      const rows = await query<{ channel: Address['channel']; chat: Address['chat']; locale: Locale }>(
        'outbox-chats-with-tag',
        'SELECT DISTINCT ON (channel, chat) channel, chat, locale FROM outbox WHERE tag = $1 ORDER BY channel, chat, seq DESC',
        [tag],
      )
      return rows.map(({ channel, chat, locale }) => ({ to: { channel, chat }, locale }))
    },

    async flush(ownerFor) {
      const chats = [...waiting.values()].sort((a, b) => byChat(a.to, b.to))
      waiting.clear()
      if (chats.length === 0) return []
      const heads = await takeHeads(query, chats, ownerFor)
      const rows = chats.flatMap(({ to, messages }) => {
        const head = heads.get(chatKey(to)) as TakenHead
        const before = Number(head.last_seq) - messages.length
        return messages.map((outgoing, index) => ({ to, outgoing, seq: before + index + 1 }))
      })
      await insertRows(query, rows)
      const until = performance.now() + LEASE_MS
      return chats.flatMap(({ to, messages }) => {
        const head = heads.get(chatKey(to)) as TakenHead
        if (!head.mine || head.token === null || head.owner === null) return []
        const whole = Number(head.last_seq) - messages.length === Number(head.done_seq)
        const own = rows.filter((row) => row.to === to).map((row) => asRow(row.seq, row.outgoing))
        return [{ to, token: head.token, owner: head.owner, until, rows: whole ? own : undefined }]
      })
    },
  }
}

const asRow = (seq: number, { message, locale, matters }: Outgoing): OutboxRow => ({
  seq,
  message,
  locale,
  about: message.about,
  matters,
  parts: 0,
  extIds: [],
})

/** One statement: numbers for all, the lease where it is free. An INSERT … ORDER BY locks in that order. */
async function takeHeads(
  query: HotQuery,
  chats: readonly { to: Address; messages: readonly Outgoing[] }[],
  ownerFor: (channel: ChannelName) => number | undefined,
): Promise<Map<string, TakenHead>> {
  const owners = chats.map(({ to }) => ownerFor(to.channel) ?? null)
  const tokens = owners.map((owner) => (owner === null ? null : randomUUID()))
  const rows = await query<Head>(
    'outbox-heads',
    `INSERT INTO outbox_head AS h (channel, chat, last_seq, token, owner, lease_until)
     SELECT channel, chat, n, token, owner, clock_timestamp() + $6 * interval '1 millisecond'
       FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[], $5::integer[]) AS c (channel, chat, n, token, owner)
      ORDER BY channel COLLATE "C", chat COLLATE "C"
     ON CONFLICT (channel, chat) DO UPDATE SET
       last_seq = h.last_seq + excluded.last_seq,
       token = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp() THEN excluded.token ELSE h.token END,
       owner = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp() THEN excluded.owner ELSE h.owner END,
       lease_until = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp()
         THEN excluded.lease_until ELSE h.lease_until END
     RETURNING channel, chat, last_seq, done_seq, token, owner`,
    [
      chats.map(({ to }) => to.channel),
      chats.map(({ to }) => to.chat),
      chats.map(({ messages }) => messages.length),
      tokens,
      owners,
      LEASE_MS,
    ],
  )
  const offered = new Set<string | null>(tokens)
  return new Map(
    rows.map((row) => [chatKey(row), { ...row, mine: row.token !== null && offered.has(row.token) }]),
  )
}

async function insertRows(
  query: HotQuery,
  rows: readonly { to: Address; outgoing: Outgoing; seq: number }[],
): Promise<void> {
  await query(
    'outbox-insert',
    `INSERT INTO outbox (channel, chat, seq, message, locale, tag, about, matters)
     SELECT channel, chat, seq, message::jsonb, locale, tag, about, matters
       FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
         AS r (channel, chat, seq, message, locale, tag, about, matters)`,
    [
      rows.map((row) => row.to.channel),
      rows.map((row) => row.to.chat),
      rows.map((row) => row.seq),
      rows.map((row) => JSON.stringify(row.outgoing.message)),
      rows.map((row) => row.outgoing.locale),
      rows.map((row) => row.outgoing.message.tag ?? null),
      rows.map((row) => row.outgoing.message.about ?? null),
      rows.map((row) => row.outgoing.matters ?? null),
    ],
  )
}

import { randomUUID } from 'node:crypto'
import { type Behind, LEASE_MS, type Lease, type OutboxRow } from '../app/outbox-port.js'
import type { Outbox, Outgoing } from '../app/ports.js'
import type { ChannelName, ExternalId, Locale, ReportId } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import type { Address } from '../messaging/inbound.js'
import { byChat, chatKey } from './chat-order.js'
import { documents, documentsIn } from './documents.js'
import type { HotQuery } from './hot-query.js'

/** Messages of a chat that a reply is looked for among; an office's chat grows for years. */
export const REPLY_REACH = 5_000

/** Collects what a transaction says; `flush` is its last phase before COMMIT. */
export interface OutboxBuffer extends Outbox {
  /**
   * Numbers and writes what was put, sorted by chat, and takes the lease of each chat that nobody holds.
   * @param ownerFor who sends for a channel from this process; undefined: another process will
   */
  flush(ownerFor: (channel: ChannelName) => number | undefined): Flushed
}

export interface Flushed {
  readonly written: Promise<{ readonly leases: readonly Lease[]; readonly behind: readonly Behind[] }>
  /** What may be ours when nobody knows how the transaction ended: to be asked for before anything is sent. */
  readonly offered: readonly Lease[]
}

interface Head {
  channel: Address['channel']
  chat: Address['chat']
  last_seq: string
  done_seq: string
  token: string | null
}

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

    flush(ownerFor) {
      const chats = [...waiting.values()]
        .sort((a, b) => byChat(a.to, b.to))
        .map((chat) => offer(chat, ownerFor))
      waiting.clear()
      if (chats.length === 0) return { written: Promise.resolve({ leases: [], behind: [] }), offered: [] }
      const until = performance.now() + LEASE_MS
      const heads = write(query, chats)
      // Asked behind the heads: nobody can write to these chats any more.
      const targets = readTargets(query, chats)
      return {
        written: sideBySide([heads, targets]).then(([headOf, targetOf]) => {
          const all = chats.map((chat) => ({ chat, head: headOf.get(chatKey(chat.to)), targetOf, until }))
          return { leases: all.flatMap(leaseOf), behind: all.flatMap(behindOf) }
        }),
        offered: chats.flatMap(({ to, token, owner }) =>
          token === null || owner === null ? [] : [{ to, token, owner, until: 0 }],
        ),
      }
    },
  }
}

/** A chat's messages, and the lease that this process would take. */
interface Offer {
  readonly to: Address
  readonly messages: readonly Outgoing[]
  readonly owner: number | null
  readonly token: string | null
}

function offer(
  { to, messages }: { to: Address; messages: readonly Outgoing[] },
  ownerFor: (channel: ChannelName) => number | undefined,
): Offer {
  const owner = ownerFor(to.channel) ?? null
  return { to, messages, owner, token: owner === null ? null : randomUUID() }
}

interface Written {
  readonly chat: Offer
  readonly head: Head | undefined
  readonly targetOf: (to: Address, tag: string) => ExternalId | undefined
  readonly until: number
}

/** None when somebody holds the chat already. */
function leaseOf({ chat, head, targetOf, until }: Written): Lease[] {
  const { to, messages, owner, token } = chat
  if (!head || token === null || owner === null || head.token !== token) return []
  // Rows of others may wait before ours: then all of them are read.
  const areAll = Number(head.last_seq) - messages.length === Number(head.done_seq)
  return [{ to, token, owner, until, rows: areAll ? rowsOf(chat, head, targetOf) : undefined }]
}

function behindOf({ chat, head, targetOf }: Written): Behind[] {
  if (!head || head.token === null || head.token === chat.token) return []
  return [{ token: head.token, rows: rowsOf(chat, head, targetOf) }]
}

function rowsOf({ to, messages }: Offer, head: Head, targetOf: Written['targetOf']): OutboxRow[] {
  const before = Number(head.last_seq) - messages.length
  return messages.map(({ message, locale, matters }, index) => ({
    seq: before + index + 1,
    message,
    locale,
    about: message.about,
    matters,
    parts: 0,
    extIds: [],
    target: message.replaces && targetOf(to, message.replaces.tag),
  }))
}

/** One statement: numbers for all, the lease where it is free, the rows. An INSERT … ORDER BY locks in that order. */
async function write(query: HotQuery, chats: readonly Offer[]): Promise<Map<string, Head>> {
  const rows = chats.flatMap(({ messages }) => messages)
  const heads = await query<Head>(
    'outbox-write',
    `WITH chat AS (
       SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::uuid[], $6::integer[])
         WITH ORDINALITY AS c (channel, chat, n, token, owner, place)
     ), head AS (
       INSERT INTO outbox_head AS h (channel, chat, last_seq, token, owner, lease_until)
       SELECT channel, chat, n, token, owner, clock_timestamp() + $1 * interval '1 millisecond' FROM chat
        ORDER BY channel COLLATE "C", chat COLLATE "C"
       ON CONFLICT (channel, chat) DO UPDATE SET
         last_seq = h.last_seq + excluded.last_seq,
         token = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp() THEN excluded.token ELSE h.token END,
         owner = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp() THEN excluded.owner ELSE h.owner END,
         lease_until = CASE WHEN h.token IS NULL AND h.next_at <= clock_timestamp()
           THEN excluded.lease_until ELSE h.lease_until END
       RETURNING channel, chat, last_seq, done_seq, token
     ), said AS (
       INSERT INTO outbox (channel, chat, seq, message, locale, tag, about, matters)
       SELECT channel, chat, head.last_seq - behind, message::jsonb, locale, tag, about, matters
         FROM unnest($7::bigint[], $8::bigint[], ${documentsIn(9)}, $10::text[], $11::text[], $12::bigint[],
                     $13::text[]) AS r (place, behind, message, locale, tag, about, matters)
         JOIN chat USING (place) JOIN head USING (channel, chat)
     )
     SELECT * FROM head`,
    [
      LEASE_MS,
      chats.map(({ to }) => to.channel),
      chats.map(({ to }) => to.chat),
      chats.map(({ messages }) => messages.length),
      chats.map(({ token }) => token),
      chats.map(({ owner }) => owner),
      chats.flatMap(({ messages }, index) => messages.map(() => index + 1)),
      chats.flatMap(({ messages }) => messages.map((_, index) => messages.length - 1 - index)),
      documents(rows.map(({ message }) => message)),
      rows.map(({ locale }) => locale),
      rows.map(({ message }) => message.tag),
      rows.map(({ message }) => message.about),
      rows.map(({ matters }) => matters),
    ],
  )
  return new Map(heads.map((head) => [chatKey(head), head]))
}

/** Under which network ids earlier messages can be changed; one that may still be on its way has none yet. */
async function readTargets(
  query: HotQuery,
  chats: readonly Offer[],
): Promise<(to: Address, tag: string) => ExternalId | undefined> {
  const asked = chats.flatMap(({ to, messages }) =>
    messages.flatMap(({ message }) => (message.replaces ? [{ to, tag: message.replaces.tag }] : [])),
  )
  if (asked.length === 0) return () => undefined
  const rows = await query<{ place: string; ext_id: ExternalId | null }>(
    'outbox-targets',
    `SELECT place, newest.ext_id
       FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r (channel, chat, tag, place),
            LATERAL (
              SELECT CASE WHEN o.status = 'sent' THEN o.ext_ids[cardinality(o.ext_ids)] END AS ext_id FROM outbox o
               WHERE o.tag = r.tag AND o.channel = r.channel AND o.chat = r.chat AND o.status <> 'refused'
               ORDER BY o.seq DESC LIMIT 1) AS newest`,
    [asked.map(({ to }) => to.channel), asked.map(({ to }) => to.chat), asked.map(({ tag }) => tag)],
  )
  const nameOf = (to: Address, tag: string) => `${chatKey(to)} ${tag}`
  const known = new Map<string, ExternalId>()
  for (const { place, ext_id: id } of rows) {
    const { to, tag } = asked[Number(place) - 1] as (typeof asked)[number]
    if (id !== null) known.set(nameOf(to, tag), id)
  }
  return (to, tag) => known.get(nameOf(to, tag))
}

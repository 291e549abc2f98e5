import type { StoredSession, Turns } from '../app/ports.js'
import { sideBySide } from '../kernel/side-by-side.js'
import type { Address, InboundEvent } from '../messaging/inbound.js'
import { chatKey } from './chat-order.js'
import { documents, documentsIn } from './documents.js'
import type { HotQuery } from './hot-query.js'

/** Bookkeeping of a turn; `flush` writes the sessions that were saved, in the transaction's last phase. */
export interface TurnBuffer extends Turns {
  flush(): Promise<void>
}

/** Bookkeeping of a turn: event ids, sessions, signs of life. */
export function createTurns(query: HotQuery): TurnBuffer {
  /** What this transaction has locked nobody else can change. */
  const held = new Map<string, Promise<unknown>>()
  const changed = new Map<string, StoredSession>()

  async function lock(chats: readonly Address[]): Promise<Map<string, unknown>> {
    const values = columns(chats)
    // Apart from the reading: in one statement who loses a race to insert would not see the winner's row. Both travel
    // together, and whoever inserts the same row at this moment is waited for.
    const [, rows] = await sideBySide([
      query(
        'session-make',
        `INSERT INTO session (channel, chat)
         SELECT channel, chat FROM unnest($1::text[], $2::text[]) AS c (channel, chat)
          ORDER BY channel COLLATE "C", chat COLLATE "C"
         ON CONFLICT DO NOTHING`,
        values,
      ),
      query<{ channel: Address['channel']; chat: Address['chat']; state: unknown }>(
        'session-lock',
        `SELECT channel, chat, state FROM session
          WHERE (channel, chat) IN (SELECT * FROM unnest($1::text[], $2::text[]))
          ORDER BY channel COLLATE "C", chat COLLATE "C" FOR UPDATE`,
        values,
      ),
    ])
    return new Map(rows.map((row) => [chatKey(row), row.state]))
  }

  return {
    async recordInbox(events) {
      const rows = await query<{ id: string }>(
        'inbox-record',
        `WITH event AS (
           SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::text[]) AS e (channel, id, dropped, heard)
         ), fresh AS (
           INSERT INTO inbox (channel, id, status)
           SELECT channel, id, CASE WHEN dropped THEN 'dropped' ELSE 'done' END FROM event ORDER BY channel, id
           ON CONFLICT DO NOTHING RETURNING channel, id
         ), heard AS (
           SELECT a.channel, a.chat FROM address a
             JOIN event ON event.channel = a.channel AND event.heard = a.chat
             JOIN fresh ON fresh.channel = event.channel AND fresh.id = event.id
            ORDER BY a.channel COLLATE "C", a.chat COLLATE "C" FOR UPDATE OF a
         ), touched AS (
           UPDATE address a SET last_inbound_at = clock_timestamp(), reachable = true
             FROM heard WHERE a.channel = heard.channel AND a.chat = heard.chat
         )
         SELECT channel || '/' || id AS id FROM fresh`,
        [
          events.map((e) => e.channel),
          events.map((e) => e.id),
          events.map((e) => e.dropped),
          events.map((e) => e.heard ?? null),
        ],
      )
      return new Set(rows.map((row) => row.id))
    },

    async lockSessions(chats) {
      const missing = chats.filter((chat) => !held.has(chatKey(chat)))
      if (missing.length > 0) {
        const locked = lock(missing)
        for (const chat of missing) {
          const key = chatKey(chat)
          const state = locked.then((states) => states.get(key))
          // Whoever asks for it hears of the fault; so does who asked first.
          state.catch(() => undefined)
          held.set(key, state)
        }
      }
      return Promise.all(
        chats.map(async (chat): Promise<StoredSession> => ({ chat, state: await held.get(chatKey(chat)) })),
      )
    },

    saveSessions(sessions) {
      for (const session of sessions) {
        held.set(chatKey(session.chat), Promise.resolve(session.state))
        changed.set(chatKey(session.chat), session)
      }
    },

    async flush() {
      if (changed.size === 0) return
      const sessions = [...changed.values()]
      await query(
        'session-save',
        `UPDATE session s SET state = c.state::jsonb, updated_at = clock_timestamp()
           FROM unnest($1::text[], $2::text[], ${documentsIn(3)}) AS c (channel, chat, state)
          WHERE s.channel = c.channel AND s.chat = c.chat`,
        [...columns(sessions.map(({ chat }) => chat)), documents(sessions.map(({ state }) => state))],
      )
    },

    async setReachable(chat, reachable) {
      await query('address-reachable', 'UPDATE address SET reachable = $3 WHERE channel = $1 AND chat = $2', [
        chat.channel,
        chat.chat,
        reachable,
      ])
    },

    async setAside(event, error) {
      const { channel, chat } = event.from
      await query(
        'inbox-set-aside',
        `INSERT INTO inbox (channel, id, status, event, error) VALUES ($1, $2, 'set_aside', $3, $4)
         ON CONFLICT (channel, id) DO UPDATE SET status = 'set_aside', event = excluded.event, error = excluded.error`,
        [channel, event.id, JSON.stringify(event), error],
      )
      // A turn that ends well saves the session.
      const [row] = await query<{ count: number }>(
        'inbox-set-aside-in-a-row',
        `SELECT count(*)::int FROM inbox
          WHERE status = 'set_aside' AND channel = $1 AND event #>> '{from,chat}' = $2 AND received_at > coalesce(
            (SELECT updated_at FROM session WHERE channel = $1 AND chat = $2), '-infinity')`,
        [channel, chat],
      )
      return row?.count ?? 0
    },

    async takeSetAside({ channel, id }) {
      const [row] = await query<{ event: InboundEvent }>(
        'inbox-take-set-aside',
        `WITH taken AS (
           SELECT channel, id, event FROM inbox
            WHERE channel = $1 AND id = $2 AND status = 'set_aside' FOR UPDATE)
         UPDATE inbox i SET status = 'done', event = NULL, error = NULL
           FROM taken WHERE i.channel = taken.channel AND i.id = taken.id
         RETURNING taken.event`,
        [channel, id],
      )
      return row?.event
    },
  }
}

const columns = (chats: readonly Address[]): [string[], string[]] => [
  chats.map((chat) => chat.channel),
  chats.map((chat) => chat.chat),
]

import type { StoredSession, Turns } from '../app/ports.js'
import type { Address, InboundEvent } from '../messaging/inbound.js'
import { byChat } from './chat-order.js'
import type { HotQuery } from './hot-query.js'

/** Bookkeeping of a turn: event ids, sessions, signs of life. */
export function createTurns(query: HotQuery): Turns {
  return {
    async recordInbox(ids) {
      const rows = await query<{ id: string }>(
        'inbox-record',
        `INSERT INTO inbox (channel, id, status)
         SELECT channel, id, CASE WHEN dropped THEN 'dropped' ELSE 'done' END
           FROM unnest($1::text[], $2::text[], $3::boolean[]) AS e (channel, id, dropped)
          ORDER BY channel, id
         ON CONFLICT DO NOTHING RETURNING channel || '/' || id AS id`,
        [ids.map((e) => e.channel), ids.map((e) => e.id), ids.map((e) => e.dropped ?? false)],
      )
      return new Set(rows.map((row) => row.id))
    },

    async lockSessions(chats) {
      const [channels, names] = columns(chats)
      // Two statements on purpose: in one, who loses the race for the insert does not see the winner's row.
      await query(
        'session-begin',
        `INSERT INTO session (channel, chat)
         SELECT channel, chat FROM unnest($1::text[], $2::text[]) AS c (channel, chat) ORDER BY channel, chat
         ON CONFLICT DO NOTHING`,
        [channels, names],
      )
      const rows = await query<{ channel: Address['channel']; chat: Address['chat']; state: unknown }>(
        'session-lock',
        `SELECT s.channel, s.chat, s.state
           FROM session s JOIN unnest($1::text[], $2::text[]) AS c (channel, chat) USING (channel, chat)
          ORDER BY s.channel, s.chat FOR UPDATE OF s`,
        [channels, names],
      )
      return rows.map(({ channel, chat, state }): StoredSession => ({ chat: { channel, chat }, state }))
    },

    async saveSessions(sessions) {
      const [channels, names] = columns(sessions.map((session) => session.chat))
      await query(
        'session-save',
        `UPDATE session s SET state = c.state::jsonb, updated_at = clock_timestamp()
           FROM unnest($1::text[], $2::text[], $3::text[]) AS c (channel, chat, state)
          WHERE s.channel = c.channel AND s.chat = c.chat`,
        [channels, names, sessions.map((session) => JSON.stringify(session.state))],
      )
    },

    async touchAddresses(chats) {
      const [channels, names] = columns([...chats].sort(byChat))
      await query(
        'address-touch',
        `UPDATE address a SET last_inbound_at = clock_timestamp(), reachable = true
           FROM (SELECT a.channel, a.chat FROM address a
                   JOIN unnest($1::text[], $2::text[]) AS c (channel, chat) USING (channel, chat)
                  ORDER BY a.channel, a.chat FOR UPDATE OF a) c
          WHERE a.channel = c.channel AND a.chat = c.chat`,
        [channels, names],
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

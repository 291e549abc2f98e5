import type { EntityManager } from 'typeorm'
import type { Link, Links } from '../app/link-port.js'
import type { ChannelName, ChatId } from '../kernel/ids.js'

interface RawLink {
  id: string
  given_channel: ChannelName
  given_chat: ChatId
  given_yes: boolean
  typed_channel: ChannelName | null
  typed_chat: ChatId | null
  typed_yes: boolean
  expires_at: Date
  ended: Link['ended'] | null
}

/** Codes that link two chats of one person, in the running transaction of this manager. */
export function createLinks(manager: EntityManager): Links {
  const find = async (condition: string, value: unknown): Promise<Link | undefined> => {
    const [row]: RawLink[] = await manager.query(`SELECT * FROM citizen_link WHERE ${condition}`, [value])
    return row && linkOf(row)
  }

  return {
    async offer({ channel, chat }, codeHash, expiresAt) {
      await manager.query(
        `UPDATE citizen_link SET ended = 'replaced'
          WHERE given_channel = $1 AND given_chat = $2 AND ended IS NULL`,
        [channel, chat],
      )
      const rows = await manager.query(
        `INSERT INTO citizen_link (code_hash, given_channel, given_chat, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (code_hash) DO NOTHING RETURNING id`,
        [codeHash, channel, chat, expiresAt],
      )
      return rows.length > 0
    },

    lockByCode: (codeHash) => find('code_hash = $1 FOR UPDATE', codeHash),

    lock: (id) => find('id = $1 FOR UPDATE', id),

    get: (id) => find('id = $1', id),

    async save({ id, given, typed, expiresAt, ended }) {
      await manager.query(
        `UPDATE citizen_link SET given_yes = $2, typed_channel = $3, typed_chat = $4, typed_yes = $5,
                expires_at = $6, ended = $7 WHERE id = $1`,
        [
          id,
          given.yes,
          typed?.chat.channel ?? null,
          typed?.chat.chat ?? null,
          typed?.yes ?? false,
          expiresAt,
          ended ?? null,
        ],
      )
    },

    async recordTry({ channel, chat }, at) {
      await manager.query('INSERT INTO link_try (channel, chat, at) VALUES ($1, $2, $3)', [channel, chat, at])
    },

    async countTries({ channel, chat }, since) {
      const [{ count }]: [{ count: number }] = await manager.query(
        'SELECT count(*)::int AS count FROM link_try WHERE channel = $1 AND chat = $2 AND at > $3',
        [channel, chat, since],
      )
      return count
    },

    async forgetBefore(moment) {
      await manager.query('DELETE FROM citizen_link WHERE expires_at < $1', [moment])
      await manager.query('DELETE FROM link_try WHERE at < $1', [moment])
    },
  }
}

const linkOf = (row: RawLink): Link => ({
  id: Number(row.id),
  given: { chat: { channel: row.given_channel, chat: row.given_chat }, yes: row.given_yes },
  typed:
    row.typed_channel && row.typed_chat
      ? { chat: { channel: row.typed_channel, chat: row.typed_chat }, yes: row.typed_yes }
      : undefined,
  expiresAt: row.expires_at,
  ended: row.ended ?? undefined,
})

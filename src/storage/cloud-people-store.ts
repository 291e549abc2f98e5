import type { EntityManager } from 'typeorm'
import type { ChatId } from '../kernel/ids.js'
import { heardLately } from './heard-lately.js'

interface PersonIds {
  readonly phone?: string
  readonly userId?: string
}

interface Known {
  readonly id: string
  readonly chat: ChatId
}

const idsOf = ({ phone, userId }: PersonIds): string[] => [phone, userId].flatMap((id) => id ?? [])
const chatUnder = (id: string | undefined, known: readonly Known[]): ChatId | undefined =>
  known.find((one) => one.id === id)?.chat

/** What a chat that was given up is called among the ids; business-scoped ids have no colon. */
const GIVEN_UP = 'given-up:'
/** SQL: a business-scoped id. */
const isUserId = (id: string): string => `${id} !~ '^[0-9]+$' AND NOT starts_with(${id}, '${GIVEN_UP}')`

/** Under which ids the Cloud API knows people (`channels/whatsapp/cloud/people.ts`). */
export function createCloudPeople(manager: EntityManager) {
  /** Where a linked device served the town before, a number leads to the chat that it began. */
  const knownOf = (people: readonly PersonIds[]): Promise<Known[]> =>
    manager.query(
      `SELECT id, chat FROM whatsapp_cloud_id WHERE id = ANY ($1)
        UNION ALL
       SELECT phone, coalesce(gone.chat, w.chat) FROM unnest($2::text[]) AS asked (phone)
         JOIN whatsapp_alias w ON w.id = phone || '@s.whatsapp.net'
         LEFT JOIN whatsapp_cloud_id gone ON gone.id = '${GIVEN_UP}' || w.chat
        WHERE NOT EXISTS (SELECT FROM whatsapp_cloud_id WHERE id = phone) AND ${heardLately('w.chat')}`,
      [people.flatMap(idsOf), people.flatMap(({ phone }) => phone ?? [])],
    )

  async function choose({ phone, userId }: PersonIds, known: readonly Known[]): Promise<ChatId> {
    const byId = chatUnder(userId, known)
    if (byId) return byId
    const byPhone = chatUnder(phone, known)
    if (!byPhone) return (phone ?? userId) as ChatId
    // Numbers are given to somebody else one day. Whose id is another one is not the person of before.
    return userId && (await hasOtherId(byPhone)) ? (userId as ChatId) : byPhone
  }

  async function hasOtherId(chat: ChatId): Promise<boolean> {
    const [row] = await manager.query(
      `SELECT 1 FROM whatsapp_cloud_id WHERE chat = $1 AND ${isUserId('id')} LIMIT 1`,
      [chat],
    )
    return row !== undefined
  }

  /**
   * Chats under other ids of the same person. An id is theirs alone; a number only where nobody else's id lives with it
   * and somebody wrote so lately that it has not been given away since.
   */
  async function othersOf(
    userIds: readonly string[],
    phone: string | undefined,
    chat: ChatId,
    known: readonly Known[],
  ): Promise<ChatId[]> {
    const under = (ids: readonly string[]) => ids.flatMap((id) => chatUnder(id, known) ?? [])
    const byPhone: Pick<Known, 'chat'>[] = await manager.query(
      `SELECT chat FROM unnest($1::text[]) AS other (chat)
        WHERE ${heardLately('other.chat')}
          AND NOT EXISTS (SELECT FROM whatsapp_cloud_id c
                           WHERE c.chat = other.chat AND ${isUserId('c.id')} AND c.id <> ALL ($2))`,
      [under(phone ? [phone] : []), userIds],
    )
    const others = new Set([...under(userIds), ...byPhone.map(({ chat }) => chat)])
    others.delete(chat)
    return [...others]
  }

  const remember = (chat: ChatId, person: PersonIds): Promise<unknown> =>
    manager.query(
      `INSERT INTO whatsapp_cloud_id (id, chat) SELECT id, $2 FROM unnest($1::text[]) AS i (id) ORDER BY id
       ON CONFLICT (id) DO UPDATE SET chat = excluded.chat, seen_at = now()`,
      [idsOf(person), chat],
    )

  /** The number of a linked device's chat. Of several one may be somebody else's by now. */
  const numberOf = async (chat: ChatId): Promise<string | undefined> => {
    const rows: { number: string }[] = await manager.query(
      `SELECT split_part(w.id, '@', 1) AS number FROM whatsapp_alias w
        WHERE w.id ~ '^[0-9]+@s[.]whatsapp[.]net$'
          AND w.chat = coalesce((SELECT chat FROM whatsapp_alias WHERE id = 'given-up:' || $1), $1)
          AND ${heardLately('w.chat')} LIMIT 2`,
      [chat],
    )
    return rows.length === 1 ? rows[0]?.number : undefined
  }

  return {
    async placeChat(person: PersonIds, before?: PersonIds) {
      const people = before ? [before, person] : [person]
      const known = await knownOf(people)
      const chat = await choose(before ?? person, known)
      const userIds = people.flatMap(({ userId }) => userId ?? [])
      // Who has just moved to a number is not who had it before.
      const { phone } = before ?? person
      const others = known.some((one) => one.chat !== chat) ? await othersOf(userIds, phone, chat, known) : []
      // One after the other: what they are called now was seen last.
      if (others.length === 0) for (const names of people) await remember(chat, names)
      return { chat, others }
    },

    async hasMoved(change: string): Promise<boolean> {
      const rows = await manager.query(`SELECT 1 FROM inbox WHERE channel = 'whatsapp' AND id = $1`, [change])
      return rows.length > 0
    },

    async moved(change: string): Promise<void> {
      await manager.query(`INSERT INTO inbox (channel, id) VALUES ('whatsapp', $1) ON CONFLICT DO NOTHING`, [
        change,
      ])
    },

    async giveUp(other: ChatId, chat: ChatId): Promise<void> {
      await manager.query(
        `WITH moved AS (UPDATE whatsapp_cloud_id SET chat = $2 WHERE chat = $1)
         INSERT INTO whatsapp_cloud_id (id, chat) VALUES ('${GIVEN_UP}' || $1, $2)
         ON CONFLICT (id) DO UPDATE SET chat = excluded.chat`,
        [other, chat],
      )
    },

    findChat: async (person: PersonIds): Promise<ChatId> => choose(person, await knownOf([person])),

    async recipientOf(chat: ChatId): Promise<string | undefined> {
      const [row]: { id: string }[] = await manager.query(
        `SELECT id FROM whatsapp_cloud_id
          WHERE chat = coalesce((SELECT chat FROM whatsapp_cloud_id WHERE id = '${GIVEN_UP}' || $1), $1)
            AND NOT starts_with(id, '${GIVEN_UP}')
          ORDER BY seen_at DESC, id ~ '^[0-9]+$' DESC LIMIT 1`,
        [chat],
      )
      return row?.id ?? (chat.includes('@') ? numberOf(chat) : chat)
    },
  }
}

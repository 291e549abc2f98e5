import type { EntityManager } from 'typeorm'
import type { ChatId } from '../kernel/ids.js'

interface PersonIds {
  readonly phone?: string
  readonly userId?: string
}

interface Known {
  readonly id: string
  readonly chat: ChatId
}

const idsOf = ({ phone, userId }: PersonIds): string[] => [phone, userId].flatMap((id) => id ?? [])

/** Under which ids the Cloud API knows people (`channels/whatsapp/cloud/people.ts`). */
export function createCloudPeople(manager: EntityManager) {
  const findChat = async (person: PersonIds): Promise<ChatId> => {
    const known: Known[] = await manager.query('SELECT id, chat FROM whatsapp_cloud_id WHERE id = ANY ($1)', [
      idsOf(person),
    ])
    return choose(person, known)
  }

  const chatOf = async (person: PersonIds): Promise<ChatId> => {
    const chat = await findChat(person)
    await remember(chat, person)
    return chat
  }

  async function choose({ phone, userId }: PersonIds, known: readonly Known[]): Promise<ChatId> {
    const chatUnder = (id: string | undefined) => known.find((one) => one.id === id)?.chat
    const byId = chatUnder(userId)
    if (byId) return byId
    const byPhone = chatUnder(phone)
    if (!byPhone) return (phone ?? userId) as ChatId
    // Numbers are given to somebody else one day. Whose id is another one is not the person of before.
    return userId && (await hasOtherId(byPhone)) ? (userId as ChatId) : byPhone
  }

  async function hasOtherId(chat: ChatId): Promise<boolean> {
    const [row] = await manager.query(
      `SELECT 1 FROM whatsapp_cloud_id WHERE chat = $1 AND id !~ '^[0-9]+$' LIMIT 1`,
      [chat],
    )
    return row !== undefined
  }

  const remember = (chat: ChatId, person: PersonIds): Promise<unknown> =>
    manager.query(
      `INSERT INTO whatsapp_cloud_id (id, chat) SELECT id, $2 FROM unnest($1::text[]) AS i (id) ORDER BY id
       ON CONFLICT (id) DO UPDATE SET chat = excluded.chat, seen_at = now()`,
      [idsOf(person), chat],
    )

  return {
    chatOf,
    findChat,

    async moved(from: PersonIds, to: PersonIds): Promise<void> {
      await remember(await chatOf(from), to)
    },

    async recipientOf(chat: ChatId): Promise<string> {
      const [row]: { id: string }[] = await manager.query(
        `SELECT id FROM whatsapp_cloud_id WHERE chat = $1 ORDER BY seen_at DESC, id ~ '^[0-9]+$' DESC LIMIT 1`,
        [chat],
      )
      return row?.id ?? chat
    },
  }
}

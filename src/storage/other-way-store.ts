import type { ChatsOfOtherWay } from '../app/other-way.js'
import { heardLately } from './heard-lately.js'

interface Source {
  query(sql: string): Promise<ChatsOfOtherWay[]>
}

/** A linked device's chats are named after addresses of WhatsApp Web, with an `@`; the Cloud API's have none. */
const OF_LINKED_DEVICE = `
  SELECT count(*) FILTER (WHERE sure)::int AS known, count(*) FILTER (WHERE NOT sure)::int AS unknown
    FROM (SELECT ${heardLately('a.chat')} AND 1 = (
              SELECT count(*) FROM whatsapp_alias w
               WHERE w.chat = a.chat AND w.id ~ '^[0-9]+@s[.]whatsapp[.]net$') AS sure
            FROM address a
           WHERE a.channel = 'whatsapp' AND a.chat LIKE '%@%'
             AND NOT EXISTS (SELECT FROM whatsapp_cloud_id c WHERE c.chat = a.chat OR c.id = 'given-up:' || a.chat)
             AND NOT EXISTS (SELECT FROM whatsapp_alias w WHERE w.id = 'given-up:' || a.chat)) chat`

const OF_CLOUD = `
  SELECT count(*) FILTER (WHERE sure)::int AS known, count(*) FILTER (WHERE NOT sure)::int AS unknown
    FROM (SELECT ${heardLately('a.chat')} AND EXISTS (
              SELECT FROM whatsapp_cloud_id c WHERE c.chat = a.chat AND c.id ~ '^[0-9]+$') AS sure
            FROM address a
           WHERE a.channel = 'whatsapp' AND a.chat NOT LIKE '%@%'
             AND NOT EXISTS (SELECT FROM whatsapp_cloud_id c WHERE c.id = 'given-up:' || a.chat)
             AND NOT EXISTS (SELECT FROM whatsapp_alias w WHERE w.chat = a.chat)) chat`

/** How many chats this way of WhatsApp has not met yet, which the other one began. */
export async function chatsOfOtherWay(
  source: Source,
  transport: 'cloud' | 'baileys',
): Promise<ChatsOfOtherWay> {
  const [row] = await source.query(transport === 'cloud' ? OF_LINKED_DEVICE : OF_CLOUD)
  return row ?? { known: 0, unknown: 0 }
}

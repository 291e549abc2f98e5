import type { DataSource, EntityManager } from 'typeorm'
import { type DeviceStore, type NetworkIds, TermOver } from '../app/linked-device-port.js'
import { heardLately } from './heard-lately.js'
import { LINKED_CHANNEL, readDevice } from './linked-device-state-store.js'

/**
 * What a chat that was given up is called among the aliases: what still waits for it goes where it went. Its number says
 * that no more, as it may be another person's by then.
 */
const GIVEN_UP = 'given-up:'
const givenUp = (chat: string): string => `${GIVEN_UP}${chat}`

/** Whoever asked longer ago holds the town's phone no more. */
const WISH_LIVES = '2 minutes'

interface RawMessageRow {
  seq: string
  envelope: Record<string, string>
  body: Buffer
}

/** The keys of the linked device, what it took in, and the names of the people there. */
export const createDeviceStore = (source: DataSource): DeviceStore => ({
  async beginTerm() {
    const [row]: { term: string }[] = await source.query(
      `INSERT INTO whatsapp_link (channel, term) VALUES ($1, 1)
       ON CONFLICT (channel) DO UPDATE SET term = whatsapp_link.term + 1 RETURNING term`,
      [LINKED_CHANNEL],
    )
    return termOf(source, row?.term ?? '')
  },

  lastSeen: () => readDevice(source),

  async unheard(limit) {
    const rows: RawMessageRow[] = await source.query(
      'SELECT seq, envelope, body FROM whatsapp_inbound ORDER BY seq LIMIT $1',
      [limit],
    )
    return rows.map(({ seq, ...message }) => ({ seq: Number(seq), ...message }))
  },

  async heard(seqs) {
    await source.query('DELETE FROM whatsapp_inbound WHERE seq = ANY ($1)', [seqs])
  },

  placeChat: (ids) => source.transaction((manager) => placeChat(manager, ids)),

  async giveUp(other, chat) {
    await source.query(
      `WITH moved AS (UPDATE whatsapp_alias SET chat = $2 WHERE chat = $1)
       INSERT INTO whatsapp_alias (id, chat) VALUES ($3, $2) ON CONFLICT (id) DO UPDATE SET chat = excluded.chat`,
      [other, chat, givenUp(other)],
    )
  },

  async chatOf(id) {
    const [row]: { chat: string }[] = await source.query('SELECT chat FROM whatsapp_alias WHERE id = $1', [
      id,
    ])
    return row?.chat
  },

  async idsOf(chat) {
    const rows: { id: string }[] = await source.query(
      `SELECT id FROM whatsapp_alias
        WHERE chat = coalesce((SELECT chat FROM whatsapp_alias WHERE id = $2), $1) AND NOT starts_with(id, $3)
        ORDER BY id`,
      [chat, givenUp(chat), GIVEN_UP],
    )
    return rows.map(({ id }) => id)
  },

  async takeCodeWish() {
    const [rows]: [unknown[], number] = await source.query(
      `UPDATE whatsapp_link SET code_asked_at = NULL
        WHERE channel = $1 AND code_asked_at > now() - interval '${WISH_LIVES}' RETURNING channel`,
      [LINKED_CHANNEL],
    )
    return rows.length > 0
  },
})

function termOf(source: DataSource, term: string): Awaited<ReturnType<DeviceStore['beginTerm']>> {
  /** Whoever begins the next term waits until this write is done. */
  const ownWork = (work: (manager: EntityManager) => Promise<unknown>): Promise<void> =>
    source.transaction(async (manager) => {
      const mine: unknown[] = await manager.query(
        'SELECT 1 FROM whatsapp_link WHERE channel = $1 AND term = $2 FOR SHARE',
        [LINKED_CHANNEL, term],
      )
      if (mine.length === 0) throw new TermOver('another process is the linked device now')
      await work(manager)
    })

  return {
    async keys(kind, ids) {
      const rows: { id: string; value: unknown }[] = await source.query(
        'SELECT id, value FROM whatsapp_key WHERE kind = $1 AND id = ANY ($2)',
        [kind, ids],
      )
      return new Map(rows.map(({ id, value }) => [id, value]))
    },

    write: (rows, messages = []) =>
      ownWork(async (manager) => {
        const kept = rows.filter(({ value }) => value !== null)
        const gone = rows.filter(({ value }) => value === null)
        if (kept.length > 0) {
          await manager.query(
            `INSERT INTO whatsapp_key (kind, id, value)
             SELECT kind, id, value::jsonb FROM unnest($1::text[], $2::text[], $3::text[]) AS k (kind, id, value)
              ORDER BY kind, id
             ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value`,
            [...columns(kept), kept.map(({ value }) => JSON.stringify(value))],
          )
        }
        if (gone.length > 0) {
          await manager.query(
            `DELETE FROM whatsapp_key USING unnest($1::text[], $2::text[]) AS k (kind, id)
              WHERE whatsapp_key.kind = k.kind AND whatsapp_key.id = k.id`,
            columns(gone),
          )
        }
        for (const { envelope, body } of messages) {
          await manager.query('INSERT INTO whatsapp_inbound (envelope, body) VALUES ($1, $2)', [
            JSON.stringify(envelope),
            Buffer.from(body),
          ])
        }
      }),

    wipe: () => ownWork((manager) => manager.query('DELETE FROM whatsapp_key')),
  }
}

const columns = (rows: readonly { readonly kind: string; readonly id: string }[]): [string[], string[]] => [
  rows.map(({ kind }) => kind),
  rows.map(({ id }) => id),
]

interface Alias {
  readonly id: string
  readonly chat: string
}

async function placeChat(manager: EntityManager, ids: NetworkIds): Promise<{ chat: string; other?: string }> {
  const known: Alias[] = await manager.query(
    `SELECT id, chat FROM whatsapp_alias
      WHERE chat IN (SELECT chat FROM whatsapp_alias WHERE id = ANY ($1)) ORDER BY id FOR UPDATE`,
    [[ids.lid, ids.phone]],
  )
  const { chat, other, told } = place(
    ids,
    known,
    known.length > 0 ? undefined : await chatBefore(manager, ids),
  )
  if (other !== undefined) return { chat, other }
  if (told.length > 0) {
    await manager.query(
      `INSERT INTO whatsapp_alias (id, chat) SELECT id, $2 FROM unnest($1::text[]) AS a (id) ORDER BY id
       ON CONFLICT (id) DO UPDATE SET chat = excluded.chat`,
      [told, chat],
    )
  }
  return { chat }
}

/** The chat of a number that nobody here knows, where the Cloud API served the town before. */
async function chatBefore(manager: EntityManager, { phone }: NetworkIds): Promise<string | undefined> {
  const [row]: { chat: string }[] = await manager.query(
    `SELECT chat FROM whatsapp_cloud_id c WHERE id = split_part($1, '@', 1) AND ${heardLately('c.chat')}
        AND NOT EXISTS (SELECT FROM whatsapp_alias w WHERE w.chat = c.chat AND w.id LIKE '%@lid')`,
    [phone ?? ''],
  )
  return row?.chat
}

/** A number changes hands; a LID does not. So a number leads to a chat only as long as no other LID lives there. */
function place({ lid, phone }: NetworkIds, known: readonly Alias[], before: string | undefined) {
  const chatOf = (id: string | undefined) => known.find((alias) => alias.id === id)?.chat
  const isOthers = (chat: string | undefined) =>
    lid !== undefined && known.some(({ id, chat: at }) => at === chat && id.endsWith('@lid') && id !== lid)
  const byLid = chatOf(lid)
  const byPhone = isOthers(chatOf(phone)) ? undefined : chatOf(phone)
  const chat = byLid ?? byPhone ?? before ?? lid ?? phone
  if (chat === undefined) throw new Error('a person without any name')
  const told = [lid, phone].filter((id) => id !== undefined && chatOf(id) !== chat)
  return { chat, told, other: byPhone !== undefined && byPhone !== chat ? byPhone : undefined }
}

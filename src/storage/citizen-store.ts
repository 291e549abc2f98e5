import type { EntityManager } from 'typeorm'
import type { Citizen, Citizens } from '../app/ports.js'
import type { CitizenId, Locale } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { chatKey } from './chat-order.js'
import { gather, gatherWrites } from './gather.js'
import { hotQueryOf } from './hot-query.js'
import { citizens } from './people.entity.js'

interface RawCitizen {
  id: string
  locale: Locale
  name: string | null
  phone: string | null
}

type First = Parameters<Citizens['at']>[1]

/** Citizens and their addresses, in the running transaction of this manager. */
export function createCitizens(manager: EntityManager): Citizens {
  const query = hotQueryOf(manager)

  const find = gather(async (addresses: readonly Address[]) => {
    const rows = await query<RawCitizen & Address>(
      'citizen-find',
      `SELECT channel, chat, citizen.id, citizen.locale, citizen.name, citizen.phone
         FROM unnest($1::text[], $2::text[]) AS asked (channel, chat)
         JOIN address USING (channel, chat) JOIN citizen ON citizen.id = address.citizen`,
      [addresses.map(({ channel }) => channel), addresses.map(({ chat }) => chat)],
    )
    return answersTo(addresses, rows)
  })

  const findOrMake = gather(async (asked: readonly { address: Address; first: First }[]) => {
    // The address is placed before the citizen it belongs to, so that whoever loses the race leaves no citizen
    // behind. Foreign keys are checked at the end of the statement.
    const rows = await query<RawCitizen & Address>(
      'citizen-at',
      `WITH asked AS (
         SELECT DISTINCT ON (channel, chat) *
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                  AS a (channel, chat, locale, name, phone)
       ), placed AS (
         INSERT INTO address (channel, chat, citizen, last_inbound_at)
         SELECT channel, chat, nextval((SELECT pg_get_serial_sequence('citizen', 'id'))::regclass), clock_timestamp()
           FROM asked
          WHERE NOT EXISTS (SELECT FROM address a WHERE a.channel = asked.channel AND a.chat = asked.chat)
          ORDER BY channel COLLATE "C", chat COLLATE "C"
         ON CONFLICT DO NOTHING
         RETURNING channel, chat, citizen
       ), made AS (
         INSERT INTO citizen (id, locale, name, phone, created_at) OVERRIDING SYSTEM VALUE
         SELECT placed.citizen, asked.locale, asked.name, asked.phone, clock_timestamp() FROM placed JOIN asked USING (channel, chat)
         RETURNING id, locale, name, phone
       )
       SELECT placed.channel, placed.chat, made.* FROM made JOIN placed ON placed.citizen = made.id
       UNION ALL
       SELECT channel, chat, citizen.id, citizen.locale, citizen.name, citizen.phone
         FROM asked JOIN address USING (channel, chat) JOIN citizen ON citizen.id = address.citizen`,
      [
        asked.map(({ address }) => address.channel),
        asked.map(({ address }) => address.chat),
        asked.map(({ first }) => first.locale),
        asked.map(({ first }) => first.name ?? null),
        asked.map(({ first }) => first.phone ?? null),
      ],
    )
    return answersTo(
      asked.map(({ address }) => address),
      rows,
    )
  })

  const recordNotice = gatherWrites((notices: readonly { id: CitizenId; version: string; at: Date }[]) =>
    query(
      'citizen-notice',
      `UPDATE citizen SET notice_version = n.version, notice_at = n.at
         FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS n (id, version, at) WHERE citizen.id = n.id`,
      [notices.map(({ id }) => id), notices.map(({ version }) => version), notices.map(({ at }) => at)],
    ),
  )

  return {
    find,

    async at(address, first) {
      // Not there either way: another transaction was first, and its citizen can be read now.
      const citizen = (await findOrMake({ address, first })) ?? (await find(address))
      if (!citizen) throw new Error('an address vanished between two statements')
      if (citizen.phone !== undefined || first.phone === undefined) return citizen
      await manager.update(citizens, { id: citizen.id }, { phone: first.phone })
      return { ...citizen, phone: first.phone }
    },

    async get(id) {
      const row = await manager.findOneBy(citizens, { id })
      return row
        ? { id, locale: row.locale, name: row.name ?? undefined, phone: row.phone ?? undefined }
        : undefined
    },

    async setLocale({ channel, chat }, locale) {
      await manager.query(
        `UPDATE citizen SET locale = $3 FROM address
          WHERE address.channel = $1 AND address.chat = $2 AND citizen.id = address.citizen`,
        [channel, chat, locale],
      )
    },

    async setPhone(id, phone) {
      await manager.update(citizens, { id }, { phone })
    },

    recordNotice: (id, version, at) => recordNotice({ id, version, at }),

    async addressOf(id) {
      const [row]: (Address & { reachable: boolean })[] = await manager.query(
        `SELECT channel, chat, reachable FROM address
          WHERE citizen = $1 ORDER BY reachable DESC, last_inbound_at DESC LIMIT 1`,
        [id],
      )
      return row
    },

    addressesOf: (id) =>
      manager.query(
        `SELECT channel, chat, reachable FROM address
          WHERE citizen = $1 ORDER BY last_inbound_at DESC, channel, chat`,
        [id],
      ),

    async followersOf(report) {
      const rows: RawCitizen[] = await manager.query(
        `SELECT citizen.id, citizen.locale, citizen.name, citizen.phone
           FROM follower JOIN citizen ON citizen.id = follower.citizen
          WHERE follower.report = $1 ORDER BY citizen.id`,
        [report],
      )
      return rows.map(citizenOf)
    },

    async follow(report, citizen, at) {
      await manager.query(
        'INSERT INTO follower (report, citizen, joined_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [report, citizen, at],
      )
    },
  }
}

/** For each address its citizen, if there is one. */
function answersTo(
  addresses: readonly Address[],
  rows: readonly (RawCitizen & Address)[],
): (Citizen | undefined)[] {
  const found = new Map(rows.map((row) => [chatKey(row), citizenOf(row)]))
  return addresses.map((address) => found.get(chatKey(address)))
}

const citizenOf = ({ id, locale, name, phone }: RawCitizen): Citizen => ({
  id: Number(id) as CitizenId,
  locale,
  name: name ?? undefined,
  phone: phone ?? undefined,
})

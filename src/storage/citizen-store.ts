import type { EntityManager } from 'typeorm'
import type { Citizen, Citizens } from '../app/ports.js'
import type { CitizenId, Locale } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { citizens } from './people.entity.js'

interface RawCitizen {
  id: string
  locale: Locale
  name: string | null
  phone: string | null
}

interface First {
  readonly locale: Locale
  readonly name?: string
  readonly phone?: string
}

/** Citizens and their addresses, in the running transaction of this manager. */
export function createCitizens(manager: EntityManager): Citizens {
  const find = async ({ channel, chat }: Address): Promise<Citizen | undefined> => {
    const [row]: RawCitizen[] = await manager.query(
      `SELECT citizen.id, citizen.locale, citizen.name, citizen.phone
         FROM address JOIN citizen ON citizen.id = address.citizen
        WHERE address.channel = $1 AND address.chat = $2`,
      [channel, chat],
    )
    return row && citizenOf(row)
  }

  /** Undefined: another transaction was first, and its citizen can be read now. */
  const make = async ({ channel, chat }: Address, { locale, name, phone }: First) => {
    // The address is placed before the citizen it belongs to, so that whoever loses the race leaves no citizen
    // behind. Foreign keys are checked at the end of the statement.
    const [row]: RawCitizen[] = await manager.query(
      `WITH placed AS (
         INSERT INTO address (channel, chat, citizen, last_inbound_at)
         VALUES ($1, $2, nextval(pg_get_serial_sequence('citizen', 'id')), clock_timestamp())
         ON CONFLICT DO NOTHING
         RETURNING citizen
       )
       INSERT INTO citizen (id, locale, name, phone, created_at) OVERRIDING SYSTEM VALUE
       SELECT citizen, $3, $4, $5, clock_timestamp() FROM placed
       RETURNING id, locale, name, phone`,
      [channel, chat, locale, name ?? null, phone ?? null],
    )
    return row && citizenOf(row)
  }

  return {
    find,

    async at(address, first) {
      const citizen = (await find(address)) ?? (await make(address, first)) ?? (await find(address))
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

    async recordNotice(id, version, at) {
      await manager.update(citizens, { id }, { noticeVersion: version, noticeAt: at })
    },

    async addressOf(id) {
      const [row]: (Address & { reachable: boolean })[] = await manager.query(
        `SELECT channel, chat, reachable FROM address
          WHERE citizen = $1 ORDER BY reachable DESC, last_inbound_at DESC LIMIT 1`,
        [id],
      )
      return row
    },

    addressesOf: (id) =>
      manager.query('SELECT channel, chat FROM address WHERE citizen = $1 ORDER BY channel, chat', [id]),

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

const citizenOf = ({ id, locale, name, phone }: RawCitizen): Citizen => ({
  id: Number(id) as CitizenId,
  locale,
  name: name ?? undefined,
  phone: phone ?? undefined,
})

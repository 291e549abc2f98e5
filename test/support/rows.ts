import { setTimeout as sleep } from 'node:timers/promises'
import type { DataSource, EntityManager } from 'typeorm'
import type { Citizen, StaffMember } from '../../src/app/ports.js'
import type { Report } from '../../src/domain/report.js'
import type { ChannelName, ChatId, CitizenId, OfficeCode, UserId } from '../../src/kernel/ids.js'
import type { Address } from '../../src/messaging/inbound.js'
import { createCitizens } from '../../src/storage/citizen-store.js'
import { openDatabase } from '../../src/storage/data-source.js'
import { entities } from '../../src/storage/entities.js'
import { createReports } from '../../src/storage/report-store.js'
import { createStaffRegister } from '../../src/storage/staff-store.js'
import { loadTown } from '../../src/storage/town-store.js'
import { aReport, aTown } from './builders.js'
import { createTestDatabase } from './postgres.js'

export interface TownDatabase {
  readonly source: DataSource
  /** Where it is, for who opens a session of their own. */
  readonly url: string
  /** Does it in a transaction that is rolled back: no test sees another's rows. */
  tryOut<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>
  /** A transaction of its own connection, for tests with two at once. */
  begin(): Promise<OpenTransaction>
  /** Resolves when this many transactions wait for another's lock. */
  waiting(transactions: number): Promise<void>
  end(): Promise<void>
}

export interface OpenTransaction {
  readonly manager: EntityManager
  commit(): Promise<void>
}

/** A database of one's own in which `aTown` is loaded. */
export async function aTownDatabase(): Promise<TownDatabase> {
  const database = await createTestDatabase()
  const source = await openDatabase(database.url, { entities, poolSize: 6, log: { warn: () => undefined } })
  await source.transaction((manager) => loadTown(manager, aTown()))

  const open = async () => {
    const runner = source.createQueryRunner()
    await runner.startTransaction()
    return runner
  }

  return {
    source,
    url: database.url,

    async tryOut(work) {
      const runner = await open()
      try {
        return await work(runner.manager)
      } finally {
        await runner.rollbackTransaction()
        await runner.release()
      }
    },

    async begin() {
      const runner = await open()
      return {
        manager: runner.manager,
        async commit() {
          await runner.commitTransaction()
          await runner.release()
        },
      }
    },

    async waiting(transactions) {
      for (;;) {
        const [{ count }] = await source.query(
          `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
        if (count >= transactions) return
        await sleep(5)
      }
    },

    async end() {
      await source.destroy()
      await database.drop()
    },
  }
}

export const anAddress = (chat: string, channel = 'telegram'): Address => ({
  channel: channel as ChannelName,
  chat: chat as ChatId,
})

export const aCitizenRow = (manager: EntityManager, chat: string): Promise<Citizen> =>
  createCitizens(manager).at(anAddress(chat), { locale: 'it', name: `Citizen ${chat}` })

/** An operator of `maintenance`. */
export const aStaffRow = (
  manager: EntityManager,
  overrides: Partial<Omit<StaffMember, 'id'>> = {},
): Promise<StaffMember> => {
  const name = overrides.name ?? 'Anna'
  return createStaffRegister(manager).add({
    name,
    role: 'operator',
    offices: ['maintenance' as OfficeCode],
    frontDesk: false,
    locale: 'it',
    address: anAddress(name, 'telegram-staff'),
    actor: name as UserId,
    ...overrides,
  })
}

/** `aReport` as a row; number and version are the database's. */
export async function aReportRow(manager: EntityManager, overrides: Partial<Report> = {}): Promise<Report> {
  const reports = createReports(manager)
  const { id, version } = await reports.insert(aReport())
  return reports.update({ ...aReport(overrides), id, version })
}

export const aFollowerRow = (manager: EntityManager, report: Report, citizen: CitizenId): Promise<unknown> =>
  manager.query('INSERT INTO follower (report, citizen, joined_at) VALUES ($1, $2, now())', [
    report.id,
    citizen,
  ])

/** A person of WhatsApp who last wrote so many days ago. */
export const heardFrom = (
  db: Pick<TownDatabase, 'source'>,
  chat: string,
  daysAgo: number,
): Promise<unknown> =>
  db.source.query(
    `WITH person AS (INSERT INTO citizen (locale, created_at) VALUES ('it', now()) RETURNING id)
     INSERT INTO address (channel, chat, citizen, last_inbound_at)
     SELECT 'whatsapp', $1, id, now() - $2 * interval '1 day' FROM person`,
    [chat, daysAgo],
  )

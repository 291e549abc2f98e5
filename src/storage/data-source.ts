import { readdir } from 'node:fs/promises'
import { Client, type Pool } from 'pg'
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'
import { NOTICE_DEATH } from './connection-settings.js'

const OLDEST_MAJOR = 15
const CONNECT_WITHIN_MS = 10 * SECOND
const KEEP_ALIVE_AFTER_MS = 4 * SECOND
/** Far above the slowest statement of ours, and no longer than a citizen can wait; a long migration must lift it. */
const ANSWER_WITHIN_MS = 8 * SECOND
/** Key of the advisory lock around migrations; any number that nobody else in this database takes. */
const MIGRATION_LOCK = 351_000

export type MigrationClass = new () => MigrationInterface

interface Options {
  readonly entities: readonly EntitySchema[]
  /** Needed where `migrate` is called. */
  readonly migrations?: readonly MigrationClass[]
  /** Connections at most. */
  readonly poolSize: number
  readonly log: Pick<Log, 'warn'>
}

/**
 * Connects, and makes sure that the server can carry us: PostgreSQL 15 or newer, a UTF-8 database.
 * Throws in a sentence that names the host, never the password.
 */
export async function openDatabase(url: string, options: Options): Promise<DataSource> {
  const { entities, migrations = [], poolSize, log } = options
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    synchronize: false,
    // Says nothing unless DEBUG=typeorm:*; the default prints to the console, parameters included.
    logger: 'debug',
    // Extensions are the migrations' business.
    installExtensions: false,
    poolSize,
    // A connection that falls silent (a host that lost its power answers nothing) must not hold everything up for ever.
    extra: {
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      query_timeout: ANSWER_WITHIN_MS,
      // Statements that do not wait for one another's answer are sent together (`hot-query.ts`).
      pipeline: true,
      onConnect(client: Client) {
        // One that breaks in use says so through the query under way. Without a listener it would end the process; put
        // here, and not on the pool afterwards, the first connection has one too.
        client.on('error', () => undefined)
        return client.query(NOTICE_DEATH)
      },
    },
    connectTimeoutMS: CONNECT_WITHIN_MS,
    applicationName: 'filo-diretto',
    // An idle connection broke; the pool replaces it.
    poolErrorHandler: (error: Error) => log.warn({ reason: error.message }, 'A database connection was lost'),
  })
  await dataSource.initialize().catch((error: Error) => {
    throw new Error(`The database at ${describe(url)} cannot be used: ${reasonOf(error)}`)
  })
  const { master } = dataSource.driver as unknown as { master: Pool }
  // Every connection has its listener by now (onConnect); graphile-worker wants to see one of the pool.
  master.on('connect', () => undefined)
  const fault = await faultOf(dataSource)
  if (fault === null) return dataSource
  await dataSource.destroy()
  throw new Error(`The database at ${describe(url)} cannot be used: ${fault}`)
}

async function faultOf(dataSource: DataSource): Promise<string | null> {
  const [server] = await dataSource.query<[{ version: string; number: number; encoding: string }]>(`
    SELECT current_setting('server_version') AS version,
           current_setting('server_version_num')::integer AS number,
           current_setting('server_encoding') AS encoding`)
  if (server.number < OLDEST_MAJOR * 10_000) {
    return `it is PostgreSQL ${server.version}, and ${OLDEST_MAJOR} or newer is needed.`
  }
  if (server.encoding !== 'UTF8') {
    return `its encoding is ${server.encoding}. Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`
  }
  return null
}

/** Host, port and database of a URL, without user and password. */
function describe(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL (which is no URL: postgres://user:password@host:5432/database)'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/** By the error codes of node and of PostgreSQL (appendix A of its manual). */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there. Is PostgreSQL running?',
  ENOTFOUND: 'this host is not known.',
  '28P01': 'it refuses the user or the password.',
  '28000': 'it does not let this user in (pg_hba.conf).',
  '3D000': 'this database does not exist there. Make it with: createdb --encoding=UTF8 …',
  '53300': 'it has no connection left for us (max_connections).',
}

const reasonOf = (error: Error): string =>
  ('code' in error && REASONS[String(error.code)]) || error.message || 'nothing answers there.'

/**
 * Brings the schema up to date and tells what it did. Processes that start together take turns: the lock stands
 * on a connection of its own, so that it goes with the process.
 */
export async function migrate(dataSource: DataSource): Promise<readonly string[]> {
  const { options } = dataSource
  const lock = new Client({
    connectionString: 'url' in options ? options.url : undefined,
    application_name: 'filo-diretto migrations',
  })
  // A connection that breaks says so through its query; while it is silent the migrations' own connections speak.
  lock.on('error', () => undefined)
  try {
    await lock.connect()
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    const done = await dataSource.runMigrations()
    return done.map(({ name }) => name)
  } finally {
    await lock.end().catch(() => undefined)
  }
}

/** The classes of `/migrations`, oldest first; the same folder beside `src` and, built, beside `dist/src`. */
export async function loadMigrations(
  folder = new URL('../../migrations/', import.meta.url),
): Promise<readonly MigrationClass[]> {
  const files = (await readdir(folder)).filter((file) => /^\d+-[\w-]+\.(js|ts)$/.test(file)).sort()
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((module) => Object.values<MigrationClass>(module))
}

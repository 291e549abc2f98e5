import type { Pool } from 'pg'
import type { DataSource } from 'typeorm'
import type { Town } from '../domain/town.js'
import type { Log } from '../kernel/logger.js'
import { loadMigrations, migrate, openDatabase } from './data-source.js'
import { startEmbedded } from './embedded.js'
import { entities } from './entities.js'
import { loadTown } from './town-store.js'

/** Connections of one process: turns, sends, jobs, and a reserve. */
const POOL_SIZE = 20

export interface Database {
  readonly url: string
  readonly dataSource: DataSource
  /** The pool under the data source, for what brings its own queries. */
  readonly pool: Pool
  /** Closes the connections; an embedded server that nobody else uses is stopped. */
  close(): Promise<void>
}

/**
 * The database that is configured, or an embedded one; the newest schema, and the town's offices and categories.
 * @param migrateJobs the tables of the job queue, which brings its own migrations
 */
export async function openProductDatabase(
  { databaseUrl, dataDir, town }: { databaseUrl?: string; dataDir: string; town: Town },
  log: Log,
  migrateJobs: (pool: Pool) => Promise<void>,
): Promise<Database> {
  const embedded = databaseUrl ? undefined : await startEmbedded({ dataDir, log })
  const url = databaseUrl ?? (embedded?.url as string)
  let dataSource: DataSource | undefined
  const close = async () => {
    await dataSource?.destroy()
    await embedded?.stop()
  }
  try {
    dataSource = await openDatabase(url, {
      entities,
      migrations: await loadMigrations(),
      poolSize: POOL_SIZE,
      log,
    })
    const { master } = dataSource.driver as unknown as { master: Pool }
    const done = await migrate(dataSource)
    if (done.length > 0) log.info({ migrations: done }, 'The database was brought up to date')
    await migrateJobs(master)
    await dataSource.transaction((manager) => loadTown(manager, town))
    return { url, dataSource, pool: master, close }
  } catch (error) {
    await close()
    throw error
  }
}

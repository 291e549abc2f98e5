import { EventEmitter } from 'node:events'
import { Logger, makeWorkerUtils, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type { Pool } from 'pg'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'

const POLL_EVERY_MS = 2 * SECOND
const LOOK_FOR_DEAD_EVERY_MS = 2 * SECOND
/** Pictures are unpacked one or two at a time: memory, and a CPU for the conversation. */
const AT_ONCE = 2

/** Which workers belong to which living process. */
export interface WorkerRegistry {
  /** Says that this worker lives; to be repeated. False: this process cannot say so just now. */
  keep(worker: string): Promise<boolean>
  /** Those that hold jobs and belong to no living process. */
  dead(): Promise<string[]>
}

export interface Jobs {
  /** Resolves when the jobs in hand are done. */
  stop(): Promise<void>
}

/** graphile-worker's own lines, without its payloads. */
const quietLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ reason: message.slice(0, 300) }, 'Jobs')
  })

/** Brings graphile-worker's own tables up to date; part of the migrations. */
export async function migrateJobs(pgPool: Pool, log: Log): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool, logger: quietLogger(log) })
  await utils.migrate()
  await utils.release()
}

/**
 * Runs what is slow and immediate. A job that a killed process had in hand would stay locked for four hours: the
 * registry tells whose process is dead, and its jobs are unlocked.
 */
export async function startJobs(
  pgPool: Pool,
  taskList: TaskList,
  registry: WorkerRegistry,
  log: Log,
): Promise<Jobs> {
  const logger = quietLogger(log)
  const utils = await makeWorkerUtils({ pgPool, logger })
  const events: WorkerEvents = new EventEmitter()
  let worker: string | undefined
  events.on('pool:create', ({ workerPool }) => {
    worker = workerPool.id
  })

  const unlockDead = async (): Promise<void> => {
    try {
      if (worker !== undefined && !(await registry.keep(worker))) return
      const dead = await registry.dead()
      if (dead.length > 0) await utils.forceUnlockWorkers(dead)
    } catch (error) {
      log.warn({ error }, 'Looking for jobs of dead processes failed; trying again')
    }
  }

  await unlockDead()
  const runner = await run({
    pgPool,
    taskList,
    events,
    logger,
    concurrency: AT_ONCE,
    pollInterval: POLL_EVERY_MS,
    noHandleSignals: true,
  })
  let looking: Promise<void> | undefined
  const look = (): void => {
    looking ??= unlockDead().finally(() => {
      looking = undefined
    })
  }
  look()
  const timer = setInterval(look, LOOK_FOR_DEAD_EVERY_MS)

  return {
    async stop() {
      clearInterval(timer)
      await looking
      await runner.stop()
      await utils.release()
    },
  }
}

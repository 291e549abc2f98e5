import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Logger,
  makeWorkerUtils,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from 'graphile-worker'
import type { Pool } from 'pg'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'

const POLL_EVERY_MS = 2 * SECOND
const LOOK_FOR_LOST_EVERY_MS = 2 * SECOND
const BEGIN_AGAIN_MS = SECOND
/**
 * Zero, not the default of minus one: only then is it tried again to write down how a job ended. Otherwise one broken
 * connection at that moment is a rejection that nobody handles, which ends the process.
 */
const SURELY = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } }
/** Pictures are unpacked one or two at a time: memory, and a CPU for the conversation. */
const AT_ONCE = 2

/** Which workers belong to which living process. */
export interface WorkerRegistry {
  /** Says that this worker lives; to be repeated. False: this process cannot say so just now. */
  keep(worker: string): Promise<boolean>
  /** Those that hold jobs and belong to no living process. */
  dead(): Promise<string[]>
  /** True: this worker has held a job for longer than any answer takes. */
  holds(worker: string): Promise<boolean>
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
 * A pool that gives up shuts itself down, and waits for that nowhere: its rejection would end the process. What went
 * wrong comes through the runner's promise.
 */
function handleRejections(pool: WorkerPool): void {
  const shutDown = pool.gracefulShutdown.bind(pool)
  pool.gracefulShutdown = (message) => {
    const ended = Promise.resolve(shutDown(message))
    ended.catch(() => undefined)
    return ended
  }
  pool.promise.catch(() => undefined)
}

/**
 * Runs what is slow and immediate. A job that a killed process had in hand would stay locked for four hours, and so would
 * one that was given to a worker of ours over a connection that broke: the registry tells of both, and the jobs are
 * unlocked. A job may then run twice; every task has to bear it. Rejects when it cannot begin.
 */
export async function startJobs(
  pgPool: Pool,
  taskList: TaskList,
  registry: WorkerRegistry,
  log: Log,
): Promise<Jobs> {
  const logger = quietLogger(log)
  const utils = await makeWorkerUtils({ pgPool, logger })
  const stopping = new AbortController()
  let worker: string | undefined
  const inHand = new Set<string>()

  const begin = (): Promise<Runner> => {
    const events: WorkerEvents = new EventEmitter()
    events.on('pool:create', ({ workerPool }) => {
      worker = workerPool.id
      handleRejections(workerPool)
      inHand.clear()
    })
    events.on('job:start', ({ job }) => inHand.add(job.id))
    events.on('job:complete', ({ job }) => inHand.delete(job.id))
    return run({
      pgPool,
      taskList,
      events,
      logger,
      concurrency: AT_ONCE,
      pollInterval: POLL_EVERY_MS,
      noHandleSignals: true,
      preset: SURELY,
    })
  }

  const unlockLost = async (): Promise<void> => {
    try {
      if (worker !== undefined && !(await registry.keep(worker))) return
      const holders = await registry.dead()
      // Only while it has nothing in hand: all that it holds is unlocked.
      if (worker !== undefined && inHand.size === 0 && (await registry.holds(worker))) holders.push(worker)
      if (holders.length > 0) await utils.forceUnlockWorkers(holders)
    } catch (error) {
      log.warn({ error }, 'Looking for jobs that nobody works on failed; trying again')
    }
  }

  await unlockLost()
  let runner = await begin()

  /** Workers that cannot write down how a job ended give up for good in the end: new ones take over. */
  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await runner.promise
        if (stopping.signal.aborted) return
      } catch (error) {
        log.warn({ error }, 'The workers for jobs gave up; new ones begin')
      }
      await sleep(BEGIN_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      runner = await begin().catch(() => runner)
      if (stopping.signal.aborted) await runner.stop().catch(() => undefined)
    }
  }

  let looking: Promise<void> | undefined
  const look = (): void => {
    looking ??= unlockLost().finally(() => {
      looking = undefined
    })
  }
  const running = keepRunning()
  look()
  const timer = setInterval(look, LOOK_FOR_LOST_EVERY_MS)

  return {
    async stop() {
      clearInterval(timer)
      await looking
      stopping.abort()
      // It rejects when the workers have given up before.
      await runner.stop().catch(() => undefined)
      await running
      await utils.release()
    },
  }
}

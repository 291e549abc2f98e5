import { setTimeout as sleep } from 'node:timers/promises'
import type { Channels } from './compose-channels.js'
import type { Watch } from './compose-watch.js'
import type { Dispatcher } from './delivery/dispatcher.js'
import type { Jobs } from './delivery/jobs.js'
import type { Schedule } from './delivery/schedule.js'
import type { Intake } from './intake/receive.js'
import { SECOND } from './kernel/clock.js'
import type { Log } from './kernel/logger.js'
import type { Database } from './storage/database.js'
import type { Presence } from './storage/presence.js'

/** The last messages get this long to go out when the product stops. */
export const LAST_MESSAGES_MS = 10 * SECOND
/** What was taken in gets this long to be worked through, should the database be away when the product stops. */
const LAST_EVENTS_MS = 3 * SECOND

/** The parts of the product that are running. */
export interface Running {
  readonly watch: Watch
  readonly channels: Channels
  readonly intakes: Readonly<Record<string, Intake>>
  readonly schedule?: Schedule
  readonly jobs?: Jobs
  readonly dispatcher?: Dispatcher
  readonly presence: Presence
  readonly database: Database
}

/**
 * In the order in which things hang on one another: first no more in, then the last out, the database at the end. What
 * does not end as it should keeps nothing else from ending.
 */
export async function stopAll(running: Running, log: Log): Promise<void> {
  const quietly = (ending: Promise<unknown> | undefined): Promise<unknown> =>
    Promise.resolve(ending).catch((error) => log.warn({ error }, 'A part did not end as it should'))
  running.watch.stopping()
  const closed = quietly(running.channels.stop())
  // What was taken in is worked through first; unless the database is away: then the network sends it again.
  await Promise.race([closed, sleep(LAST_EVENTS_MS, undefined, { ref: false })])
  for (const intake of Object.values(running.intakes)) await quietly(intake.stop())
  await closed
  await quietly(running.schedule?.stop())
  await quietly(running.jobs?.stop())
  await quietly(running.dispatcher?.stop(LAST_MESSAGES_MS))
  await quietly(running.channels.hangUp())
  await quietly(running.presence.stop())
  await running.database.close()
}

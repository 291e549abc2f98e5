import cron from 'node-cron'
import type { Log } from '../kernel/logger.js'

/** Rows say what is due, and once; this only looks. Often, so that "in a minute" (an undone close) is not two. */
const EVERY_FIVE_SECONDS = '*/5 * * * * *'

export interface Schedule {
  /** Resolves when no tick is under way. */
  stop(): Promise<void>
}

/** Looks now, and every five seconds. A tick that takes longer is not overtaken. */
export async function startSchedule(tick: () => Promise<unknown>, log: Log): Promise<Schedule> {
  let running: Promise<unknown> | undefined
  const look = (): Promise<unknown> => {
    running ??= tick()
      .catch((error) => log.error({ error }, 'Looking for what is due failed; it is tried again'))
      .finally(() => {
        running = undefined
      })
    return running
  }
  const task = cron.schedule(EVERY_FIVE_SECONDS, () => look())
  await look()
  return {
    async stop() {
      await task.destroy()
      await running
    },
  }
}

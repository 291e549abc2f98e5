import cron from 'node-cron'
import type { Log } from '../kernel/logger.js'

/** Rows say what is due, and once; this only looks, each minute. */
const EVERY_MINUTE = '* * * * *'

export interface Schedule {
  /** Resolves when no tick is under way. */
  stop(): Promise<void>
}

/** Looks now, and each minute. A tick that takes longer than its minute is not overtaken. */
export async function startSchedule(tick: () => Promise<unknown>, log: Log): Promise<Schedule> {
  let running: Promise<unknown> | undefined
  const look = (): Promise<unknown> => {
    running ??= tick()
      .catch((error) => log.error({ error }, 'Looking for what is due failed; it is tried again in a minute'))
      .finally(() => {
        running = undefined
      })
    return running
  }
  const task = cron.schedule(EVERY_MINUTE, () => look())
  await look()
  return {
    async stop() {
      await task.destroy()
      await running
    },
  }
}

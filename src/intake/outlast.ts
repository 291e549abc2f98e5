import { setTimeout as sleep } from 'node:timers/promises'
import type { UnitOfWork } from '../app/ports.js'
import { MINUTE, SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'

/**
 * The unit of work of those who have time: while the database is away, the same work is begun again every second, for
 * `forMs` and until `over` aborts; then it rejects. It may have been done before (the answer was lost), and has to bear
 * that.
 */
export const outlast = (
  unitOfWork: UnitOfWork,
  { isOutage, log }: { isOutage(error: unknown): boolean; readonly log: Pick<Log, 'warn'> },
  over: AbortSignal,
  forMs = MINUTE,
): UnitOfWork => ({
  async run(work) {
    const end = performance.now() + forMs
    for (let told = false; ; told = true) {
      try {
        return await unitOfWork.run(work)
      } catch (error) {
        if (over.aborted || !isOutage(error) || performance.now() >= end) throw error
        if (!told) log.warn({ error }, 'The database does not answer; a job waits')
      }
      await sleep(SECOND, undefined, { signal: over })
    }
  },
})

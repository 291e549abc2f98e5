import { setTimeout as sleep } from 'node:timers/promises'
import type { UnitOfWork } from '../app/ports.js'
import { SECOND } from '../kernel/clock.js'

/**
 * The unit of work of those who have time: while the database is away, the same work is begun again every second, until
 * `over` aborts. It may have been done before (the answer was lost), and has to bear that.
 */
export const outlast = (
  unitOfWork: UnitOfWork,
  isOutage: (error: unknown) => boolean,
  over: AbortSignal,
): UnitOfWork => ({
  async run(work) {
    for (;;) {
      try {
        return await unitOfWork.run(work)
      } catch (error) {
        if (over.aborted || !isOutage(error)) throw error
      }
      await sleep(SECOND, undefined, { signal: over })
    }
  },
})

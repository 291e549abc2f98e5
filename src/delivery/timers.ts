import type { DueTimer, TimerKind, Tx, UnitOfWork } from '../app/ports.js'
import { MINUTE } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'

/** What a timer does, in the transaction that deletes it. */
export type TimerHandlers = Readonly<Record<TimerKind, (tx: Tx, timer: DueTimer) => Promise<void>>>

/** After a failure the timer waits, longer each time, up to an hour: it must not stand in the way of the others. */
const againAfterMs = (attempts: number): number => Math.min(60, 2 ** attempts) * MINUTE

/** Somebody cancelled or moved the timer while its work was done: the work is rolled back. */
class TimerMoved extends Error {}

export interface TimerDeps {
  readonly unitOfWork: UnitOfWork
  readonly handlers: TimerHandlers
  readonly log: Log
  /** True for faults of the connection: no timer's failure, the next tick tries again. */
  isOutage(error: unknown): boolean
}

/**
 * Fires every timer that is due at this business time, the earliest first. Rejects while the database is away.
 * @returns how many fired
 */
export async function fireDueTimers(deps: TimerDeps, now: Date): Promise<number> {
  const { unitOfWork, handlers, log } = deps
  for (let fired = 0; ; fired++) {
    let current: DueTimer | undefined
    try {
      await unitOfWork.run(async (tx) => {
        current = await tx.timers.takeDue(now)
        if (!current) return
        await handlers[current.kind](tx, current)
        if (!(await tx.timers.finish(current))) throw new TimerMoved()
      })
      if (!current) return fired
    } catch (error) {
      if (error instanceof TimerMoved) {
        fired--
        continue
      }
      const failed = current
      if (!failed || deps.isOutage(error)) throw error
      log.error(
        { error, kind: failed.kind, attempts: failed.attempts },
        'A timer failed; it is tried again later',
      )
      const again = new Date(now.getTime() + againAfterMs(failed.attempts))
      await unitOfWork.run((tx) => tx.timers.postpone(failed, again))
    }
  }
}

import type { Clock } from '../kernel/clock.js'

/** What is due at the times that the clock passes. */
export interface DueWork {
  /** The next moment at which something is due; undefined: nothing waits. */
  nextDue(now: Date): Promise<Date | undefined>
  /** Does what is due by now; returns how much it was. */
  tick(): Promise<number>
}

/** Business time that can be moved forward; only where no real channel is configured. */
export interface MovableClock extends Clock {
  /**
   * Moves forward by so many milliseconds, stopping at every moment at which something is due.
   * @returns how many timers and digests fired on the way
   */
  advance(ms: number): Promise<number>
}

/**
 * @param offsetMs as kept in the database from before
 * @param keep writes a new offset there
 * @param realNow the time that is moved, in milliseconds since 1970
 */
export function createMovableClock(
  offsetMs: number,
  keep: (offsetMs: number) => Promise<void>,
  work: DueWork,
  realNow: () => number = Date.now,
): MovableClock {
  let offset = offsetMs
  // One movement at a time: two at once would jump over each other's timers.
  let moving: Promise<unknown> = Promise.resolve()
  const now = () => new Date(realNow() + offset)

  async function moveTo(target: Date): Promise<void> {
    const forward = target.getTime() - now().getTime()
    if (forward <= 0) return
    offset += forward
    await keep(offset)
  }

  async function advance(ms: number): Promise<number> {
    const target = new Date(now().getTime() + ms)
    let fired = 0
    for (;;) {
      const due = await work.nextDue(now())
      if (!due || due > target) break
      await moveTo(due)
      fired += await work.tick()
    }
    await moveTo(target)
    return fired + (await work.tick())
  }

  return {
    now,
    advance(ms) {
      const move = moving.then(() => advance(ms))
      moving = move.catch(() => undefined)
      return move
    },
  }
}

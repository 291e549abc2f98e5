import { setTimeout as delay } from 'node:timers/promises'
import { SECOND } from '../../kernel/clock.js'
import type { Log } from '../../kernel/logger.js'

const FIRST_PAUSE_MS = SECOND / 2
const MAX_PAUSE_MS = 30 * SECOND
/** 2^6 half seconds are more than the cap. */
const MAX_DOUBLINGS = 6

export interface Trouble {
  /** What counts as the same again, for the log. */
  readonly kind: string
  /** Telegram's words, or the network's; must not hold the token. */
  readonly detail?: string
  /** A fault of our own. */
  readonly error?: unknown
  /** Milliseconds that the other side wants us to wait: kept exactly, also beyond the cap. */
  readonly afterMs?: number
}

/** Milliseconds to wait after that many failures in a row; `chance` (0..1) keeps processes out of step. */
export const pauseMs = (failures: number, chance: number): number =>
  Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, MAX_DOUBLINGS)) * (0.5 + chance / 2)

/** Resolves after `ms` of real time, or at once when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  // it rejects only when aborted
  delay(ms, undefined, { signal }).catch(() => {})

/** Waits between attempts, longer each time up to 30 s and never in step with others; logs each kind of trouble once. */
export function createPatience(log: Log, channel: string) {
  const told = new Set<string>()
  let failures = 0
  return {
    async after({ kind, detail, error, afterMs }: Trouble, signal: AbortSignal): Promise<void> {
      if (!told.has(kind)) log.warn({ channel, kind, detail, err: error }, 'telegram: trouble, trying again')
      told.add(kind)
      failures += 1
      await pause(afterMs ?? pauseMs(failures, Math.random()), signal)
    },
    /** It works again. */
    calm(): void {
      if (told.size > 0) log.info({ channel, after: [...told] }, 'telegram: works again')
      told.clear()
      failures = 0
    },
  }
}

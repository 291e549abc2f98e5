import { MINUTE } from '../kernel/clock.js'

/** Events a minute that one chat may send; what comes beyond is recorded by its id and dropped. */
export const MOST_A_MINUTE = 30

export type FloodVerdict = 'ok' | 'warn' | 'drop'

/**
 * Counts per chat in the last minute, in this process. `warn` comes once: the one answer that a flood gets.
 * @param now real milliseconds, monotonic
 */
export function createFloodGate(now: () => number = () => performance.now()): (chat: string) => FloodVerdict {
  const counts = new Map<string, { since: number; events: number }>()

  return (chat) => {
    const at = now()
    const current = counts.get(chat)
    if (!current || at - current.since >= MINUTE) {
      if (counts.size > 10_000)
        for (const [key, { since }] of counts) if (at - since >= MINUTE) counts.delete(key)
      counts.set(chat, { since: at, events: 1 })
      return 'ok'
    }
    current.events++
    if (current.events <= MOST_A_MINUTE) return 'ok'
    return current.events === MOST_A_MINUTE + 1 ? 'warn' : 'drop'
  }
}

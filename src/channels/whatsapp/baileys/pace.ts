/** Between two messages, whoever they are for: a person's thumbs are not faster. */
const SHORTEST_GAP_MS = 350
const LONGEST_GAP_MS = 1_100
/** A send must end within 15 s; who would wait longer than this is asked to come back. */
const LONGEST_QUEUE_MS = 8_000

export interface Pace {
  /** Resolves when it is this message's turn; a number: too many wait, come back after so many milliseconds. */
  turn(): Promise<number | undefined>
}

/** One message after the other, never in step: numbers that send like a machine are shut by WhatsApp. */
export function createPace(deps: {
  /** 0..1 */
  readonly chance: () => number
  /** Milliseconds; only differences count. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}): Pace {
  let next = Number.NEGATIVE_INFINITY
  return {
    async turn() {
      const now = deps.now()
      const at = Math.max(now, next)
      if (at - now > LONGEST_QUEUE_MS) return at - now
      next = at + SHORTEST_GAP_MS + deps.chance() * (LONGEST_GAP_MS - SHORTEST_GAP_MS)
      if (at > now) await deps.sleep(at - now)
      return undefined
    },
  }
}

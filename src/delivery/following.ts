import type { OutboxRow } from '../app/outbox-port.js'

/** What this process writes to a chat while it sends there: at hand without asking the database. */
export interface Following {
  /** All rows up to this one are in hand: what was handed over and is among them is forgotten. */
  reached(seq: number): void
  /** Rows of others may lie between the last one in hand and these: then all of them will be read. */
  hand(rows: readonly OutboxRow[]): void
  /** Resolves as soon as something is handed over. */
  come(): Promise<void>
  /** What was handed over, in order, at most so much; undefined: nothing. */
  take(most: number): readonly OutboxRow[] | undefined
}

/** The rest is read when its time comes: a slow network must not fill the memory. */
const MOST_WAITING = 50

export function createFollowing(): Following {
  let last = 0
  let waiting: OutboxRow[] = []
  let wake: (() => void) | undefined

  return {
    reached(seq) {
      waiting = waiting.filter((row) => row.seq > seq)
      last = Math.max(last, seq)
    },
    hand(rows) {
      if (rows[0]?.seq !== last + 1 || waiting.length >= MOST_WAITING) return
      waiting.push(...rows)
      last += rows.length
      wake?.()
    },
    come: () =>
      new Promise((resolve) => {
        wake = resolve
        if (waiting.length > 0) resolve()
      }),
    take(most) {
      const taken = waiting.splice(0, most)
      return taken.length > 0 ? taken : undefined
    },
  }
}

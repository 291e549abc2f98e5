import { MINUTE } from '../kernel/clock.js'
import type { InboundEvent } from '../messaging/inbound.js'

/** Events a minute that one chat may send; what comes beyond is recorded by its id and dropped. */
export const MOST_A_MINUTE = 30

export type FloodVerdict = 'ok' | 'warn' | 'drop'

/** Chats remembered before those of earlier minutes are forgotten. */
const MOST_CHATS = 10_000

interface Count {
  /** Network time in milliseconds. */
  readonly since: number
  /** The first ones, by id: what the network sends again keeps its verdict. */
  readonly verdicts: Map<string, FloodVerdict>
}

/**
 * Counts per chat in the last minute, in this process. `warn` comes once: the one answer that a flood gets. It is the
 * minute in which the network took them: messages that waited while the product stood still are no flood.
 */
export function createFloodGate(): (event: Pick<InboundEvent, 'id' | 'from' | 'at'>) => FloodVerdict {
  const counts = new Map<string, Count>()

  return ({ id, from, at }) => {
    const chat = `${from.channel}/${from.chat}`
    const now = Date.parse(at)
    const current = counts.get(chat)
    const known = current?.verdicts.get(id)
    if (known) return known
    // Presses carry our own time, messages the network's: a jump backwards begins a new minute too.
    if (!current || Math.abs(now - current.since) >= MINUTE) {
      if (counts.size > MOST_CHATS) forgetBefore(counts, now - MINUTE)
      counts.set(chat, { since: now, verdicts: new Map([[id, 'ok']]) })
      return 'ok'
    }
    const { verdicts } = current
    if (verdicts.size > MOST_A_MINUTE) return 'drop'
    const verdict = verdicts.size < MOST_A_MINUTE ? 'ok' : 'warn'
    verdicts.set(id, verdict)
    return verdict
  }
}

function forgetBefore(counts: Map<string, Count>, time: number): void {
  for (const [chat, { since }] of counts) if (since <= time) counts.delete(chat)
}

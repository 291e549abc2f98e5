import type { Log } from '../../kernel/logger.js'
import { failureOf, readFault } from './outcome.js'
import { createPatience, type Trouble } from './patience.js'

/** Resolves when this process is the one that may do what `key` names; rejects when `signal` aborts before. */
export type Lead = (
  key: string,
  signal: AbortSignal,
) => Promise<{
  /** Aborts when another may have taken over. */
  readonly lost: AbortSignal
  release(): Promise<void>
}>

export interface Polling<Update extends { readonly update_id: number }> {
  readonly channel: string
  /** One leader per key: Telegram allows one poller per bot. */
  readonly key: string
  readonly lead: Lead
  /** One long poll; what lies before the offset is confirmed by asking. */
  readonly ask: (offset: number | undefined, signal: AbortSignal) => Promise<readonly Update[]>
  /** Resolves once the updates are stored. */
  readonly store: (updates: readonly Update[]) => Promise<void>
  readonly log: Log
}

const troubleOf = (error: unknown): Trouble => {
  const fault = readFault(error)
  const failure = failureOf(fault)
  return {
    kind: String(fault.code ?? 'network'),
    detail: fault.description,
    afterMs: failure.type === 'retry' ? failure.afterMs : undefined,
  }
}

/** Updates that were handed on and are not confirmed yet. */
interface Flight {
  readonly ids: ReadonlySet<number>
  /** The offset that confirms them. */
  readonly next: number
  /** Never rejects. */
  readonly ended: Promise<void>
  outcome?: 'stored' | Trouble
}

/** As long as this process is the one that asks. */
interface Term {
  offset: number | undefined
  /** In the order in which they were handed on. */
  readonly flights: Flight[]
}

/** So many at once say that many people talk: the next ones are asked for before these are stored. */
const MANY = 8
const IN_FLIGHT_AT_MOST = 2

/**
 * Polls in the background. What lies before the offset is confirmed by asking, so the offset moves only behind what is
 * stored; asking again before that brings the same updates once more, and those that came since. After any fault what
 * is not stored is asked for again.
 */
export function startPolling<Update extends { readonly update_id: number }>(
  deps: Polling<Update>,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const patience = createPatience(deps.log, deps.channel)

  function handOn(updates: readonly Update[]): Flight {
    const ids = updates.map((update) => update.update_id)
    const ended = deps.store(updates).then(
      () => {
        flight.outcome = 'stored'
      },
      (error: unknown) => {
        flight.outcome = { kind: 'not stored', error }
      },
    )
    const flight: Flight = { ids: new Set(ids), next: Math.max(...ids) + 1, ended }
    return flight
  }

  /** What is new since the last question, sorted; or what went wrong. */
  async function ask(
    offset: number | undefined,
    known: readonly Flight[],
    over: AbortSignal,
  ): Promise<Update[] | Trouble> {
    try {
      const updates = await deps.ask(offset, over)
      return updates
        .filter(({ update_id: id }) => !known.some(({ ids }) => ids.has(id)))
        .sort((a, b) => a.update_id - b.update_id)
    } catch (error) {
      return troubleOf(error)
    }
  }

  /** One question and what follows from it. Never rejects. */
  async function poll(term: Term, over: AbortSignal): Promise<Trouble | undefined> {
    const updates = await ask(term.offset, term.flights, over)
    // not stored, so not confirmed: it comes again, to whoever leads then
    if (over.aborted) return
    if (!Array.isArray(updates)) return updates
    if (updates.length > 0) term.flights.push(handOn(updates))
    // Few can wait: they are confirmed with the next question, which then waits for news.
    if (updates.length < MANY || term.flights.length === IN_FLIGHT_AT_MOST) await term.flights[0]?.ended
    return landed(term)
  }

  /** The offset moves behind what is stored, in the order in which it was handed on. */
  async function landed(term: Term): Promise<Trouble | undefined> {
    const { flights } = term
    for (let first = flights[0]; first?.outcome !== undefined; first = flights[0]) {
      flights.shift()
      if (first.outcome === 'stored') {
        term.offset = first.next
        continue
      }
      // All that was handed on since comes again too: what was stored of it is known to be a repeat.
      await Promise.all(flights.splice(0).map(({ ended }) => ended))
      return first.outcome
    }
    return
  }

  async function lead(): Promise<void> {
    const { lost, release } = await deps.lead(deps.key, stopping.signal)
    const over = AbortSignal.any([stopping.signal, lost])
    // every term begins with the earliest unconfirmed update: another leader may have moved on
    const term: Term = { offset: undefined, flights: [] }
    try {
      while (!over.aborted) {
        const trouble = await poll(term, over)
        if (over.aborted) break
        if (trouble) await patience.after(trouble, over)
        else patience.calm()
      }
    } finally {
      await Promise.all(term.flights.map(({ ended }) => ended))
      await release()
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await lead()
      } catch (error) {
        if (!stopping.signal.aborted) await patience.after({ kind: 'no leadership', error }, stopping.signal)
      }
    }
  }

  const done = run()
  return {
    async stop() {
      stopping.abort()
      await done
    },
  }
}

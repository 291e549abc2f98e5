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

/**
 * Polls in the background, strictly one batch after the other: the question for the next batch is what confirms
 * the last one, so it is asked only when that one is stored. After any fault the same batch is asked for again.
 */
export function startPolling<Update extends { readonly update_id: number }>(
  deps: Polling<Update>,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const patience = createPatience(deps.log, deps.channel)

  /** The next offset, or what went wrong. */
  async function oneBatch(
    offset: number | undefined,
    over: AbortSignal,
  ): Promise<number | Trouble | undefined> {
    let updates: readonly Update[]
    try {
      updates = await deps.ask(offset, over)
    } catch (error) {
      return troubleOf(error)
    }
    // not stored, so not confirmed: it comes again, to whoever leads then
    if (over.aborted) return offset
    const sorted = [...updates].sort((a, b) => a.update_id - b.update_id)
    const last = sorted.at(-1)
    if (last === undefined) return offset
    try {
      await deps.store(sorted)
    } catch (error) {
      return { kind: 'not stored', error }
    }
    return last.update_id + 1
  }

  async function lead(): Promise<void> {
    const { lost, release } = await deps.lead(deps.key, stopping.signal)
    const over = AbortSignal.any([stopping.signal, lost])
    // every term begins with the earliest unconfirmed update: another leader may have moved on
    let offset: number | undefined
    try {
      while (!over.aborted) {
        const next = await oneBatch(offset, over)
        if (over.aborted) break
        if (typeof next === 'object') await patience.after(next, over)
        else {
          offset = next
          patience.calm()
        }
      }
    } finally {
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

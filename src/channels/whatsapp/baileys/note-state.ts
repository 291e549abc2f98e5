import type { DeviceState, DeviceStateName } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'
import type { Log } from '../../../kernel/logger.js'

const AGAIN_AFTER_MS = SECOND

/** How the link stands, as this process sees it. */
export interface Seen {
  readonly state: DeviceStateName
  readonly why?: string
}

/** Why there are no keys. Only who was linked once has seen any other state. */
export const whyUnlinked = ({ state, why, since }: DeviceState): string => {
  if (state === 'unlinked') return why ?? 'never'
  return since ? 'logged-out' : 'never'
}

export interface StateNotesDeps {
  readonly write: (seen: Seen) => Promise<void>
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Another process may be the linked device by now: what this one saw is old. */
  readonly over: AbortSignal
  readonly log: Log
}

export interface StateNotes {
  /** Is written when what was noted before is written, or was given up for this. */
  note(seen: Seen): void
  /** Resolves when the last one is written, or one more attempt at it has failed. */
  end(): Promise<void>
}

/** Writes how the link stands, one after the other, so that the last word is the last; what fails is tried again. */
export function createStateNotes({ write, pause, over, log }: StateNotesDeps): StateNotes {
  const ending = new AbortController()
  let last: Seen | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (last && !over.aborted) {
      const seen = last
      try {
        await write(seen)
        if (last === seen) last = undefined
      } catch (error) {
        log.warn({ error, state: seen.state }, 'whatsapp: the state of the link could not be noted')
        if (ending.signal.aborted && last === seen) return
        await pause(AGAIN_AFTER_MS, AbortSignal.any([over, ending.signal]))
      }
    }
    running = undefined
  }

  return {
    note(seen) {
      last = seen
      running ??= run()
    },
    async end() {
      ending.abort()
      await running
    },
  }
}

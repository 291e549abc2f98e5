import { within } from '../fake-bot-api/within.js'

export type What =
  /** A client shook hands. */
  | 'connected'
  /** A phone linked the device. */
  | 'linked'
  /** The device was let in. */
  | 'login'
  /** The device has all that waited for it: from here on what comes is live. */
  | 'online'
  /** The line is gone, from whichever side. */
  | 'closed'
  /** The device logged itself out, or the town's phone threw it out. */
  | 'unlinked'
  /** A query; `detail` is its namespace and first element. */
  | 'query'
  /** The device left keys; `detail` is how many one-time keys there are now. */
  | 'keys'
  /** A message of the device went to the phones; `detail` says `refused 463` when it did not. */
  | 'sent'
  /** The device said so of a message that came to it; a refusal has its code in `detail`. */
  | 'delivered'
  | 'read'
  | 'refused'
  /** The device could not read a message and asks for it again; `detail` is the count. */
  | 'retry'
  /** A phone could not read a message of the device, and asks for it again; `detail` is the count. */
  | 'unreadable'
  /** An ack of what is no message; `detail` is its class. */
  | 'acked'
  /** `available` or `unavailable`. */
  | 'presence'
  /** Something is wrong in the fake itself. */
  | 'error'

export interface Happening {
  what: What
  /** Milliseconds since 1970. */
  at: number
  device?: number
  /** Of the message that it is about. */
  id?: string
  detail?: string
}

type Details = Omit<Happening, 'what' | 'at'>

export interface UntilOptions {
  id?: string
  device?: number
  detail?: string | RegExp
  timeoutMs?: number
  /** `start` (the default) also counts what has happened before; a number is a `mark()`. */
  since?: 'start' | 'now' | number
}

/** All that happened between the server and its clients, in order. */
export interface Journal {
  readonly all: readonly Happening[]
  note(what: What, details?: Details): void
  mark(): number
  /** Resolves with the first such happening; rejects with the last lines of the journal. */
  until(what: What, options?: UntilOptions): Promise<Happening>
}

const WAIT_MS = 5_000

const line = ({ what, device, id, detail }: Happening) =>
  [what, device !== undefined && `device ${device}`, id, detail].filter(Boolean).join(' ')

function fits(happening: Happening, what: What, { id, device, detail }: UntilOptions): boolean {
  if (happening.what !== what) return false
  if (id !== undefined && happening.id !== id) return false
  if (device !== undefined && happening.device !== device) return false
  if (detail === undefined) return true
  const said = happening.detail ?? ''
  return typeof detail === 'string' ? said === detail : detail.test(said)
}

export function createJournal(now: () => number): Journal {
  const all: Happening[] = []
  const listeners = new Set<(happening: Happening) => void>()

  const journal: Journal = {
    all,
    note(what, details = {}) {
      const happening = { what, at: now(), ...details }
      all.push(happening)
      for (const listener of listeners) listener(happening)
    },
    mark: () => all.length,
    async until(what, options = {}) {
      const { timeoutMs = WAIT_MS, since = 'start' } = options
      const from = since === 'start' ? 0 : since === 'now' ? all.length : since
      const found = all.slice(from).find((happening) => fits(happening, what, options))
      if (found !== undefined) return found
      const why = () =>
        `Not "${what}"${options.id ? ` of ${options.id}` : ''} within ${timeoutMs} ms. It happened:\n${all.slice(-25).map(line).join('\n')}`
      return within(timeoutMs, journal.until, why, (done) => {
        const listener = (happening: Happening) => fits(happening, what, options) && done(happening)
        listeners.add(listener)
        return () => listeners.delete(listener)
      })
    },
  }
  return journal
}

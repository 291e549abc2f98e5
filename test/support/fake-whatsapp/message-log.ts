import { within } from '../fake-bot-api/within.js'
import type { ReceivedMessage } from './received.js'

/** A piece of the text or caption, a pattern for it, or any condition. */
export type Matcher = string | RegExp | ((message: ReceivedMessage) => boolean)

export interface ReceiveOptions {
  timeoutMs?: number
  /** What counts besides what is still to come: what came or changed since this phone last did something (the default), nothing, or all. */
  since?: 'action' | 'now' | 'start'
}

/** What a phone got from the town. */
export interface MessageLog {
  all(): ReceivedMessage[]
  find(id: string): ReceivedMessage | undefined
  put(message: ReceivedMessage): void
  /** Something came that cannot be read: "waiting for this message" stands in its place. */
  hold(id: string): void
  /** The person did something: what comes from here on is an answer. */
  act(): void
  /** Resolves with the first message that fits; rejects with all that came. */
  receives(match: Matcher, options?: ReceiveOptions): Promise<ReceivedMessage>
}

const WAIT_MS = 5_000

function matches(match: Matcher, message: ReceivedMessage): boolean {
  if (typeof match === 'function') return match(message)
  const words = message.text ?? ''
  return typeof match === 'string' ? words.includes(match) : match.test(words)
}

const line = ({ kind, text, edited, deleted, times }: ReceivedMessage) =>
  `[${[kind, edited && 'edited', deleted && 'deleted', times > 1 && `${times} times`].filter(Boolean).join(', ')}] ${text ?? ''}`

export function createMessageLog(owner: string): MessageLog {
  const messages = new Map<string, ReceivedMessage>()
  const places = new Map<string, number>()
  const changedAt = new Map<string, number>()
  const listeners = new Set<(message: ReceivedMessage) => void>()
  let changes = 0
  let actedAt = 0

  const log: MessageLog = {
    all: () => [...messages.values()].toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0)),
    find: (id) => messages.get(id),
    hold(id) {
      if (!places.has(id)) places.set(id, places.size)
    },
    put(message) {
      log.hold(message.id)
      messages.set(message.id, message)
      changedAt.set(message.id, ++changes)
      for (const listener of listeners) listener(message)
    },
    act() {
      actedAt = changes
    },
    async receives(match, { timeoutMs = WAIT_MS, since = 'action' } = {}) {
      const from = { action: actedAt, now: changes, start: 0 }[since]
      const fits = (message: ReceivedMessage) =>
        (changedAt.get(message.id) ?? 0) > from && matches(match, message)
      const found = log.all().find(fits)
      if (found !== undefined) return found
      const why = () =>
        `${owner} got no message that fits ${match} within ${timeoutMs} ms, but:\n${log.all().map(line).join('\n')}`
      return within(timeoutMs, log.receives, why, (done) => {
        const listener = (message: ReceivedMessage) => fits(message) && done(message)
        listeners.add(listener)
        return () => listeners.delete(listener)
      })
    },
  }
  return log
}

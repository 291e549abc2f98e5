import type { Update } from 'grammy/types'
import { seededRandom } from './random.js'
import { Refusal, refuse } from './refusal.js'
import type { Params } from './request.js'

/** How an update queue misbehaves: with which probability, and from which seed. */
export interface Disorder {
  rate: number
  seed: number
}

export interface UpdateQueue {
  /** Gives it an id unless it has one, and keeps it until it is confirmed. Unwanted kinds are dropped. */
  push(update: Omit<Update, 'update_id'> & { update_id?: number }): Update | undefined
  /** `getUpdates`. `onGone` tells when the caller hung up. */
  get(params: Params, onGone: (listener: () => void) => void): Update[] | Promise<Update[]>
  /** The update was taken by a webhook. True if it is to be delivered once more. */
  delivered(update: Update): boolean
  pending(): Iterable<Update>
  has(update: Update): boolean
  readonly size: number
  clear(): void
  /** Drops presses that were not fetched in time; Telegram does so after about 150 s. */
  dropPresses(): void
  duplicate(disorder: Disorder): void
  shuffle(disorder: Disorder): void
  allow(types: unknown): void
  readonly allowed: readonly string[] | undefined
  /** Ends an open long poll with 409. */
  terminate(by: string): void
  /** Calls the listener whenever an update is added; one listener, the webhook. */
  onPush(listener: ((update: Update) => void) | undefined): void
  /** Nothing is left to deliver or to confirm. */
  readonly isSettled: boolean
  /** Calls the listener whenever that becomes so. */
  onSettled(listener: () => void): () => void
}

interface LongPoll {
  limit: number
  timer: NodeJS.Timeout
  resolve: (updates: Update[]) => void
  reject: (reason: Refusal) => void
}

/** Sent only when a bot asks for them by name (Bot API, "getUpdates"). */
const ON_REQUEST = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

/** Seconds; the public server waits no longer. */
const LONGEST_POLL = 50

const PRESS_LIFE_MS = 150_000

/** Who asks again so soon, and has confirmed nothing, gets one update (tdlib/telegram-bot-api, `Client.cpp`, May 2026). */
const REPEAT_WITHIN_MS = 500

const clamp = (value: unknown, otherwise: number, min: number, max: number) =>
  Math.min(max, Math.max(min, Number(value ?? otherwise) || 0))

const kindOf = (update: object) => Object.keys(update).find((key) => key !== 'update_id') ?? ''

export function createUpdateQueue(now: () => number): UpdateQueue {
  const waiting = new Map<number, { update: Update; since: number }>()
  const settled = new Set<() => void>()
  /** Ids still to be delivered a second time, and copies due in the next batch. */
  const twice = new Set<number>()
  const copies: Update[] = []
  let nextId = 800_000_001
  /** False once an update came with a lower id than one before it. */
  let ascending = true
  let allowed: string[] | undefined
  let poll: LongPoll | undefined
  let flushing = false
  let asked = { offset: 0, at: Number.NEGATIVE_INFINITY }
  let pushed: ((update: Update) => void) | undefined
  let doubles: (() => boolean) | undefined
  let copyLater = () => false
  let swaps: (() => boolean) | undefined

  const chance = ({ rate, seed }: Disorder) => {
    const random = seededRandom(seed)
    return () => random() < rate
  }

  const isWanted = (kind: string) =>
    allowed === undefined || allowed.length === 0 ? !ON_REQUEST.has(kind) : allowed.includes(kind)

  const isSettled = () => waiting.size === 0 && copies.length === 0

  function settle() {
    if (settled.size > 0 && isSettled()) for (const listener of settled) listener()
  }

  function confirmBelow(offset: number) {
    for (const id of waiting.keys()) {
      if (id < offset) waiting.delete(id)
      else if (ascending) break
    }
  }

  function keepLast(count: number) {
    const ids = [...waiting.keys()]
    for (const id of ids.slice(0, Math.max(0, ids.length - count))) waiting.delete(id)
  }

  function swapNeighbours(batch: Update[]) {
    for (let at = 0; at + 1 < batch.length; at += 1) {
      if (!swaps?.()) continue
      const first = batch[at] as Update
      batch[at] = batch[at + 1] as Update
      batch[at + 1] = first
      at += 1
    }
  }

  function batchOf(limit: number): Update[] {
    const batch = copies.splice(0, limit)
    const late: Update[] = []
    const oldest = now() - PRESS_LIFE_MS
    for (const [id, { update, since }] of waiting) {
      if (batch.length >= limit) break
      if (since < oldest && update.callback_query !== undefined) {
        waiting.delete(id)
        continue
      }
      batch.push(update)
      if (twice.size > 0 && twice.delete(id)) (copyLater() ? copies : late).push(update)
    }
    for (const copy of late) (batch.length < limit ? batch : copies).push(copy)
    if (swaps !== undefined) swapNeighbours(batch)
    return batch
  }

  function endPoll(): LongPoll | undefined {
    const ended = poll
    if (ended !== undefined) clearTimeout(ended.timer)
    poll = undefined
    return ended
  }

  /** Once per turn of the event loop, so that what is pushed together is fetched together. */
  function flushSoon() {
    if (poll === undefined || flushing) return
    flushing = true
    setImmediate(() => {
      flushing = false
      if (poll === undefined) return
      const batch = batchOf(poll.limit)
      if (batch.length > 0) endPoll()?.resolve(batch)
    })
  }

  function allow(types: unknown) {
    if (!Array.isArray(types)) return refuse("can't parse allowed updates JSON object")
    allowed = types.length === 0 ? undefined : types.map(String)
  }

  function terminate(by: string) {
    endPoll()?.reject(new Refusal(409, `Conflict: terminated by ${by}`))
  }

  return {
    push(given) {
      if (!isWanted(kindOf(given))) return undefined
      const update = given.update_id === undefined ? { update_id: nextId, ...given } : (given as Update)
      if (update.update_id < nextId - 1) ascending = false
      nextId = Math.max(nextId, update.update_id + 1)
      const again = waiting.has(update.update_id)
      waiting.set(update.update_id, { update, since: now() })
      if (again || doubles?.()) twice.add(update.update_id)
      pushed?.(update)
      flushSoon()
      return update
    },
    get(params, onGone) {
      const offset = Number(params.offset ?? 0)
      const isRepeat = offset === asked.offset && now() < asked.at + REPEAT_WITHIN_MS
      asked = { offset, at: now() }
      const limit = isRepeat ? 1 : clamp(params.limit, 100, 1, 100)
      const seconds = clamp(params.timeout, 0, 0, LONGEST_POLL)
      if (params.allowed_updates !== undefined) allow(params.allowed_updates)
      terminate('other getUpdates request; make sure that only one bot instance is running')
      if (offset > 0) confirmBelow(offset)
      else if (offset < 0) keepLast(-offset)
      const batch = batchOf(limit)
      settle()
      if (batch.length > 0 || seconds === 0) return batch
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => endPoll()?.resolve([]), seconds * 1000)
        const mine = { limit, timer, resolve, reject }
        poll = mine
        onGone(() => {
          if (poll === mine) endPoll()?.resolve([])
        })
      })
    },
    delivered(update) {
      if (twice.delete(update.update_id)) return true
      waiting.delete(update.update_id)
      settle()
      return false
    },
    *pending() {
      for (const { update } of waiting.values()) yield update
    },
    has: (update) => waiting.has(update.update_id),
    get size() {
      return waiting.size
    },
    clear() {
      waiting.clear()
      copies.length = 0
      settle()
    },
    dropPresses() {
      for (const [id, { update }] of waiting) if (update.callback_query !== undefined) waiting.delete(id)
      settle()
    },
    duplicate(disorder) {
      doubles = chance(disorder)
      copyLater = chance({ rate: 0.5, seed: disorder.seed + 1 })
    },
    shuffle(disorder) {
      swaps = chance(disorder)
    },
    allow,
    get allowed() {
      return allowed
    },
    terminate,
    onPush(listener) {
      pushed = listener
    },
    get isSettled() {
      return isSettled()
    },
    onSettled(listener) {
      settled.add(listener)
      return () => settled.delete(listener)
    },
  }
}

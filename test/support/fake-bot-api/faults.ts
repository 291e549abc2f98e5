import { seededRandom } from './random.js'
import { type Answer, tooManyRequests } from './refusal.js'

/** What can go wrong between a bot and Telegram. */
export type Fault =
  | { kind: '429'; retryAfter: number }
  | { kind: '403'; description?: string }
  | { kind: '400'; description: string }
  | { kind: '500' }
  /** The socket is destroyed before anything is done. */
  | { kind: 'cut' }
  /** It is done, and the socket is destroyed without an answer: the case that makes messages appear twice. */
  | { kind: 'cut-after' }
  /** It is done at once, and answered `ms` later. */
  | { kind: 'slow'; ms: number }
  /** A gateway's own page, as when Telegram is down: 502 and no JSON. */
  | { kind: 'html' }

/** A method's name; `download` is the GET of a file. `*` is each of them but `getUpdates`, which never stops. */
export type FaultyMethod = string

export interface RandomFaults {
  /** Share of the calls that fail, 0..1. */
  rate: number
  seed: number
  faults: readonly Fault[]
  /** The methods that may fail; without it every one but `getUpdates`. */
  methods?: readonly FaultyMethod[]
}

export interface Faults {
  /** The next `times` (1) calls of the method meet this fault; several orders queue up. */
  next(method: FaultyMethod, fault: Fault, times?: number): void
  random(plan: RandomFaults): void
  /** Back to an undisturbed network. */
  clear(): void
  /** How many faults were dealt so far. */
  readonly dealt: number
  /** For the server: the fault that this call meets, if any. */
  take(method: string): Fault | undefined
}

const named = (pattern: FaultyMethod, method: string) =>
  pattern === '*' ? method !== 'getUpdates' : pattern === method

export function createFaults(): Faults {
  let ordered: { method: FaultyMethod; fault: Fault; times: number }[] = []
  let chance: ((method: string) => Fault | undefined) | undefined
  let dealt = 0

  function takeOrdered(method: string): Fault | undefined {
    const order = ordered.find((each) => named(each.method, method))
    if (order === undefined) return undefined
    order.times -= 1
    if (order.times <= 0) ordered = ordered.filter((each) => each !== order)
    return order.fault
  }

  return {
    next(method, fault, times = 1) {
      ordered.push({ method, fault, times })
    },
    random({ rate, seed, faults, methods = ['*'] }) {
      const random = seededRandom(seed)
      chance = (method) => {
        if (!methods.some((pattern) => named(pattern, method))) return undefined
        return random() < rate ? faults[Math.floor(random() * faults.length)] : undefined
      }
    },
    clear() {
      ordered = []
      chance = undefined
    },
    get dealt() {
      return dealt
    },
    take(method) {
      if (ordered.length === 0 && chance === undefined) return undefined
      const fault = takeOrdered(method) ?? chance?.(method)
      if (fault !== undefined) dealt += 1
      return fault
    },
  }
}

/** The refusal that a fault answers in place of the method, or `undefined` if the method is still performed. */
export function answerOf(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case '429':
      return tooManyRequests(fault.retryAfter)
    case '403':
      return {
        ok: false,
        error_code: 403,
        description: `Forbidden: ${fault.description ?? 'bot was blocked by the user'}`,
      }
    case '400':
      return {
        ok: false,
        error_code: 400,
        description: `Bad Request: ${fault.description.replace(/^Bad Request: /, '')}`,
      }
    case '500':
      return { ok: false, error_code: 500, description: 'Internal Server Error' }
    case 'cut':
      return { ok: false, error_code: 0, description: 'the connection was cut before anything was done' }
    case 'html':
      return { ok: false, error_code: 502, description: 'Bad Gateway' }
    case 'cut-after':
    case 'slow':
      return undefined
  }
}

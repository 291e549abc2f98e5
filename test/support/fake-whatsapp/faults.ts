import { seededRandom } from '../fake-bot-api/random.js'

/** What can go wrong between a client and WhatsApp. */
export type Fault =
  /** The line breaks (or the transfer of a file is cut) before anything is done. */
  | { kind: 'cut' }
  /** It is done, and the line breaks before the answer: the case that makes messages appear twice. */
  | { kind: 'cut-after' }
  /** It is refused: the reason of a login, the code of a query or of a message's ack, the HTTP status of a file. */
  | { kind: 'refuse'; code: number }
  /** It is done and answered `ms` later. */
  | { kind: 'slow'; ms: number }
  /** Nothing is done and nothing is said. A message to the client waits for its next login. */
  | { kind: 'silent' }
  /** Only `incoming`: a byte of the sealed message is wrong, as when the keys are out of step. */
  | { kind: 'garbled' }
  /** Only `incoming`: the same bytes arrive twice. */
  | { kind: 'twice' }
  /** Only `incoming`: it arrives behind the one that comes after it. */
  | { kind: 'behind' }

/**
 * What meets a fault: the handshake, a login, a message from the client, a message to the client, a receipt to
 * the client, a file up or down, or a query by its namespace (`usync`, `encrypt`, `passive`, `w:m` …).
 */
export type FaultPoint =
  | 'connect'
  | 'login'
  | 'outgoing'
  | 'incoming'
  | 'receipt'
  | 'upload'
  | 'download'
  | `query ${string}`

export interface RandomFaults {
  /** 0..1 */
  rate: number
  seed: number
  faults: readonly Fault[]
}

export interface Faults {
  /** The next `times` (1) of these meet this fault; several orders queue up. */
  next(point: FaultPoint, fault: Fault, times?: number): void
  /** From here on each of these meets one of the faults with this probability. */
  random(point: FaultPoint, plan: RandomFaults): void
  /** Back to an undisturbed network. */
  clear(): void
  /** How many faults were dealt so far. */
  readonly dealt: number
  /** For the server: the fault that this one meets, if any. */
  take(point: FaultPoint): Fault | undefined
}

export function createFaults(): Faults {
  let ordered: { point: FaultPoint; fault: Fault; times: number }[] = []
  const byChance = new Map<FaultPoint, () => Fault | undefined>()
  let dealt = 0

  function takeOrdered(point: FaultPoint): Fault | undefined {
    const order = ordered.find((each) => each.point === point)
    if (order === undefined) return undefined
    order.times -= 1
    if (order.times <= 0) ordered = ordered.filter((each) => each !== order)
    return order.fault
  }

  return {
    next(point, fault, times = 1) {
      ordered.push({ point, fault, times })
    },
    random(point, { rate, seed, faults }) {
      const random = seededRandom(seed)
      byChance.set(point, () => (random() < rate ? faults[Math.floor(random() * faults.length)] : undefined))
    },
    clear() {
      ordered = []
      byChance.clear()
    },
    get dealt() {
      return dealt
    },
    take(point) {
      const fault = takeOrdered(point) ?? byChance.get(point)?.()
      if (fault !== undefined) dealt += 1
      return fault
    },
  }
}

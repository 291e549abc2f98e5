import { randomUUID } from 'node:crypto'
import type { Figures, UpdateOutcome } from '../app/figures.js'
import type { InboxEntry, Tx, UnitOfWork } from '../app/ports.js'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'
import { sideBySide } from '../kernel/side-by-side.js'
import type { OnEvents } from '../messaging/channel.js'
import type { InboundEvent } from '../messaging/inbound.js'
import { createFloodGate, type FloodVerdict } from './flood.js'
import { hear, isHeard, tell } from './hear.js'
import { storable } from './storable.js'
import { beginAnew, type TurnDeps } from './turns.js'

/** Chats whose turns share one transaction. */
const CHATS_TOGETHER = 64
/** While one is with the database, another one is thought about. */
const BATCHES_AT_ONCE = 2
/** Fewer chats are not shared out among transactions: each costs as much as the turns of some chats. */
const CHATS_NOT_SPLIT = 8
/** With the dropped events of a flood, which cost one row each. */
const EVENTS_TOGETHER = 512
/** An event that fails so often alone is set aside. */
const MOST_FAILURES = 3
/** So many in a row say that it is the conversation's own state that nothing can be done with. */
const MOST_SET_ASIDE = 3
/** After a broken connection: at first soon, since the next one is usually good; longer each time while it stays away. */
const DATABASE_AGAIN_MS = 50
const DATABASE_AGAIN_AT_MOST_MS = SECOND

export interface IntakeDeps extends TurnDeps {
  readonly unitOfWork: UnitOfWork
  readonly log: Log
  /** True for faults of the connection, not of the event: these are waited out. */
  isOutage(error: unknown): boolean
  /** True for a transaction that was ended so that another one can go on: the event is tried again, as if nothing had been. */
  isDeadlock(error: unknown): boolean
  readonly figures?: Pick<Figures, 'updated' | 'turned'>
}

export interface Intake {
  /** Resolves once the events are stored and their turns done: confirm to the network only then. */
  readonly receive: OnEvents
  /** Takes nothing new; rejects what waits (the network will send it again); resolves when no turn is under way. */
  stop(): Promise<void>
}

interface Waiting {
  readonly event: InboundEvent
  readonly flood: FloodVerdict
  /** Monotonic milliseconds. */
  readonly since: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface Batch {
  readonly batch: readonly Waiting[]
  readonly keys: readonly string[]
}

const entryOf = ({ event, flood }: Waiting, heard: boolean): InboxEntry => ({
  channel: event.from.channel,
  id: event.id,
  dropped: flood !== 'ok',
  heard: heard ? event.from.chat : undefined,
})

/** Under which everything that is logged about a batch can be found; its single events have a number behind it. */
const newTurnId = (): string => randomUUID().slice(0, 8)

/**
 * Takes events of all chats of an audience: a chat strictly in order, one event of it at a time; the chats that wait at
 * the same moment share one transaction, and a few of those run at once.
 */
export function createIntake(deps: IntakeDeps): Intake {
  /** What waits, of chats that nobody works on: a Map keeps the order of first arrival. */
  const chats = new Map<string, Waiting[]>()
  /** What waits behind the events in hand. */
  const inHand = new Map<string, Waiting[]>()
  const flood = createFloodGate()
  const running = new Set<Promise<void>>()
  let stopped = false

  function begin(): void {
    while (running.size < BATCHES_AT_ONCE && chats.size > 0 && !stopped) {
      const worker = work(takeBatch()).finally(() => {
        running.delete(worker)
        begin()
      })
      running.add(worker)
    }
  }

  async function work({ batch, keys }: Batch): Promise<void> {
    const turn = newTurnId()
    try {
      await store(batch, turn)
      for (const one of batch) one.resolve()
    } catch (error) {
      if (batch.length > 1 && !deps.isOutage(error))
        deps.log.info({ turn, error, chats: batch.length }, 'A batch is taken apart')
      await oneByOne(batch, turn)
    }
    for (const key of keys) putBack(key)
  }

  /** Behind those that have waited longer. */
  function putBack(key: string): void {
    const queue = inHand.get(key) ?? []
    inHand.delete(key)
    if (queue.length > 0) chats.set(key, queue)
  }

  /**
   * A share of what waits, for this transaction and for those that could begin beside it. Of each chat at most one event,
   * and what a flood makes us drop: only its ids are recorded.
   */
  function takeBatch(): Batch {
    const batch: Waiting[] = []
    const keys: string[] = []
    const share = Math.ceil(chats.size / (BATCHES_AT_ONCE - running.size))
    const most = chats.size > CHATS_NOT_SPLIT ? Math.min(CHATS_TOGETHER, share) : CHATS_NOT_SPLIT
    for (const [key, queue] of chats) {
      do batch.push(queue.shift() as Waiting)
      while (queue[0]?.flood === 'drop' && batch.length < EVENTS_TOGETHER)
      chats.delete(key)
      inHand.set(key, queue)
      keys.push(key)
      if (keys.length >= most || batch.length >= EVENTS_TOGETHER) break
    }
    return { batch, keys }
  }

  async function oneByOne(batch: readonly Waiting[], turn: string): Promise<void> {
    for (const [index, one] of batch.entries()) {
      try {
        await alone(one, `${turn}.${index + 1}`)
        one.resolve()
      } catch (error) {
        one.reject(error)
      }
    }
  }

  async function alone(one: Waiting, turn: string): Promise<void> {
    let failures = 0
    let pauseMs = DATABASE_AGAIN_MS
    let fault: unknown
    for (;;) {
      if (stopped) throw new Error('Stopped before this event was stored; the network sends it again')
      try {
        // What is set aside waits out an outage too: rejected, it would come again behind the chat's later events.
        return failures < MOST_FAILURES ? await store([one], turn) : await setAside(one.event, fault, turn)
      } catch (error) {
        if (deps.isOutage(error)) {
          deps.log.warn({ turn, error }, 'The database does not answer; the events wait')
          await new Promise((resolve) => setTimeout(resolve, pauseMs))
          pauseMs = Math.min(DATABASE_AGAIN_AT_MOST_MS, 2 * pauseMs)
        } else if (deps.isDeadlock(error)) {
          deps.log.warn({ turn, error }, 'Another transaction went first; the event is taken again')
        } else if (failures === MOST_FAILURES) throw error
        else {
          failures++
          fault = error
        }
      }
    }
  }

  async function store(batch: readonly Waiting[], turn: string): Promise<void> {
    const outcomes = await deps.unitOfWork.run((tx) => take(tx, batch))
    const now = performance.now()
    const seconds: number[] = []
    for (const [index, { event, since }] of batch.entries()) {
      const outcome = outcomes[index] as UpdateOutcome
      deps.figures?.updated(event.from.channel, outcome)
      if (outcome === 'done') seconds.push((now - since) / SECOND)
    }
    if (seconds.length > 0) deps.figures?.turned(seconds)
    const events = batch.map(({ event }) => `${event.from.channel}/${event.id}`)
    deps.log.debug({ turn, events, outcomes }, 'Stored')
  }

  /** What became of each, in the order of the batch. */
  async function take(tx: Tx, batch: readonly Waiting[]): Promise<UpdateOutcome[]> {
    const heard = batch.filter((one) => isHeard(deps, one)).map(({ event }) => event.from)
    // Sessions are locked behind the ids, without waiting for the answer which of them are new: few are repeats.
    const [fresh] = await sideBySide([
      tx.turns.recordInbox(batch.map((one) => entryOf(one, isHeard(deps, one)))),
      tx.turns.lockSessions(heard),
    ])
    const isNew = ({ event }: Waiting): boolean => fresh.has(`${event.from.channel}/${event.id}`)
    await hear(deps, tx, batch.filter(isNew))
    return batch.map((one) => (isNew(one) ? (one.flood === 'ok' ? 'done' : 'dropped') : 'repeat'))
  }

  async function setAside(event: InboundEvent, error: unknown, turn: string): Promise<void> {
    deps.log.error(
      { turn, error, channel: event.from.channel, event: event.id },
      'An event was set aside; see `filo replay`',
    )
    await deps.unitOfWork.run(async (tx) => {
      const inARow = await tx.turns.setAside(event, String(error))
      if (inARow < MOST_SET_ASIDE) return tell(deps, tx, event, 'intake.failed')
      await beginAnew(deps, tx, event.from)
      tell(deps, tx, event, 'intake.begun_anew')
    })
    deps.figures?.updated(event.from.channel, 'set_aside')
  }

  return {
    async receive(events) {
      if (stopped) throw new Error('Stopping: nothing new is taken')
      if (events.length === 0) return
      const sorted = events.map(storable).sort((a, b) => a.order - b.order)
      const stored = sorted.map(
        (event) =>
          new Promise<void>((resolve, reject) => {
            const key = `${event.from.channel}/${event.from.chat}`
            // Receipts are the network's: a person who is sent much is no flood.
            const verdict = event.type === 'receipt' ? 'ok' : flood(event)
            const one = { event, flood: verdict, since: performance.now(), resolve, reject }
            const queue = inHand.get(key) ?? chats.get(key)
            if (queue) queue.push(one)
            else chats.set(key, [one])
          }),
      )
      begin()
      await Promise.all(stored)
    },

    async stop() {
      stopped = true
      await Promise.all(running)
      for (const queue of chats.values()) {
        for (const one of queue)
          one.reject(new Error('Stopped before this event was stored; the network sends it again'))
      }
      chats.clear()
    },
  }
}

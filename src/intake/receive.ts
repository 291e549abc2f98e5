import type { Tx, UnitOfWork } from '../app/ports.js'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'
import { text } from '../kernel/text.js'
import type { OnEvents } from '../messaging/channel.js'
import type { InboundEvent } from '../messaging/inbound.js'
import { createFloodGate, type FloodVerdict } from './flood.js'
import { storable } from './storable.js'
import { runTurns, type TurnDeps } from './turns.js'

/** Chats whose turns share one transaction. */
const CHATS_TOGETHER = 64
/** An event that fails so often alone is set aside. */
const MOST_FAILURES = 3
const DATABASE_AGAIN_MS = SECOND

export interface IntakeDeps extends TurnDeps {
  readonly unitOfWork: UnitOfWork
  readonly log: Log
  /** True for faults of the connection, not of the event: these are waited out. */
  isOutage(error: unknown): boolean
  onTurns?(turns: number): void
  onSetAside?(): void
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
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Takes events of all chats of an audience: a chat strictly in order, one event of it at a time; the chats that wait at
 * the same moment share one transaction.
 */
export function createIntake(deps: IntakeDeps): Intake {
  const chats = new Map<string, Waiting[]>()
  const flood = createFloodGate()
  let running: Promise<void> | undefined
  let stopped = false

  async function work(): Promise<void> {
    while (chats.size > 0 && !stopped) {
      const batch = takeBatch()
      try {
        await store(batch)
        for (const one of batch) one.resolve()
      } catch (error) {
        if (batch.length > 1 && !deps.isOutage(error))
          deps.log.info({ error, chats: batch.length }, 'A batch is taken apart')
        await oneByOne(batch)
      }
    }
    running = undefined
  }

  /** At most one event of each chat. A Map keeps the order of first arrival: who waits longest comes first. */
  function takeBatch(): Waiting[] {
    const batch: Waiting[] = []
    for (const [key, queue] of chats) {
      batch.push(queue.shift() as Waiting)
      chats.delete(key)
      if (queue.length > 0) later.push([key, queue])
      if (batch.length === CHATS_TOGETHER) break
    }
    for (const [key, queue] of later.splice(0)) chats.set(key, queue)
    return batch
  }
  const later: [string, Waiting[]][] = []

  async function oneByOne(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) {
      try {
        await alone(one)
        one.resolve()
      } catch (error) {
        one.reject(error)
      }
    }
  }

  async function alone(one: Waiting): Promise<void> {
    let failures = 0
    let fault: unknown
    for (;;) {
      if (stopped) throw new Error('Stopped before this event was stored; the network sends it again')
      try {
        // What is set aside waits out an outage too: rejected, it would come again behind the chat's later events.
        return failures < MOST_FAILURES ? await store([one]) : await setAside(one.event, fault)
      } catch (error) {
        if (deps.isOutage(error)) {
          deps.log.warn({ error }, 'The database does not answer; the events wait')
          await new Promise((resolve) => setTimeout(resolve, DATABASE_AGAIN_MS))
        } else if (failures === MOST_FAILURES) throw error
        else {
          failures++
          fault = error
        }
      }
    }
  }

  async function store(batch: readonly Waiting[]): Promise<void> {
    const turns = await deps.unitOfWork.run((tx) => turn(tx, batch))
    deps.onTurns?.(turns)
  }

  async function turn(tx: Tx, batch: readonly Waiting[]): Promise<number> {
    const fresh = await tx.turns.recordInbox(
      batch.map(({ event, flood }) => ({
        channel: event.from.channel,
        id: event.id,
        dropped: flood !== 'ok',
      })),
    )
    const events = batch.filter(({ event }) => fresh.has(`${event.from.channel}/${event.id}`))
    const heard: InboundEvent[] = []
    for (const { event, flood } of events) {
      if (event.type === 'reachability') await tx.turns.setReachable(event.from, event.reachable)
      else if (flood === 'ok' && !isOverheard(event)) heard.push(event)
      else if (flood === 'ok') refuseInGroup(tx, event)
      else if (flood === 'warn') {
        tx.outbox.put({
          to: event.from,
          locale: deps.world.town.locale,
          message: { body: [text('intake.flood')] },
        })
      }
    }
    if (heard.length === 0) return 0
    await tx.turns.touchAddresses(heard.map((event) => event.from))
    await runTurns(
      deps,
      tx,
      heard.map((event) => ({ chat: event.from, incoming: { type: 'inbound', event } })),
    )
    return heard.length
  }

  /** In a group everybody would read what only one may see; and not everybody there is staff. */
  const isOverheard = (event: InboundEvent): boolean => deps.audience.name === 'staff' && !event.private

  function refuseInGroup(tx: Tx, event: InboundEvent): void {
    if (event.type !== 'command' && event.type !== 'choice') return
    tx.outbox.put({
      to: event.from,
      locale: deps.world.town.locale,
      message: { body: [text('intake.not_in_groups')] },
    })
  }

  async function setAside(event: InboundEvent, error: unknown): Promise<void> {
    deps.log.error(
      { error, channel: event.from.channel, event: event.id },
      'An event was set aside; see `filo replay`',
    )
    deps.onSetAside?.()
    await deps.unitOfWork.run(async (tx) => {
      const { channel } = event.from
      await tx.turns.setAside({ channel, id: event.id, event, error: String(error) })
      tx.outbox.put({
        to: event.from,
        locale: deps.world.town.locale,
        message: { body: [text('intake.failed')] },
      })
    })
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
            const one = { event, flood: flood(event), resolve, reject }
            const queue = chats.get(key)
            if (queue) queue.push(one)
            else chats.set(key, [one])
          }),
      )
      running ??= work()
      await Promise.all(stored)
    },

    async stop() {
      stopped = true
      await running
      for (const queue of chats.values()) {
        for (const one of queue)
          one.reject(new Error('Stopped before this event was stored; the network sends it again'))
      }
      chats.clear()
    },
  }
}

import type { Behind, Lease } from '../app/outbox-port.js'
import { createFollowing, type Following } from './following.js'
import { holdLease } from './hold-lease.js'
import { type ChatSenderDeps, createChatSender } from './send-chat.js'

const SWEEP_EVERY_MS = 500
const SWEEP_CHATS = 100

export interface Dispatcher {
  /** Sends what this process has just committed, under new leases or behind those that are being sent. */
  deliver(leases: readonly Lease[], behind?: readonly Behind[]): void
  /** Begins to look for chats that nobody sends. */
  start(): void
  /** Resolves when what is under way is out, or the time is over; the rest is another process's, or the next start's. */
  stop(withinMs: number): Promise<void>
  /** Resolves when no chat is being sent at this moment. */
  idle(): Promise<void>
}

export interface DispatcherDeps extends ChatSenderDeps {
  /** The owner number of this process; undefined while its session is lost. */
  owner(): number | undefined
}

/** Sends the outbox: each chat in order, chats side by side; at least once, and after a crash again. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { queue, log } = deps
  const chats = createChatSender(deps, () => stopping)
  /** By the tokens of their leases. */
  const active = new Map<string, { readonly following: Following; readonly done: Promise<void> }>()
  const channelsSentHere = () =>
    [...deps.adapters].flatMap(([channel, adapter]) => ((adapter.sendsHere?.() ?? true) ? [channel] : []))
  let sweeper: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | undefined
  let stopping = false

  /** A lease counts only under the owner number it was taken with: with a lost session it may be somebody else's. */
  const isOurs = (lease: Lease): boolean => lease.owner === deps.owner()

  function deliver(leases: readonly Lease[], behind: readonly Behind[] = []): void {
    for (const { token, rows } of behind) active.get(token)?.following.hand(rows)
    for (const lease of leases) {
      const { channel } = lease.to
      const following = createFollowing()
      const done = chats
        .send(holdLease({ queue, isOurs }, lease), following)
        .catch((error) => log.warn({ error, channel }, 'It is not written down how far a chat was sent'))
        .finally(() => active.delete(lease.token))
      active.set(lease.token, { following, done })
    }
  }

  async function sweep(): Promise<void> {
    const owner = deps.owner()
    const channels = channelsSentHere()
    if (owner === undefined || stopping || channels.length === 0) return
    try {
      deliver(await queue.takeDue(owner, () => [...active.keys()], channels, SWEEP_CHATS))
    } catch (error) {
      log.warn({ error }, 'Looking for unsent messages failed; trying again')
    }
  }

  /** When the last look is over, and never in step with other processes: one of them would find all the work. */
  function sweepLater(): void {
    sweeper = setTimeout(
      () => {
        sweeping = sweep().finally(sweepLater)
      },
      SWEEP_EVERY_MS * (0.5 + Math.random()),
    )
  }

  async function idle(): Promise<void> {
    while (active.size > 0) await Promise.allSettled(Array.from(active.values(), ({ done }) => done))
  }

  return {
    deliver,
    idle,
    start: sweepLater,
    async stop(withinMs) {
      await sweeping
      clearTimeout(sweeper)
      stopping = true
      let timer: NodeJS.Timeout | undefined
      const over = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs)
      })
      await Promise.race([idle(), over])
      clearTimeout(timer)
    },
  }
}

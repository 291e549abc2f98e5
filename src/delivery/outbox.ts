import {
  LEASE_MS,
  type Lease,
  type OutboxQueue,
  type OutboxRow,
  type SettledRow,
  type Settlement,
} from '../app/outbox-port.js'
import type { Tx, UnitOfWork } from '../app/ports.js'
import { createBatcher } from '../kernel/batcher.js'
import { SECOND } from '../kernel/clock.js'
import type { ExternalId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { createRowSender, type Held, type RowEnd, type RowSenderDeps } from './send-row.js'

/** A send may take the adapter's HTTP time-out of 15 s; a lease with less than this left is renewed before it. */
const RENEW_BELOW_MS = 30 * SECOND
const SWEEP_EVERY_MS = 500
const SWEEP_CHATS = 100
const SETTLE_TOGETHER = 200
/** Sooner than a new session finds the chat: after an outage the news should be there before it is sent again. */
const SETTLE_AGAIN_MS = 200

type RefusedEnd = Extract<RowEnd, { type: 'refused' }>

export interface Refused {
  readonly to: Address
  readonly rows: readonly OutboxRow[]
  readonly why: RefusedEnd['why']
}

export interface Dispatcher {
  /** Sends what this process has just committed. */
  deliver(leases: readonly Lease[]): void
  /** Begins to look for chats that nobody sends. */
  start(): void
  /** Resolves when what is under way is out, or the time is over; the rest is another process's, or the next start's. */
  stop(withinMs: number): Promise<void>
  /** Resolves when no chat is being sent at this moment. */
  idle(): Promise<void>
}

export interface DispatcherDeps extends RowSenderDeps {
  readonly queue: OutboxQueue
  readonly unitOfWork: UnitOfWork
  /** The owner number of this process; undefined while its session is lost. */
  owner(): number | undefined
  /** What follows from a refusal, in the transaction that settles it. */
  onRefused(tx: Tx, refused: Refused): Promise<void>
}

/** Sends the outbox: each chat in order, chats side by side; at least once, and after a crash again. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { queue, log } = deps
  const { sendRow, longerEachTime } = createRowSender(deps)
  const settle = createBatcher(queue.settle, SETTLE_TOGETHER)
  const active = new Map<string, Promise<void>>()
  const channelsSentHere = () =>
    [...deps.adapters].flatMap(([channel, adapter]) => ((adapter.sendsHere?.() ?? true) ? [channel] : []))
  let sweeper: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | undefined
  let stopping = false

  /** A lease counts only under the owner number it was taken with: with a lost session it may be somebody else's. */
  const holds = (lease: Lease): boolean => lease.owner === deps.owner()

  function deliver(leases: readonly Lease[]): void {
    for (const lease of leases) {
      const { channel } = lease.to
      const work = send(lease)
        .catch((error) => log.warn({ error, channel }, 'It is not written down how far a chat was sent'))
        .finally(() => active.delete(lease.token))
      active.set(lease.token, work)
    }
  }

  async function send(lease: Lease): Promise<void> {
    const held = hold(lease)
    let rows = lease.rows
    while (holds(lease) && (await sendRows(held, rows))) rows = undefined
  }

  function hold(lease: Lease): Held {
    let { until } = lease
    return {
      lease,
      async isKept() {
        if (!holds(lease)) return false
        if (until - performance.now() >= RENEW_BELOW_MS) return true
        if (!(await queue.renew(lease))) return false
        until = performance.now() + LEASE_MS
        return true
      },
    }
  }

  /**
   * One read's worth, then how far it got. What went out is written down in any case: also when the lease was lost on
   * the way, or when something of ours broke (then the chat is tried again, by whoever finds it).
   * @returns true when newer rows came under the same lease
   */
  async function sendRows(held: Held, given: readonly OutboxRow[] | undefined): Promise<boolean> {
    const { lease } = held
    const settled: SettledRow[] = []
    let doneSeq = 0
    let pauseMs: number | undefined
    let refused = false
    try {
      const rows = given ?? (await queue.read(lease))
      // Nothing to send under a lease: give it back; the sweeper finds what may have come in between.
      if (rows.length === 0) pauseMs = 0
      for (const row of rows) {
        if (!(await held.isKept())) break
        const end = row.settled ? null : await sendRow(held, row, (tag) => justSent(rows, settled, tag))
        refused = end?.type === 'refused'
        if (end?.type === 'refused') await refuse(lease.to, row, end)
        else if (end) settled.push(end.row)
        if (end?.type === 'pause') pauseMs = end.ms
        if (end?.type === 'pause' || end?.type === 'lost') break
        doneSeq = row.seq
        if (end?.type === 'refused' && end.why === 'blocked') {
          doneSeq = await refuseRest(lease, doneSeq)
          break
        }
      }
    } catch (error) {
      log.error({ error, channel: lease.to.channel }, 'Sending was interrupted; it will be tried again')
      // A mistake in what follows from a refusal stays; anything else is a database that comes back.
      pauseMs = refused ? longerEachTime(lease.to) : SECOND
    }
    return settleSurely({ lease, rows: settled, doneSeq, pauseMs })
  }

  /** Whoever holds the chat by now: what went out and is not written down goes out again. Only a stop ends the trying. */
  async function settleSurely(settlement: Settlement): Promise<boolean> {
    for (let told = false; ; told = true) {
      try {
        return await settle(settlement)
      } catch (error) {
        if (stopping) throw error
        if (!told) log.warn({ error }, 'The database does not take what was sent; trying again')
        await new Promise((resolve) => setTimeout(resolve, SETTLE_AGAIN_MS))
      }
    }
  }

  const refuse = (to: Address, row: OutboxRow, end: RefusedEnd): Promise<void> =>
    deps.unitOfWork.run(async (tx) => {
      await tx.settleRows(to, [end.row])
      await deps.onRefused(tx, { to, rows: [row], why: end.why })
    })

  /** Nobody reads there: everything that waits is settled, one consequence for each report. Returns the last one. */
  async function refuseRest(lease: Lease, from: number): Promise<number> {
    const rows: OutboxRow[] = []
    let last = from
    for (let page = await queue.read(lease, last); page.length > 0; page = await queue.read(lease, last)) {
      rows.push(...page.filter((row) => !row.settled))
      last = page.at(-1)?.seq ?? last
    }
    if (rows.length === 0) return last
    await deps.unitOfWork.run(async (tx) => {
      await tx.settleRows(
        lease.to,
        rows.map(({ seq, parts, extIds }) => ({ seq, status: 'refused', parts, extIds, why: 'blocked' })),
      )
      await deps.onRefused(tx, { to: lease.to, rows, why: 'blocked' })
    })
    return last
  }

  async function sweep(): Promise<void> {
    const owner = deps.owner()
    const channels = channelsSentHere()
    if (owner === undefined || stopping || channels.length === 0) return
    try {
      deliver(await queue.takeDue(owner, channels, SWEEP_CHATS))
    } catch (error) {
      log.warn({ error }, 'Looking for unsent messages failed; trying again')
    }
  }

  async function idle(): Promise<void> {
    while (active.size > 0) await Promise.allSettled(active.values())
  }

  return {
    deliver,
    idle,
    start() {
      sweeper = setInterval(() => {
        // A database that hangs must not be asked by more and more of them.
        sweeping ??= sweep().finally(() => {
          sweeping = undefined
        })
      }, SWEEP_EVERY_MS)
    },
    async stop(withinMs) {
      clearInterval(sweeper)
      await sweeping
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

/** The network id of the newest message with this tag among those sent and not yet written down. */
function justSent(
  rows: readonly OutboxRow[],
  settled: readonly SettledRow[],
  tag: string,
): ExternalId | undefined {
  const tagged = (seq: number) => rows.some((row) => row.seq === seq && row.message.tag === tag)
  return settled.findLast(({ seq, status }) => status === 'sent' && tagged(seq))?.extIds.at(-1)
}

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
import { MINUTE, SECOND } from '../kernel/clock.js'
import type { ChannelName, ExternalId } from '../kernel/ids.js'
import type { Log } from '../kernel/logger.js'
import type { ChannelAdapter, SendResult } from '../messaging/channel.js'
import { fit } from '../messaging/fit.js'
import type { Address } from '../messaging/inbound.js'
import type { Rendered } from '../messaging/outbound.js'
import type { Translate } from '../messaging/translate.js'
import { createPauses } from './pacing.js'

/** A send may take the adapter's HTTP time-out of 15 s; a lease with less than this left is renewed before it. */
const RENEW_BELOW_MS = 30 * SECOND
const SWEEP_EVERY_MS = 500
const SWEEP_CHATS = 100
const SETTLE_TOGETHER = 200
const FIRST_PAUSE_MS = SECOND
const LONGEST_PAUSE_MS = MINUTE

export interface Refused {
  readonly to: Address
  readonly rows: readonly OutboxRow[]
  readonly why: 'blocked' | 'window-closed' | 'invalid' | 'restricted' | 'gone'
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

export interface DispatcherDeps {
  readonly queue: OutboxQueue
  readonly unitOfWork: UnitOfWork
  readonly adapters: ReadonlyMap<ChannelName, ChannelAdapter>
  readonly translate: Translate
  readonly log: Log
  /** The owner number of this process; undefined while its session is lost. */
  owner(): number | undefined
  /** What follows from a refusal, in the transaction that settles it. */
  onRefused(tx: Tx, refused: Refused): Promise<void>
  onSent?(result: SendResult['type'], channel: ChannelName): void
}

type RowEnd =
  | { readonly type: 'settled'; readonly row: SettledRow }
  | { readonly type: 'pause'; readonly row: SettledRow; readonly ms: number }
  | { readonly type: 'refused'; readonly row: SettledRow; readonly why: Refused['why'] }

/** Sends the outbox: each chat in order, chats side by side; at least once, and after a crash again. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { queue, adapters, log } = deps
  const settle = createBatcher(queue.settle, SETTLE_TOGETHER)
  const active = new Map<string, Promise<void>>()
  const failures = new Map<string, number>()
  const pauses = createPauses()
  const channels = [...adapters.keys()]
  let sweeper: NodeJS.Timeout | undefined
  let sweeping: Promise<void> = Promise.resolve()
  let stopping = false

  /** A lease counts only under the owner number it was taken with: with a lost session it may be somebody else's. */
  const holds = (lease: Lease): boolean => lease.owner === deps.owner()

  function deliver(leases: readonly Lease[]): void {
    for (const lease of leases) {
      const work = send(lease)
        .catch((error) => giveBack(lease, error))
        .finally(() => active.delete(lease.token))
      active.set(lease.token, work)
    }
  }

  /** Something of ours broke; the chat is tried again soon, by whoever finds it. */
  async function giveBack(lease: Lease, error: unknown): Promise<void> {
    log.error({ error, channel: lease.to.channel }, 'Sending was interrupted; it will be tried again')
    const settlement = { lease, rows: [], doneSeq: 0, pauseMs: FIRST_PAUSE_MS }
    await settle(settlement).catch((again) => log.warn({ error: again }, 'The lease runs out by itself'))
  }

  async function send(first: Lease): Promise<void> {
    let lease = first
    for (let rows = lease.rows ?? (await queue.read(lease)); holds(lease); rows = await queue.read(lease)) {
      const settled: SettledRow[] = []
      let doneSeq = 0
      // Nothing to send under a lease: give it back; the sweeper finds what may have come in between.
      let pauseMs = rows.length === 0 ? 0 : undefined
      for (const row of rows) {
        if (!holds(lease)) return
        if (lease.until - performance.now() < RENEW_BELOW_MS) {
          if (!(await queue.renew(lease))) return
          lease = { ...lease, until: performance.now() + LEASE_MS }
        }
        const end = row.settled ? null : await sendRow(lease.to, row)
        if (end?.type === 'refused') await refuse(lease.to, row, end)
        else if (end) settled.push(end.row)
        if (end?.type === 'pause') {
          pauseMs = end.ms
          break
        }
        doneSeq = row.seq
        if (end?.type === 'refused' && end.why === 'blocked') doneSeq = await refuseRest(lease, doneSeq)
        if (end?.type === 'refused' && end.why === 'blocked') break
      }
      if (!(await settleSurely({ lease, rows: settled, doneSeq, pauseMs }))) return
    }
  }

  async function sendRow(to: Address, row: OutboxRow): Promise<RowEnd> {
    const adapter = adapters.get(to.channel)
    if (!adapter) throw new Error(`No adapter for channel ${to.channel}`)
    const { message } = row
    const target = message.replaces && (await queue.target(to, message.replaces.tag, row.seq))
    const parts = fitSafely(row, adapter, target)
    if (!parts) {
      const why = 'invalid'
      return {
        type: 'refused',
        why,
        row: { seq: row.seq, status: 'refused', parts: 0, extIds: row.extIds, why },
      }
    }
    const extIds: ExternalId[] = [...row.extIds]
    for (let part = row.parts; part < parts.length; part++) {
      const rest = pauses.channelMs(to.channel)
      if (rest > 0)
        return { type: 'pause', ms: rest, row: { seq: row.seq, status: 'waiting', parts: part, extIds } }
      const result = await adapter.send(to, parts[part] as (typeof parts)[number])
      deps.onSent?.(result.type, to.channel)
      if (result.type === 'sent') {
        failures.delete(to.chat)
        extIds.push(...result.externalIds)
      } else if (result.type === 'refused' && result.why === 'gone') {
        if (message.replaces?.otherwise === 'send') return sendAnew(to, row)
        break
      } else if (result.type === 'refused' && result.why !== 'restricted') {
        log.warn(
          { channel: to.channel, why: result.why, detail: result.detail },
          'The network refused a message',
        )
        const { why } = result
        return { type: 'refused', why, row: { seq: row.seq, status: 'refused', parts: part, extIds, why } }
      } else {
        return {
          type: 'pause',
          ms: pauseAfter(to, result),
          row: { seq: row.seq, status: 'waiting', parts: part, extIds },
        }
      }
    }
    return { type: 'settled', row: { seq: row.seq, status: 'sent', parts: parts.length, extIds } }
  }

  /** A message that cannot be put into words must not keep the chat's later ones from going out. */
  function fitSafely(row: OutboxRow, adapter: ChannelAdapter, target?: ExternalId): Rendered[] | null {
    try {
      return fit(row.message, adapter.capabilities, (words) => deps.translate(words, row.locale), target)
    } catch (error) {
      log.error({ error, channel: adapter.name }, 'A message could not be put into words')
      return null
    }
  }

  /** The message that this one should have replaced cannot be changed any more. */
  const sendAnew = (to: Address, row: OutboxRow): Promise<RowEnd> =>
    sendRow(to, { ...row, message: { ...row.message, replaces: undefined } })

  function pauseAfter(to: Address, result: Exclude<SendResult, { type: 'sent' }>): number {
    if (result.type === 'retry' && result.why === 'throttled') {
      const ms = result.afterMs ?? FIRST_PAUSE_MS
      pauses.throttled(to, ms)
      return ms
    }
    const times = failures.get(to.chat) ?? 0
    failures.set(to.chat, times + 1)
    if (times === 0)
      log.warn(
        { channel: to.channel, detail: result.detail },
        'The network does not take messages; trying again',
      )
    return (
      (result.type === 'retry' && result.afterMs) || Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** times)
    )
  }

  /** What went out must be written down, or it goes out again: only a stop ends the trying. */
  async function settleSurely(settlement: Settlement): Promise<boolean> {
    for (;;) {
      try {
        return await settle(settlement)
      } catch (error) {
        if (stopping || !holds(settlement.lease)) throw error
        log.warn({ error }, 'The database does not take what was sent; trying again')
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS))
      }
    }
  }

  const refuse = (
    to: Address,
    row: OutboxRow,
    end: { row: SettledRow; why: Refused['why'] },
  ): Promise<void> =>
    deps.unitOfWork.run(async (tx) => {
      await tx.settleRows(to, [end.row])
      await deps.onRefused(tx, { to, rows: [row], why: end.why })
    })

  /** Nobody reads there: everything that waits is settled, one consequence for each report. Returns the last one. */
  async function refuseRest(lease: Lease, from: number): Promise<number> {
    const rows = (await queue.read(lease)).filter((row) => row.seq > from && !row.settled)
    const last = rows.at(-1)
    if (!last) return from
    await deps.unitOfWork.run(async (tx) => {
      await tx.settleRows(
        lease.to,
        rows.map(({ seq, parts, extIds }) => ({ seq, status: 'refused', parts, extIds, why: 'blocked' })),
      )
      await deps.onRefused(tx, { to: lease.to, rows, why: 'blocked' })
    })
    return last.seq
  }

  async function sweep(): Promise<void> {
    const owner = deps.owner()
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
        sweeping = sweeping.then(sweep)
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

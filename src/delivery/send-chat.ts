import type { Lease, OutboxQueue, OutboxRow, SettledRow } from '../app/outbox-port.js'
import type { Tx, UnitOfWork } from '../app/ports.js'
import { createBatcher } from '../kernel/batcher.js'
import { createBeat } from '../kernel/beat.js'
import { SECOND } from '../kernel/clock.js'
import type { ExternalId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { abreast } from './abreast.js'
import type { Following } from './following.js'
import { createRowSender, type Held, type RowEnd, type RowSenderDeps } from './send-row.js'

const SETTLE_TOGETHER = 200
/** Nobody waits for it: the shorter, the less goes out again after a crash; the longer, the more chats share a statement. */
const SETTLE_EVERY_MS = 20
/** Of one chat that does not come to rest. */
const MOST_UNSETTLED = 20
/** Sooner than a new session finds the chat: after an outage the news should be there before it is sent again. */
const ASK_AGAIN_MS = 200

type RefusedEnd = Extract<RowEnd, { type: 'refused' }>

export interface Refused {
  readonly to: Address
  readonly rows: readonly OutboxRow[]
  readonly why: RefusedEnd['why']
}

/** A chat that is being sent. */
interface Sending {
  readonly held: Held
  readonly following: Following
  /** Network ids of what went out under this lease, perhaps not yet written down; a lease ends as soon as the chat rests. */
  readonly idsByTag: Map<string, ExternalId>
}

/** How far a chat was sent. */
interface Progress {
  /** Rows taken in hand. */
  taken: number
  readonly settled: SettledRow[]
  doneSeq: number
  /** Real milliseconds for which the chat should rest. */
  pauseMs?: number
  /** What follows from a refusal is being done. */
  refusing?: boolean
}

export interface ChatSenderDeps extends RowSenderDeps {
  readonly queue: OutboxQueue
  readonly unitOfWork: UnitOfWork
  /** True for faults of the connection, not of what is said. */
  isOutage(error: unknown): boolean
  /** What follows from a refusal, in the transaction that settles it. */
  onRefused(tx: Tx, refused: Refused): Promise<void>
}

export interface ChatSender {
  /** Sends what waits in a chat, and what is handed over meanwhile, until it rests, must pause, or the lease is lost. */
  send(held: Held, following: Following): Promise<void>
}

/** @param stopping whether nothing new should be begun */
export function createChatSender(deps: ChatSenderDeps, stopping: () => boolean): ChatSender {
  const { queue, log } = deps
  const { sendRow, longerEachTime } = createRowSender(deps)
  const settle = createBatcher(queue.settle, SETTLE_TOGETHER)
  const settleTime = createBeat(SETTLE_EVERY_MS)

  async function send(sending: Sending): Promise<void> {
    const { held, following } = sending
    const { lease } = held
    let rows = lease.rows
    while ((await surely(lease.to, held.isKept)) && (await sendRows(sending, rows)))
      rows = following.take(MOST_UNSETTLED)
  }

  /**
   * What is at hand or read, and what is handed over meanwhile; then how far it got. What went out is written down in any
   * case: also when the lease was lost on the way, or when something of ours broke (then the chat is tried again, by
   * whoever finds it).
   * @returns true when newer rows came under the same lease
   */
  async function sendRows(sending: Sending, given: readonly OutboxRow[] | undefined): Promise<boolean> {
    const { following } = sending
    const { lease } = sending.held
    const progress: Progress = { taken: 0, settled: [], doneSeq: 0 }
    try {
      let rows: readonly OutboxRow[] | undefined = given ?? (await queue.read(lease))
      following.reached(rows.at(-1)?.seq ?? 0)
      // Nothing to send under a lease: give it back; the sweeper finds what may have come in between.
      if (rows.length === 0) progress.pauseMs = 0
      while (rows && (await sendInOrder(sending, rows, progress)))
        rows = await handedOver(following, progress)
    } catch (error) {
      const told = { error, channel: lease.to.channel }
      if (deps.isOutage(error))
        log.warn(told, 'The database went away while a chat was sent; it goes on later')
      else log.error(told, 'Sending was interrupted; it will be tried again')
      // A mistake in what follows from a refusal stays; anything else is a database that comes back.
      progress.pauseMs = progress.refusing ? longerEachTime(lease.to) : SECOND
    }
    const { settled: rows, doneSeq, pauseMs } = progress
    following.reached(doneSeq)
    // Whoever holds the chat by now: what went out and is not written down goes out again.
    return surely(lease.to, () => settle({ lease, rows, doneSeq, pauseMs }))
  }

  /** What is written to the chat before it is time to write down how far it was sent. */
  async function handedOver(following: Following, { taken }: Progress) {
    if (stopping() || taken >= MOST_UNSETTLED) return undefined
    await Promise.race([settleTime(), following.come()])
    return following.take(MOST_UNSETTLED)
  }

  /** @returns false when the chat's later rows have to wait, or are settled too */
  async function sendInOrder(
    sending: Sending,
    rows: readonly OutboxRow[],
    progress: Progress,
  ): Promise<boolean> {
    progress.taken += rows.length
    for (const group of abreast(rows)) {
      if (!(await sending.held.isKept()) || !(await sendTogether(sending, group, progress))) return false
    }
    return rows.length > 0
  }

  /** @returns as `sendInOrder` */
  async function sendTogether(
    { held, idsByTag }: Sending,
    group: readonly OutboxRow[],
    progress: Progress,
  ): Promise<boolean> {
    const { to } = held.lease
    const outcomes = await Promise.allSettled(
      group.map((row) => (row.settled ? null : sendRow(held, row, idsByTag))),
    )
    const ends = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : null))
    // Before anything that can fail.
    for (const [index, end] of ends.entries()) {
      if (!end || end.type === 'refused') continue
      progress.settled.push(end.row)
      const tag = group[index]?.message.tag
      const id = end.row.extIds.at(-1)
      if (end.type === 'settled' && tag !== undefined && id !== undefined) idsByTag.set(tag, id)
    }
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    const pauses = ends.flatMap((end) => (end?.type === 'pause' ? [end.ms] : []))
    // Once for all of them: the pauses grow with each attempt, not with each row of it.
    if (pauses.length > 0) progress.pauseMs = Math.max(...pauses.map((ms) => ms ?? 0)) || longerEachTime(to)
    for (const [index, row] of group.entries()) {
      const end = ends[index]
      progress.refusing = end?.type === 'refused'
      if (end?.type === 'refused') await refuse(to, row, end)
      if (end?.type === 'pause' || end?.type === 'lost') return false
      progress.doneSeq = row.seq
    }
    const last = ends.at(-1)
    if (last?.type !== 'refused' || last.why !== 'blocked') return true
    progress.doneSeq = await refuseRest(held.lease, progress.doneSeq)
    return false
  }

  /** Until it succeeds; only a stop ends the trying. */
  async function surely<T>(to: Address, work: () => Promise<T>): Promise<T> {
    const { channel } = to
    for (let told = false; ; told = true) {
      try {
        return await work()
      } catch (error) {
        if (stopping()) throw error
        const isOutage = deps.isOutage(error)
        if (!told && isOutage) log.warn({ error, channel }, 'The database does not answer; a chat waits')
        if (!told && !isOutage)
          log.error({ error, channel }, 'A mistake of ours keeps a chat silent; please report it')
        const pauseMs = isOutage ? ASK_AGAIN_MS : longerEachTime(to)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
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

  return { send: (held, following) => send({ held, following, idsByTag: new Map() }) }
}

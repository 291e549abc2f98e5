import type { ChannelName, ExternalId, Locale, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { Matters } from './ports.js'

/** A row of the outbox as its sender reads it. */
export interface OutboxRow {
  readonly seq: number
  readonly message: OutboundMessage
  readonly locale: Locale
  readonly about?: ReportId
  readonly matters?: Matters
  /** Network messages of this row that went out before. */
  readonly parts: number
  readonly extIds: readonly ExternalId[]
  /** Already settled, but the head did not learn of it before its sender died. */
  readonly settled?: boolean
  /** The network id of the message that this one changes, where it was known when the row was written. */
  readonly target?: ExternalId
}

/** The right to send a chat's rows. */
export interface Lease {
  readonly to: Address
  readonly token: string
  readonly owner: number
  /** This process's monotonic milliseconds; the database's own clock decides. */
  readonly until: number
  /** Everything that waits there; missing: to be read. */
  readonly rows?: readonly OutboxRow[]
}

/** Rows that were just written behind a lease that was held before: whoever has it sends them. */
export interface Behind {
  readonly token: string
  readonly rows: readonly OutboxRow[]
}

/** Far above the HTTP time-out of a send (15 s). */
export const LEASE_MS = 60_000

export interface SettledRow {
  readonly seq: number
  readonly status: 'sent' | 'refused' | 'waiting'
  readonly parts: number
  readonly extIds: readonly ExternalId[]
  readonly why?: string
}

/** How far a chat's sender got. */
export interface Settlement {
  readonly lease: Lease
  readonly rows: readonly SettledRow[]
  /** Every row up to here is settled. */
  readonly doneSeq: number
  /**
   * Milliseconds, also parts of them. Gives the lease back and lets the chat rest; otherwise it is given back only when
   * nothing newer waits.
   */
  readonly pauseMs?: number
}

export interface OutboxQueue {
  /** The rows after the head's last settled one, or after the one given, in order, at most fifty. */
  read(lease: Lease, after?: number): Promise<OutboxRow[]>
  /** One transaction for all. True: the lease is still held, newer rows came. */
  settle(settlements: readonly Settlement[]): Promise<boolean[]>
  /** Only the rows, not the head: together with the consequence of a refusal. */
  settleRows(to: Address, rows: readonly SettledRow[]): Promise<void>
  /** False: it is not ours. A transaction that is just giving it to us is waited for. */
  renew(lease: Lease): Promise<boolean>
  /**
   * Leases chats of these channels whose rows wait and whom nobody sends: free, expired, of a dead owner, or given to
   * this owner by a statement whose answer it never heard.
   * @param active tokens that this owner knows of, at the moment of the statement
   */
  takeDue(
    owner: number,
    active: () => readonly string[],
    channels: readonly ChannelName[],
    limit: number,
  ): Promise<Lease[]>
  /** Whether the person last wrote longer ago than so many milliseconds of real time; who is not known has just written. */
  silentFor(chat: Address, ms: number): Promise<boolean>
  /** The row of which a network message went to this chat under this id. */
  sentAs(chat: Address, id: ExternalId): Promise<Pick<OutboxRow, 'message' | 'locale' | 'extIds'> | undefined>
  /** The network id under which the newest message with this tag can be changed. */
  target(chat: Address, tag: string, before: number): Promise<ExternalId | undefined>
}

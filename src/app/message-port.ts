import type { CitizenId, ExternalId, Locale, ReportId } from '../kernel/ids.js'
import type { Refusal } from '../messaging/channel.js'
import type { Address } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'

/** What it is about for the person: if it cannot be delivered, somebody must phone (PRODUCT, "The life of a report"). */
export type Matters = 'question' | 'delay' | 'end'

export interface Outgoing {
  readonly to: Address
  readonly locale: Locale
  readonly message: OutboundMessage
  readonly matters?: Matters
}

export interface Outbox {
  /** Goes out after this transaction's commit, after everything that this chat was told before. */
  put(...messages: readonly Outgoing[]): void
  /** The message of ours that has this network id. */
  findByExternalId(chat: Address, id: ExternalId): Promise<{ about?: ReportId; tag?: string } | undefined>
  /** Chats that were sent a message with this tag. */
  chatsWithTag(tag: string): Promise<{ to: Address; locale: Locale }[]>
}

/** A message that the network took and then did not deliver. */
export interface RefusedMessage {
  readonly locale: Locale
  readonly message: OutboundMessage
  readonly about?: ReportId
  readonly matters?: Matters
}

export interface Receipts {
  /** False: it says no more than what is known; what was read is delivered, whatever comes later. */
  keep(receipt: {
    chat: Address
    message: ExternalId
    status: 'delivered' | 'read' | 'refused'
    at: Date
    why?: Refusal
  }): Promise<boolean>
  /** The message of ours with this network id becomes a refused one, once. `unknown`: none is written down under it. */
  refuse(
    chat: Address,
    message: ExternalId,
    why: Refusal,
  ): Promise<RefusedMessage | 'refused-before' | 'unknown'>
  /** What the network said of the last message about this report to this person; undefined: it only took it. */
  lastNewsOf(
    report: ReportId,
    citizen: CitizenId,
  ): Promise<{ status: 'delivered' | 'read'; at: Date } | undefined>
}

/** What the product keeps about itself. */
export interface Notes {
  /** Until the end of the transaction nobody else gets this lock, whether something is noted under the key or not. */
  lock(key: string): Promise<void>
  /** Undefined: nothing is noted. */
  get(key: string): Promise<string | undefined>
  /** False: it is so already. Null: nothing, as before the first time. */
  change(key: string, value: string | null): Promise<boolean>
}

export interface Timers {
  /** One per kind and key: setting it again moves it. */
  set(timer: { kind: TimerKind; key: string; dueAt: Date; payload?: TimerPayload }): Promise<void>
  /** Only one that is still to come: one that fired or was cancelled stays away. */
  move(kind: TimerKind, key: string, dueAt: Date): Promise<void>
  cancel(kind: TimerKind, key: string): Promise<void>
  /** The earliest timer due at this time; undefined also while another process is at the timers. */
  takeDue(now: Date): Promise<DueTimer | undefined>
  /** Deletes it, after its work. False: somebody cancelled or moved it meanwhile, and the work must be undone. */
  finish(timer: DueTimer): Promise<boolean>
  /** Puts a timer whose work failed back for later, one attempt older. */
  postpone(timer: DueTimer, dueAt: Date): Promise<void>
  /** When the next one is due. */
  nextDue(): Promise<Date | undefined>
}

export type TimerKind =
  | 'draft_reminder'
  | 'draft_end'
  | 'claim_reminder'
  | 'claim_overdue'
  | 'tell_closed'
  | 'ask_fixed'
  | 'device_down'
  | 'late_refusal'
  | 'ask_link'
  | 'end_link'
export type TimerPayload = Readonly<Record<string, string | number | boolean>>

export interface DueTimer {
  readonly kind: TimerKind
  readonly key: string
  readonly dueAt: Date
  readonly payload: TimerPayload
  readonly attempts: number
}

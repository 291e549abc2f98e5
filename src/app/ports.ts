import type { ChannelName, ChatId } from '../kernel/ids.js'
import type { Address, InboundEvent } from '../messaging/inbound.js'
import type { AccessLog, Calls, Digests } from './desk-port.js'
import type { CitizenJoins, Links } from './link-port.js'
import type { DeviceStates } from './linked-device-port.js'
import type { Notes, Outbox, Receipts, Timers } from './message-port.js'
import type { OutboxQueue } from './outbox-port.js'
import type { Citizens, StaffRegister } from './people-port.js'
import type { Attachments, History, Reports } from './report-port.js'

export type * from './desk-port.js'
export type * from './message-port.js'
export type * from './people-port.js'
export type * from './report-port.js'

/** What a conversation remembers, as stored; null: nothing yet. */
export interface StoredSession {
  readonly chat: Address
  readonly state: unknown
}

/** An event as the inbox records it. */
export interface InboxEntry {
  readonly channel: ChannelName
  readonly id: string
  readonly dropped: boolean
  /** The chat in which somebody is alive, if the event is new: it was written there. */
  readonly heard?: ChatId
}

/** The bookkeeping of a turn; every method is one statement for all the chats of a batch, in sorted order. */
export interface Turns {
  /** Records the events, and the signs of life; what does not come back is a repeat. */
  recordInbox(events: readonly InboxEntry[]): Promise<ReadonlySet<string>>
  /** Locks the chats' sessions until the end of the transaction; those that are locked already cost nothing. */
  lockSessions(chats: readonly Address[]): Promise<StoredSession[]>
  /** Written at the end of the transaction. */
  saveSessions(sessions: readonly StoredSession[]): void
  setReachable(chat: Address, reachable: boolean): Promise<void>
  /**
   * Keeps an event that no turn could digest, to be replayed by a person. Returns how many of its chat were set aside
   * since the last turn that ended well, this one included.
   */
  setAside(event: InboundEvent, error: string): Promise<number>
  /** Turns it back into one that was done, and returns it; undefined: no such event waits. */
  takeSetAside(event: { channel: ChannelName; id: string }): Promise<InboundEvent | undefined>
}

/** Everything that is written in one transaction. */
export interface Tx {
  readonly turns: Turns
  readonly reports: Reports
  readonly history: History
  readonly citizens: Citizens
  readonly joins: CitizenJoins
  readonly links: Links
  readonly staff: StaffRegister
  readonly attachments: Attachments
  readonly outbox: Outbox
  /** What the network refused is settled together with its consequence. */
  readonly settleRows: OutboxQueue['settleRows']
  readonly receipts: Receipts
  readonly notes: Notes
  readonly timers: Timers
  readonly calls: Calls
  readonly access: AccessLog
  readonly digests: Digests
  /** How WhatsApp as a linked device stands. */
  readonly device: DeviceStates
  /**
   * A write whose answer nobody needs: it is not waited for before the transaction's last statements, and its fault is the
   * transaction's. Only for what sends all that it has to send without waiting for an answer: a later statement would come
   * behind COMMIT.
   */
  unawaited(write: Promise<void>): void
}

export interface UnitOfWork {
  /** Commits when `work` resolves, rolls back when it rejects; what was put in the outbox is sent after the commit. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

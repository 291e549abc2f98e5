import type { Action, Party } from '../domain/lifecycle.js'
import type { Outcome, Place, PublicPlace, Report, Source, Status } from '../domain/report.js'
import type { Role, Staff } from '../domain/staff.js'
import type {
  AttachmentId,
  CategoryCode,
  ChannelName,
  ChatId,
  CitizenId,
  ExternalId,
  Locale,
  MediaKey,
  OfficeCode,
  ReportId,
  StaffId,
  UserId,
} from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Refusal } from '../messaging/channel.js'
import type { Address, InboundEvent, MediaKind, MediaRef } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { CitizenJoins, Links } from './link-port.js'
import type { DeviceStates } from './linked-device-port.js'
import type { OutboxQueue } from './outbox-port.js'

export type NewReport = Pick<
  Report,
  'category' | 'office' | 'place' | 'title' | 'reporter' | 'urgent' | 'source' | 'submittedAt' | 'claimDueAt'
>

/** What a queue shows of a report. */
export interface QueueRow {
  readonly id: ReportId
  readonly status: Status
  readonly category: CategoryCode
  readonly office: OfficeCode
  readonly place: PublicPlace
  readonly urgent: boolean
  readonly submittedAt: Date
  readonly claimDueAt: Date
  readonly claimedBy?: string
}

export type QueueFilter = 'open' | 'new' | 'mine' | 'late'

export interface Reports {
  insert(report: NewReport): Promise<Report>
  /** Locks the row until the end of the transaction: two who change at once come one after the other. */
  lock(id: ReportId): Promise<Report | undefined>
  get(id: ReportId): Promise<Report | undefined>
  /** Writes every field of the report and counts its version up; throws when the version is not the one seen. */
  update(report: Report): Promise<Report>
  /** Oldest first, late ones before the others, urgent ones first of all; `offices` undefined: all. */
  queue(query: {
    filter: QueueFilter
    offices?: readonly OfficeCode[]
    staff: StaffId
    now: Date
    limit: number
    offset: number
  }): Promise<{ rows: QueueRow[]; total: number }>
  /** Own and followed ones, newest first. */
  ofCitizen(citizen: CitizenId, limit: number): Promise<Report[]>
  countSubmittedSince(citizen: CitizenId, since: Date): Promise<number>
  /** Open ones of this category: within so many metres of the point, or in the same street; newest first. */
  openNear(query: { category: CategoryCode; place: Place; metres: number; limit: number }): Promise<Report[]>
}

/** One entry of the history: who, when, what, old and new. No personal data, no free text. */
export interface HistoryEntry {
  readonly report: ReportId
  readonly at: Date
  readonly action:
    | Action
    | 'submit'
    | 'follow'
    | 'add'
    | 'reply'
    | 'note'
    | 'remind'
    | 'overdue'
    | 'not_delivered'
    | 'call_task'
    | 'join'
    | 'part'
    | 'ask_reopen'
    | 'call_told'
    | 'call_no_answer'
    | 'call_nobody'
    | 'call_wrong_number'
    | 'refuse_reopen'
  readonly party: Party | 'network'
  readonly staff?: StaffId
  readonly from?: Status
  readonly to?: Status
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

export type TextKind = 'description' | 'addition' | 'reply' | 'note' | 'closing'

export interface HistoryLine extends HistoryEntry {
  readonly staffName?: string
  /** Missing when erased. */
  readonly text?: { readonly kind: TextKind; readonly body: string }
}

export interface History {
  append(entry: HistoryEntry, text?: { kind: TextKind; body: string }): Promise<void>
  /** In order. */
  of(report: ReportId): Promise<HistoryLine[]>
  /** How often citizens added something: the reporter, or those who follow. */
  countAdditions(report: ReportId, by: { byFollowers: boolean; since: Date }): Promise<number>
}

export interface Citizen {
  readonly id: CitizenId
  readonly locale: Locale
  readonly name?: string
  readonly phone?: string
}

export interface Citizens {
  /**
   * The citizen at this address, made when it is the first time. `phone`: the number that the app itself tells; it is
   * kept where none is known yet.
   */
  at(address: Address, first: { locale: Locale; name?: string; phone?: string }): Promise<Citizen>
  find(address: Address): Promise<Citizen | undefined>
  get(id: CitizenId): Promise<Citizen | undefined>
  setLocale(address: Address, locale: Locale): Promise<void>
  setPhone(id: CitizenId, phone: string): Promise<void>
  recordNotice(id: CitizenId, version: string, at: Date): Promise<void>
  /** Where to write to this person now: the reachable address last used; undefined: only a phone, or nothing. */
  addressOf(id: CitizenId): Promise<(Address & { reachable: boolean }) | undefined>
  /** All chats of this person, the one last used first. */
  addressesOf(id: CitizenId): Promise<(Address & { reachable: boolean })[]>
  followersOf(report: ReportId): Promise<Citizen[]>
  /** A second time is nothing. */
  follow(report: ReportId, citizen: CitizenId, at: Date): Promise<void>
}

export interface Invite {
  readonly role: Role
  readonly frontDesk: boolean
  readonly offices: readonly OfficeCode[]
}

export interface StaffMember extends Staff {
  readonly address: Address
}

export interface StaffRegister {
  /** Who acts under this network identity now. */
  find(channel: ChannelName, actor: UserId): Promise<StaffMember | undefined>
  get(id: StaffId): Promise<StaffMember | undefined>
  add(person: Omit<StaffMember, 'id'> & { actor: UserId }): Promise<StaffMember>
  /** Operators of the office; with `frontDesk`, whoever has that right. */
  ofOffice(office: OfficeCode): Promise<StaffMember[]>
  supervisors(): Promise<StaffMember[]>
  setLocale(id: StaffId, locale: Locale): Promise<void>
  /** Everybody on these channels leaves at once. */
  removeFrom(channels: readonly ChannelName[], at: Date): Promise<void>
  /** Everybody who has the front desk's right. */
  atFrontDesk(): Promise<StaffMember[]>
  addInvite(
    tokenHash: string,
    invite: Invite,
    life: { createdAt: Date; expiresAt: Date; createdBy?: StaffId },
  ): Promise<void>
  /** Locks it; undefined: never existed. */
  lockInvite(tokenHash: string): Promise<(Invite & { expiresAt: Date; usedAt?: Date }) | undefined>
  useInvite(tokenHash: string, by: StaffId, at: Date): Promise<void>
}

export interface Attachment {
  readonly id: AttachmentId
  readonly from: Address
  readonly report?: ReportId
  readonly kind: MediaKind
  readonly ref: MediaRef
  readonly status: 'waiting' | 'stored' | 'failed'
  readonly mediaKey?: MediaKey
}

export interface Attachments {
  /** Records it and asks for it to be fetched; a second time is nothing. */
  keep(attachment: Pick<Attachment, 'id' | 'from' | 'kind' | 'ref'>, at: Date): Promise<void>
  get(id: AttachmentId): Promise<Attachment | undefined>
  /** Only those that came from this address and belong to no report yet. */
  assign(ids: readonly AttachmentId[], from: Address, report: ReportId): Promise<void>
  /** Holds the key's lock until the end of the transaction: nobody removes the file meanwhile. */
  stored(id: AttachmentId, key: MediaKey): Promise<void>
  /** Those of this address that belong to no report: the rows go at once, the files when nobody else refers to them. */
  discard(ids: readonly AttachmentId[], from: Address): Promise<void>
  /** Asks for the file to be removed, unless somebody refers to it. */
  sweep(key: MediaKey): Promise<void>
  /** Does anybody refer to this file? Holds the key's lock. */
  isUsed(key: MediaKey): Promise<boolean>
  failed(id: AttachmentId, why: string): Promise<void>
  of(report: ReportId): Promise<Attachment[]>
}

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

export interface NewCall {
  readonly report?: ReportId
  readonly citizen?: CitizenId
  readonly phone: string
  readonly reason: Matters | 'call_back'
  /** What to say on the phone, in the office's language. */
  readonly say: readonly Text[]
  readonly at: Date
}

export interface Call {
  readonly id: number
  readonly citizen?: CitizenId
  readonly report?: ReportId
  readonly phone: string
  readonly say: readonly Text[]
  /** How often nobody answered. */
  readonly tries: number
  readonly dueAt: Date
}

/** What a list shows of a call: no person. */
export interface CallRow {
  readonly id: number
  readonly report?: ReportId
  readonly reason: NewCall['reason']
  readonly createdAt: Date
  readonly tries: number
}

export interface Calls {
  /** A newer call about the same report replaces the older; a person has one open call-back. Returns its number. */
  add(call: NewCall): Promise<number>
  /** One that is still to be made. */
  open(id: number): Promise<Call | undefined>
  /** The same, locked. */
  lock(id: number): Promise<Call | undefined>
  /** To be made now, the oldest first; what nobody answered comes back at its time. */
  due(query: { now: Date; limit: number; offset: number }): Promise<{ rows: CallRow[]; total: number }>
  /** Nobody answered: it waits until then. */
  tryAgain(id: number, dueAt: Date): Promise<void>
  end(id: number, how: { outcome: 'told' | 'nobody' | 'wrong_number'; at: Date; by: StaffId }): Promise<void>
}

export interface AccessLog {
  record(entry: { at: Date; staff: StaffId; what: 'contacts' | 'report'; report?: ReportId }): Promise<void>
}

export interface DigestFigures {
  readonly submitted: number
  readonly claimed: number
  readonly closed: number
  /** Of those whose 24-hour clock ended or stopped in the span: how many were claimed in time. */
  readonly claimedInTime: number
  readonly claimsDue: number
  readonly backlog: number
}

export interface Digests {
  /** The last local date that this supervisor has a digest for. */
  lastFor(staff: StaffId): Promise<{ localDate: string; at: Date } | undefined>
  /** False when there is one for this date already. */
  record(staff: StaffId, localDate: string, at: Date): Promise<boolean>
  /** Figures of [from, to). */
  figures(from: Date, to: Date): Promise<DigestFigures>
  /** Not claimed, latest first. */
  unclaimed(now: Date, limit: number): Promise<{ rows: QueueRow[]; total: number }>
}

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
}

export interface UnitOfWork {
  /** Commits when `work` resolves, rolls back when it rejects; what was put in the outbox is sent after the commit. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

export type { Outcome, Source }

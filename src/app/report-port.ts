import type { Action, Party } from '../domain/lifecycle.js'
import type { Place, PublicPlace, Report, Status } from '../domain/report.js'
import type {
  AttachmentId,
  CategoryCode,
  CitizenId,
  MediaKey,
  OfficeCode,
  ReportId,
  StaffId,
} from '../kernel/ids.js'
import type { Address, MediaKind, MediaRef } from '../messaging/inbound.js'

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

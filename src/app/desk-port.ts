import type { CitizenId, ReportId, StaffId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Matters } from './message-port.js'
import type { QueueRow } from './report-port.js'

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

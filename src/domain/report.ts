import type { CategoryCode, CitizenId, OfficeCode, ReportId, StaffId } from '../kernel/ids.js'
import type { Point } from '../messaging/outbound.js'

export const STATUSES = [
  'submitted',
  'acknowledged',
  'in_progress',
  'scheduled',
  'awaiting_citizen',
  'referred',
  'closed',
  'reopened',
  'withdrawn',
] as const
export type Status = (typeof STATUSES)[number]

export const OUTCOMES = [
  'resolved',
  'answered',
  'not_feasible',
  'not_competent',
  'duplicate',
  'not_found',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const SOURCES = ['chat', 'desk', 'phone', 'letter', 'email'] as const
export type Source = (typeof SOURCES)[number]

export const isOpen = (status: Status): boolean => status !== 'closed' && status !== 'withdrawn'

/** Where it is. `line`: "via Roma 12", or the citizen's own words, for the reporter and the report's card alone. */
export interface Place {
  readonly line: string
  /** The register's name of the street, when it was recognised. */
  readonly street?: string
  readonly houseNumber?: string
  readonly point?: Point
}

/** What everybody may read of it: who lives there is nobody's business. */
export type PublicPlace = Omit<Place, 'line'>

/** One problem, in one place, reported once. */
export interface Report {
  readonly id: ReportId
  /** Counts changes; a change names the version it saw. */
  readonly version: number
  readonly status: Status
  /** Where `awaiting_citizen` came from. */
  readonly cameFrom?: Status
  readonly category: CategoryCode
  readonly office: OfficeCode
  readonly place: Place
  readonly title: string
  readonly reporter?: CitizenId
  readonly urgent: boolean
  readonly source: Source
  readonly submittedAt: Date
  /** When it came to this office. */
  readonly officeSince: Date
  /** By then somebody should have claimed it. */
  readonly claimDueAt: Date
  readonly claimedBy?: StaffId
  readonly claimedAt?: Date
  readonly closedAt?: Date
  readonly outcome?: Outcome
  readonly reopenedTimes: number
}

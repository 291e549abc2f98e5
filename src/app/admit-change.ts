import { type Action, lifecycle, next } from '../domain/lifecycle.js'
import { isOpen, type Outcome, type Report, type Status } from '../domain/report.js'
import { findCategory, findOffice, type Town } from '../domain/town.js'
import { DAY, SECOND } from '../kernel/clock.js'
import type { CategoryCode, OfficeCode, ReportId } from '../kernel/ids.js'
import type { Tx } from './ports.js'
import { type By, byStaff } from './rights.js'

/** So long a close can be undone; only then the citizen hears of it. */
export const UNDO_MS = 60 * SECOND
/** So long the reporter may say that it is not fixed; later it is a new report. */
export const REOPEN_MS = 14 * DAY

export interface Change {
  readonly report: ReportId
  /** `schedule`, `ask` and `refer` bring data of their own and come with their commands. */
  readonly action: Exclude<Action, 'schedule' | 'ask' | 'refer'>
  readonly by: By
  /** The version that the person saw; missing: whatever it is now. */
  readonly seenVersion?: number
  /** `close`: the message to the citizen; `transfer`: a note to the new office; `answer`, `reopen`: the citizen's words. */
  readonly text?: string
  readonly outcome?: Outcome
  /** `close` as `duplicate`: of which. */
  readonly duplicateOf?: ReportId
  /** `close`: the text is the ready-made one of its outcome, told to each in the own language. */
  readonly ready?: boolean
  /** `transfer`: a category names its office; with both, the office given wins. */
  readonly moveTo?: { readonly category?: CategoryCode; readonly office?: OfficeCode }
}

export type ChangeRefused =
  | { readonly ok: false; readonly why: 'unknown' | 'not-yours' | 'message-required' | 'outcome-required' }
  | { readonly ok: false; readonly why: 'target-required' | 'too-late' }
  | { readonly ok: false; readonly why: DuplicateRefused }
  | { readonly ok: false; readonly why: 'wrong-status'; readonly status: Status }
  | { readonly ok: false; readonly why: 'taken'; readonly by: string; readonly yourself: boolean }
  | { readonly ok: false; readonly why: 'changed'; readonly version: number }
/** Of none, of none that there is (or that others may know of), of one that is over. */
export type DuplicateRefused = 'duplicate-required' | 'duplicate-unknown' | 'duplicate-closed'

interface Here {
  readonly town: Town
  readonly now: Date
}

/** Closed so shortly ago that it can be undone, and nobody was told yet: to the citizens it is what it was before. */
export const isUndoable = ({ status, closedAt }: Report, now: Date): boolean =>
  status === 'closed' && closedAt !== undefined && now.getTime() - closedAt.getTime() < UNDO_MS

/** The reporter was told of the end, and may still say that the problem is there. */
export const isReopenable = (report: Report, now: Date): boolean =>
  report.status === 'closed' &&
  report.closedAt !== undefined &&
  !isUndoable(report, now) &&
  now.getTime() - report.closedAt.getTime() <= REOPEN_MS

/** The status that the change leads to, or why it is refused; the report is locked by who asks. */
export async function admit(
  tx: Pick<Tx, 'staff' | 'reports'>,
  here: Here,
  report: Report,
  change: Change,
): Promise<{ ok: true; status: Status } | ChangeRefused> {
  if (!isTheirs(change.by, report)) return { ok: false, why: 'not-yours' }
  const taken = await alreadyTaken(tx, report, change)
  if (taken) return taken
  const step = next(change.action, report.status, change.by.party, report.cameFrom)
  if (!step.ok) {
    return step.why === 'not-yours'
      ? { ok: false, why: step.why }
      : { ok: false, why: step.why, status: report.status }
  }
  if (change.seenVersion !== undefined && change.seenVersion !== report.version) {
    return { ok: false, why: 'changed', version: report.version }
  }
  const lacks = lacking(here, report, change) ?? (await wrongTwin(tx, here, report, change))
  return lacks ? { ok: false, why: lacks } : step
}

function isTheirs(by: By, report: Report): boolean {
  if ('staff' in by) return byStaff(by.staff, report.office)?.party === by.party
  return by.party === 'clock' || by.citizen === report.reporter
}

/** Who comes second is told who was first. */
async function alreadyTaken(
  tx: Pick<Tx, 'staff'>,
  report: Report,
  { action, by }: Change,
): Promise<ChangeRefused | undefined> {
  const waits = lifecycle.claim.from.includes(report.status)
  if (action !== 'claim' || waits || report.closedAt || report.claimedBy === undefined) return undefined
  const claimer = await tx.staff.get(report.claimedBy)
  return {
    ok: false,
    why: 'taken',
    by: claimer?.name ?? '—',
    yourself: 'staff' in by && by.staff.id === report.claimedBy,
  }
}

function lacking(
  { town, now }: Here,
  report: Report,
  { action, text: words, outcome, moveTo }: Change,
): 'message-required' | 'outcome-required' | 'target-required' | 'too-late' | undefined {
  const closedFor = now.getTime() - (report.closedAt?.getTime() ?? 0)
  switch (action) {
    case 'close':
      if (!outcome) return 'outcome-required'
      return words?.trim() ? undefined : 'message-required'
    case 'transfer':
      return moveTo && targetOf(town, report, moveTo) ? undefined : 'target-required'
    case 'undo_close':
      return closedFor < UNDO_MS ? undefined : 'too-late'
    case 'reopen':
      return closedFor <= REOPEN_MS ? undefined : 'too-late'
    default:
      return undefined
  }
}

/** A duplicate is of another report that is under way; whoever reported this one goes on with that one. */
async function wrongTwin(
  tx: Pick<Tx, 'reports'>,
  { town }: Here,
  report: Report,
  { action, outcome, duplicateOf }: Change,
): Promise<DuplicateRefused | undefined> {
  if (action !== 'close' || outcome !== 'duplicate') return undefined
  if (duplicateOf === undefined) return 'duplicate-required'
  const twin = duplicateOf === report.id ? undefined : await tx.reports.get(duplicateOf)
  if (!twin || (isSensitive(town, twin) && !isSensitive(town, report))) return 'duplicate-unknown'
  return isOpen(twin.status) ? undefined : 'duplicate-closed'
}

/** Nobody but the reporter hears of such a report. */
export const isSensitive = (town: Town, { category }: Pick<Report, 'category'>): boolean =>
  findCategory(town, category)?.sensitive === true

/** Undefined: the town knows no such category or office, or the report is there already. */
export function targetOf(
  town: Town,
  report: Report,
  { category: code = report.category, office: named }: NonNullable<Change['moveTo']>,
): Pick<Report, 'category' | 'office'> | undefined {
  const category = findCategory(town, code)
  const office = named ?? category?.office ?? report.office
  const isKnown = (category || code === report.category) && findOffice(town, office)
  const isSame = code === report.category && office === report.office
  return isKnown && !isSame ? { category: code, office } : undefined
}

import type { Report } from '../domain/report.js'
import type { MediaKey, ReportId } from '../kernel/ids.js'
import type { MediaKind } from '../messaging/inbound.js'
import type { HistoryLine, StaffMember, Tx } from './ports.js'
import { byStaff } from './rights.js'

export interface Card {
  readonly report: Report
  readonly claimedByName?: string
  /** Pictures in the store, in order of arrival. */
  readonly photos: readonly MediaKey[]
  /** Voice messages in the store, in order of arrival. */
  readonly voices: readonly MediaKey[]
  /** Files that could not be taken, or are not here yet. */
  readonly otherFiles: number
  readonly history: readonly HistoryLine[]
  readonly hasReporter: boolean
  /** What the network said of the last message to the reporter; missing: it only took it. */
  readonly lastNews?: { readonly status: 'delivered' | 'read'; readonly at: Date }
  /** False: somebody of the front desk looks at another office's report, and may only look. */
  readonly mayAct: boolean
}

export type OpenResult =
  | { readonly ok: true; readonly card: Card }
  | { readonly ok: false; readonly why: 'unknown' | 'not-yours' }

/**
 * Everything that a card shows. The front desk may look at any report, for the person who stands there and asks:
 * without the internal notes, and recorded.
 */
export async function openReport(
  tx: Pick<Tx, 'reports' | 'history' | 'attachments' | 'staff' | 'access' | 'receipts'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { report: id }: { report: ReportId },
): Promise<OpenResult> {
  const report = await tx.reports.get(id)
  if (!report) return { ok: false, why: 'unknown' }
  const mayAct = byStaff(staff, report.office) !== undefined
  if (!mayAct && !(staff.frontDesk && staff.role === 'operator')) return { ok: false, why: 'not-yours' }
  if (!mayAct) await tx.access.record({ at: now, staff: staff.id, what: 'report', report: id })
  const lines = await tx.history.of(id)
  const files = await tx.attachments.of(id)
  const stored = (wanted: (kind: MediaKind) => boolean): MediaKey[] =>
    files.flatMap(({ kind, mediaKey }) => (mediaKey && wanted(kind) ? [mediaKey] : []))
  const [photos, voices] = [stored(isPicture), stored((kind) => kind === 'voice')]
  const { reporter } = report
  const lastNews = reporter === undefined ? undefined : await tx.receipts.lastNewsOf(id, reporter)
  const claimer = report.claimedBy === undefined ? undefined : await tx.staff.get(report.claimedBy)
  return {
    ok: true,
    card: {
      report,
      claimedByName: claimer?.name,
      photos,
      voices,
      otherFiles: files.length - photos.length - voices.length,
      history: mayAct
        ? lines
        : lines.filter(({ action, text }) => action !== 'note' && text?.kind !== 'note'),
      hasReporter: reporter !== undefined,
      lastNews,
      mayAct,
    },
  }
}

/** A picture may have been sent as a document; only pictures are stored (see media). */
const isPicture = (kind: MediaKind): boolean => kind === 'photo' || kind === 'document'

import type { ReportId } from '../kernel/ids.js'
import type { StaffMember, Tx } from './ports.js'
import { byStaff } from './rights.js'

export type NoteResult =
  | { readonly ok: true; readonly report: ReportId }
  | { readonly ok: false; readonly why: 'unknown' | 'not-yours' | 'message-required' }

/** An internal note: no citizen ever reads it. */
export async function addNote(
  tx: Pick<Tx, 'reports' | 'history'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { report: id, text: words }: { report: ReportId; text: string },
): Promise<NoteResult> {
  const report = await tx.reports.get(id)
  if (!report) return { ok: false, why: 'unknown' }
  const by = byStaff(staff, report.office)
  if (!by) return { ok: false, why: 'not-yours' }
  const body = words.trim()
  if (!body) return { ok: false, why: 'message-required' }
  await tx.history.append(
    { report: id, at: now, action: 'note', party: by.party, staff: staff.id },
    { kind: 'note', body },
  )
  return { ok: true, report: id }
}

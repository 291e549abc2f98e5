import type { Report } from '../domain/report.js'
import { isOpen } from '../domain/report.js'
import { aboutOwnReport } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { ReportId } from '../kernel/ids.js'
import { text, verbatim } from '../kernel/text.js'
import type { StaffMember, Tx } from './ports.js'
import { byStaff } from './rights.js'
import { type Told, tellCitizens } from './tell-citizens.js'

export type ReplyResult =
  | { readonly ok: true; readonly report: Report; readonly told: Told }
  | {
      readonly ok: false
      readonly why: 'unknown' | 'not-yours' | 'nobody' | 'message-required' | 'withdrawn'
    }

/** A private word to the reporter; who only follows does not get it. It may be a question: undelivered, it is phoned. */
export async function replyToCitizen(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens' | 'staff' | 'outbox' | 'calls'>,
  here: { readonly staff: StaffMember; readonly town: Town; readonly now: Date },
  { report: id, text: words }: { report: ReportId; text: string },
): Promise<ReplyResult> {
  const report = await tx.reports.lock(id)
  if (!report) return { ok: false, why: 'unknown' }
  const by = byStaff(here.staff, report.office)
  if (!by) return { ok: false, why: 'not-yours' }
  if (report.status === 'withdrawn') return { ok: false, why: 'withdrawn' }
  if (report.reporter === undefined) return { ok: false, why: 'nobody' }
  const body = words.trim()
  if (!body) return { ok: false, why: 'message-required' }
  await tx.history.append(
    { report: id, at: here.now, action: 'reply', party: by.party, staff: here.staff.id },
    { kind: 'reply', body },
  )
  const told = await tellCitizens(tx, here, report, {
    kind: 'reply',
    values: { words: verbatim(body) },
    everyone: () => [],
    reporterOnly: [
      text('status.reply', aboutOwnReport(here.town, report)),
      verbatim(body),
      ...(isOpen(report.status) ? [text('status.reply_how')] : []),
    ],
    matters: 'question',
  })
  return { ok: true, report, told }
}

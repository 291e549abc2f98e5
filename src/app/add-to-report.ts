import { looksDangerous } from '../domain/danger.js'
import { isOpen, type Report } from '../domain/report.js'
import { aboutReport } from '../domain/report-text.js'
import type { AttachmentId, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { isReopenable, isUndoable } from './admit-change.js'
import { openChoice } from './announce-report.js'
import { changeReport } from './change-report.js'
import type { Acting } from './effects.js'
import type { Citizen, Tx } from './ports.js'
import { responsibleFor } from './tell-citizens.js'
import { tellStaff } from './tell-staff.js'

export interface Addition {
  readonly report: ReportId
  readonly text?: string
  readonly attachments: readonly AttachmentId[]
  /** Danger was found already; else it is looked for in the words. */
  readonly urgent?: boolean
}

export type Added =
  | { readonly ok: true; readonly report: ReportId }
  | { readonly ok: false; readonly report: ReportId; readonly why: 'not-yours' | 'closed' }
  /** Closed as resolved, and may still be reopened: with what was to be added, if it is not. */
  | ({ readonly ok: false; readonly why: 'resolved' } & Addition)

/**
 * Text, photos or voice messages for a report that was sent before, by the reporter or who follows it; where the office
 * had asked the reporter something, it is the answer.
 */
export async function addToReport(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens' | 'attachments' | 'timers' | 'staff' | 'outbox' | 'calls'>,
  { town, now, from }: Acting,
  addition: Addition,
): Promise<Added> {
  const citizen = await tx.citizens.find(from)
  const report = await tx.reports.lock(addition.report)
  const refused = (why: 'not-yours' | 'closed') => ({ ok: false, report: addition.report, why }) as const
  if (!report || !citizen) return refused('not-yours')
  const follower = report.reporter !== citizen.id
  if (follower && !(await follows(tx, citizen, report))) return refused('not-yours')
  if (!follower && report.outcome === 'resolved' && isReopenable(report, now))
    return { ok: false, why: 'resolved', ...addition }
  if (!isOpen(report.status) && !isUndoable(report, now)) return refused('closed')
  await tx.attachments.assign(addition.attachments, from, report.id)
  const body = addition.text?.trim()
  const by = { party: 'reporter', citizen: citizen.id } as const
  const answered =
    report.status === 'awaiting_citizen' &&
    !follower &&
    (await changeReport(tx, { town, now }, { report: report.id, action: 'answer', by, text: body })).ok
  // Whatever refuses the answer, the words are kept.
  if (!answered) {
    await tx.history.append(
      {
        report: report.id,
        at: now,
        action: 'add',
        party: 'reporter',
        details: { files: addition.attachments.length, ...(follower && { follower }) },
      },
      body ? { kind: 'addition', body } : undefined,
    )
  }
  const urgent = addition.urgent || (body !== undefined && looksDangerous(town, body))
  if (urgent) await markUrgent(tx, report.id)
  tellStaff(tx, await responsibleFor(tx, town, report), (locale) => ({
    body: [
      text(follower ? 'staff.addition_follower' : 'staff.addition', aboutReport(town, report)),
      ...(urgent ? [text('staff.urgent')] : []),
    ],
    choices: [openChoice(report, locale)],
    about: report.id,
  }))
  return { ok: true, report: report.id }
}

const follows = async (tx: Pick<Tx, 'citizens'>, { id }: Citizen, report: Report): Promise<boolean> =>
  (await tx.citizens.followersOf(report.id)).some((follower) => follower.id === id)

/** The citizen was told so (`danger.call_112`). */
async function markUrgent(tx: Pick<Tx, 'reports'>, id: ReportId): Promise<void> {
  const report = await tx.reports.lock(id)
  if (report && !report.urgent) await tx.reports.update({ ...report, urgent: true })
}

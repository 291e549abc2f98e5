import { lifecycle } from '../domain/lifecycle.js'
import type { Report } from '../domain/report.js'
import { aboutReport } from '../domain/report-text.js'
import { staffCommand } from '../domain/staff-command.js'
import type { Town } from '../domain/town.js'
import type { Locale, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import { claimChoice, openChoice } from './announce-report.js'
import type { StaffMember, Tx } from './ports.js'
import { listenersOf, reportTag, tellStaff } from './tell-staff.js'

type Reminding = Pick<Tx, 'reports' | 'history' | 'staff' | 'outbox'>
interface Here {
  readonly town: Town
  readonly now: Date
}

const waits = (report: Report | undefined): report is Report =>
  report !== undefined && lifecycle.claim.from.includes(report.status)

/** Three quarters of the clock are over (timer `claim_reminder`): the office is reminded. */
export async function remindOffice(tx: Reminding, here: Here, id: ReportId): Promise<void> {
  const report = await tx.reports.lock(id)
  if (!waits(report)) return
  await tellOffice(tx, here, report, 'staff.remind')
  await tx.history.append({ report: id, at: here.now, action: 'remind', party: 'clock' })
}

/** The clock is over (timer `claim_overdue`): the supervisors are told, with what they can do about it. */
export async function reportOverdue(tx: Reminding, { town, now }: Here, id: ReportId): Promise<void> {
  const report = await tx.reports.lock(id)
  if (!waits(report)) return
  tellStaff(tx, await tx.staff.supervisors(), (locale) => ({
    body: [text('staff.overdue', aboutReport(town, report))],
    choices: [openChoice(report, locale), chaseChoice(report, locale), transferChoice(report, locale)],
    tag: reportTag(id),
    about: id,
  }))
  await tx.history.append({ report: id, at: now, action: 'overdue', party: 'clock' })
}

export type ChaseResult =
  | { readonly ok: true; readonly told: number }
  | { readonly ok: false; readonly why: 'unknown' | 'not-yours' | 'wrong-status' }

/** A supervisor asks the office where a report stays. `told`: how many operators heard it. */
export async function chaseOffice(
  tx: Reminding,
  here: Here,
  { report: id, by }: { report: ReportId; by: StaffMember },
): Promise<ChaseResult> {
  if (by.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  const report = await tx.reports.lock(id)
  if (!report) return { ok: false, why: 'unknown' }
  if (!waits(report)) return { ok: false, why: 'wrong-status' }
  const told = await tellOffice(tx, here, report, 'staff.chased')
  await tx.history.append({ report: id, at: here.now, action: 'remind', party: 'supervisor', staff: by.id })
  return { ok: true, told }
}

async function tellOffice(
  tx: Pick<Tx, 'staff' | 'outbox'>,
  { town }: Here,
  report: Report,
  key: 'staff.remind' | 'staff.chased',
): Promise<number> {
  const { staff, remark } = await listenersOf(tx, town, report)
  tellStaff(tx, staff, (locale) => ({
    body: [
      text(key, aboutReport(town, report)),
      text('staff.claim_by', aboutReport(town, report)),
      ...remark,
    ],
    choices: [claimChoice(report, locale), openChoice(report, locale)],
    tag: reportTag(report.id),
    about: report.id,
  }))
  return remark.length > 0 ? 0 : staff.length
}

const chaseChoice = ({ id }: Pick<Report, 'id'>, locale: Locale): Choice => ({
  id: `chase:${id}`,
  label: text('staff.button.chase'),
  command: staffCommand('chase', locale, id),
})

const transferChoice = ({ id }: Pick<Report, 'id'>, locale: Locale): Choice => ({
  id: `transfer:${id}`,
  label: text('staff.button.transfer'),
  command: staffCommand('transfer', locale, id),
})

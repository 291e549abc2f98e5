import type { Report } from '../domain/report.js'
import { aboutOwnReport, aboutReport } from '../domain/report-text.js'
import { staffCommand } from '../domain/staff-command.js'
import type { Town } from '../domain/town.js'
import type { Locale, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import type { ChangeRefused } from './admit-change.js'
import { openChoice } from './announce-report.js'
import { changeReport } from './change-report.js'
import type { HistoryLine, StaffMember, Tx } from './ports.js'
import { type Told, tellCitizens } from './tell-citizens.js'
import { tellStaff } from './tell-staff.js'

interface Here {
  readonly town: Town
  readonly now: Date
}

/**
 * Reopened twice already, and still not fixed: the reporter asks, with what was said about it, and a supervisor decides.
 * Who asks again meanwhile adds to what was said. False: it was decided, and stays closed.
 */
export async function askReopening(
  tx: Pick<Tx, 'reports' | 'history' | 'staff' | 'outbox'>,
  { town, now }: Here,
  id: ReportId,
  words?: string,
): Promise<boolean> {
  const report = await tx.reports.lock(id)
  if (!report) return false
  const last = lastOfAsking(await tx.history.of(id))
  if (last === 'refuse_reopen') return false
  const body = words?.trim()
  const asked = last === 'ask_reopen'
  await tx.history.append(
    { report: id, at: now, action: asked ? 'add' : 'ask_reopen', party: 'reporter' },
    body ? { kind: 'addition', body } : undefined,
  )
  if (asked) return true
  tellStaff(tx, await tx.staff.supervisors(), (locale) => ({
    body: [text('staff.reopen.ask', aboutReport(town, report))],
    choices: [openChoice(report, locale), ...decisions(report, locale)],
    about: id,
  }))
  return true
}

const decisions = ({ id }: Pick<Report, 'id'>, locale: Locale): Choice[] => [
  {
    id: `reopen:${id}`,
    label: text('staff.button.reopen'),
    command: staffCommand('reopen', locale, id),
  },
  {
    id: `refuse:${id}`,
    label: text('staff.button.refuse'),
    command: staffCommand('refuse', locale, id),
  },
]

export type Decided =
  | { readonly ok: true; readonly reopened: true }
  /** `told`: how the reporter hears that it stays closed. */
  | { readonly ok: true; readonly reopened: false; readonly told: Told }
  | ChangeRefused
  | { readonly ok: false; readonly why: 'not-asked' }

/** A supervisor reopens it once more, or lets it stay closed; the reporter hears either. */
export async function decideReopening(
  tx: Parameters<typeof changeReport>[0],
  here: Here & { readonly staff: StaffMember },
  { report: id, reopen }: { report: ReportId; reopen: boolean },
): Promise<Decided> {
  const { staff, town, now } = here
  if (staff.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  const report = await tx.reports.lock(id)
  if (!report) return { ok: false, why: 'unknown' }
  if (report.status !== 'closed') return { ok: false, why: 'wrong-status', status: report.status }
  if (lastOfAsking(await tx.history.of(id)) !== 'ask_reopen') return { ok: false, why: 'not-asked' }
  const by = { party: 'supervisor', staff } as const
  if (reopen) {
    const changed = await changeReport(tx, { town, now }, { report: id, action: 'reopen', by })
    return changed.ok ? { ok: true, reopened: true } : changed
  }
  await tx.history.append({ report: id, at: now, action: 'refuse_reopen', party: by.party, staff: staff.id })
  const words = text('feedback.stays_closed', { ...aboutOwnReport(town, report), phone: town.desk.phone })
  const told = await tellCitizens(tx, { town, now }, report, {
    kind: 'reply',
    values: { words },
    everyone: () => [],
    reporterOnly: [words],
    matters: 'end',
  })
  return { ok: true, reopened: false, told }
}

/** How it stands with the asking since the report was closed. */
const lastOfAsking = (history: readonly HistoryLine[]): HistoryLine['action'] | undefined =>
  history.findLast(({ action }) => ASKING.has(action))?.action

const ASKING: ReadonlySet<HistoryLine['action']> = new Set(['ask_reopen', 'refuse_reopen', 'close'])

import type { Category } from '../domain/category.js'
import { claimDueAt } from '../domain/clocks.js'
import type { Place, Report } from '../domain/report.js'
import { titleOf } from '../domain/report-text.js'
import { findCategory } from '../domain/town.js'
import { DAY } from '../kernel/clock.js'
import type { AttachmentId, CategoryCode, ReportId } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { announceTo } from './announce-report.js'
import { startClaimClock } from './claim-clock.js'
import type { Acting } from './effects.js'
import type { Citizen, Tx } from './ports.js'
import { listenersOf } from './tell-staff.js'

export interface Submission {
  readonly category: CategoryCode
  readonly place: Place
  /** May be empty when there is a photo. */
  readonly description: string
  readonly attachments: readonly AttachmentId[]
  readonly urgent: boolean
  /** The reporter's earlier one about the same problem, which cannot be reopened any more. */
  readonly followUpOf?: ReportId
}

export type Submitted =
  | { readonly ok: true; readonly report: Report; readonly citizen: Citizen; readonly first: boolean }
  | { readonly ok: false; readonly why: 'too-many' | 'unknown-category' }

type Store = Pick<
  Tx,
  'reports' | 'history' | 'citizens' | 'attachments' | 'timers' | 'staff' | 'outbox' | 'unawaited'
>

/** Makes a report of what a citizen sent: its number, its history, its clock, and the office hears of it. */
export async function submitReport(tx: Store, acting: Acting, submission: Submission): Promise<Submitted> {
  const { town, now, from } = acting
  const category = findCategory(town, submission.category)
  if (!category) return { ok: false, why: 'unknown-category' }
  // The office is looked for meanwhile: each wait for the database is one of the person's too.
  const [made, listeners] = await sideBySide([
    makeReport(tx, acting, submission, category),
    listenersOf(tx, town, category),
  ])
  if (!made.ok) return made
  const { report } = made
  const { description, followUpOf, attachments } = submission
  tx.unawaited(
    tx.history.append(
      {
        report: report.id,
        at: now,
        action: 'submit',
        party: 'reporter',
        to: 'submitted',
        details: followUpOf && { followUpOf },
      },
      description ? { kind: 'description', body: description } : undefined,
    ),
  )
  tx.unawaited(startClaimClock(tx, town, report))
  await tx.attachments.assign(attachments, from, report.id)
  announceTo(tx, town, report, 'new', listeners)
  return made
}

async function makeReport(
  tx: Pick<Tx, 'reports' | 'citizens'>,
  { town, now, from, locale, name, phone }: Acting,
  { place, urgent }: Submission,
  category: Category,
): Promise<Submitted> {
  const citizen = await tx.citizens.at(from, { locale, name, phone })
  const [today, earlier] = await sideBySide([
    tx.reports.countSubmittedSince(citizen.id, new Date(now.getTime() - DAY)),
    tx.reports.ofCitizen(citizen.id, 1),
  ])
  if (today >= town.limits.reportsPerDay) return { ok: false, why: 'too-many' }
  const report = await tx.reports.insert({
    category: category.code,
    office: category.office,
    place,
    title: titleOf(town, category.code, place),
    reporter: citizen.id,
    urgent: urgent || category.danger,
    source: 'chat',
    submittedAt: now,
    claimDueAt: claimDueAt(town, now),
  })
  return { ok: true, report, citizen, first: earlier.length === 0 }
}

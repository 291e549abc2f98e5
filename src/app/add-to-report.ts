import { looksDangerous } from '../domain/danger.js'
import { isOpen, type Outcome, type Report } from '../domain/report.js'
import { aboutReport } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import { DAY } from '../kernel/clock.js'
import type { AttachmentId, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import type { Address } from '../messaging/inbound.js'
import { isReopenable, isUndoable } from './admit-change.js'
import { openChoice } from './announce-report.js'
import { changeReport } from './change-report.js'
import type { Acting } from './effects.js'
import type { Citizen, Tx } from './ports.js'
import { responsibleFor } from './tell-citizens.js'
import { endingOf } from './tell-closed.js'
import { tellStaff } from './tell-staff.js'

export interface Addition {
  readonly report: ReportId
  readonly text?: string
  readonly attachments: readonly AttachmentId[]
  /** Danger was found already; else it is looked for in the words. */
  readonly urgent?: boolean
}

export type Added =
  /** `withoutFiles`: the words are added, the files are one too many. */
  | { readonly ok: true; readonly report: ReportId; readonly withoutFiles?: true }
  /** `text`: what was said about a closed one. */
  | { readonly ok: false; readonly report: ReportId; readonly why: WhyNot; readonly text?: string }
  /** Closed, and may still be reopened by who reported it: with what was to be added then. */
  | ({ readonly ok: false; readonly why: 'reopenable'; readonly outcome?: Outcome } & Addition)

type WhyNot = 'not-yours' | 'closed' | 'enough' | 'enough-files'

/** Files that one chat may add to a report, beyond those that a draft may have. */
const MOST_FILES_LATER = 10
/** Additions to one report in a day, the reporter's and the followers' counted apart. */
const MOST_A_DAY = 50

/**
 * Text, photos or voice messages for a report that was sent before, by the reporter or who follows it; where the office
 * had asked the reporter something, it is the answer.
 */
export async function addToReport(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens' | 'attachments' | 'timers' | 'staff' | 'outbox' | 'calls'>,
  acting: Acting,
  addition: Addition,
): Promise<Added> {
  const { town, now, from } = acting
  const citizen = await tx.citizens.find(from)
  const report = await tx.reports.lock(addition.report)
  /** So that nobody fetches the files. */
  const leaveOut = async (why: WhyNot): Promise<void> => {
    for (const id of addition.attachments) await tx.attachments.failed(id, why)
  }
  const refused = async (why: WhyNot, words?: string): Promise<Added> => {
    await leaveOut(why)
    return { ok: false, report: addition.report, why, text: words }
  }
  if (!report || !citizen) return refused('not-yours')
  const follower = report.reporter !== citizen.id
  if (follower && !(await follows(tx, citizen, report))) return refused('not-yours')
  // Its people follow that one only when they are told so.
  const twin = follower || isUndoable(report, now) ? undefined : await openTwin(tx, town, report)
  if (twin !== undefined) return addToReport(tx, acting, { ...addition, report: twin })
  if (!follower && isReopenable(report, now))
    return { ok: false, why: 'reopenable', outcome: report.outcome, ...addition }
  if (!isOpen(report.status) && !isUndoable(report, now)) return refused('closed', addition.text)
  const body = addition.text?.trim()
  const asked = report.status === 'awaiting_citizen' && !follower
  if (!asked && (await hasEnough(tx, report.id, follower, now))) return refused('enough')
  const withoutFiles = !(await hasRoom(tx, town, report.id, addition, from))
  if (withoutFiles && !body) return refused('enough-files')
  const files = withoutFiles ? [] : addition.attachments
  if (withoutFiles) await leaveOut('enough-files')
  await tx.attachments.assign(files, from, report.id)
  const by = { party: 'reporter', citizen: citizen.id } as const
  const answered =
    asked &&
    (await changeReport(tx, { town, now }, { report: report.id, action: 'answer', by, text: body })).ok
  // Whatever refuses the answer, the words are kept.
  if (!answered) {
    await tx.history.append(
      {
        report: report.id,
        at: now,
        action: 'add',
        party: 'reporter',
        details: { files: files.length, ...(follower && { follower }) },
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
  return { ok: true, report: report.id, ...(withoutFiles && { withoutFiles }) }
}

const hasEnough = async (
  { history }: Pick<Tx, 'history'>,
  report: ReportId,
  byFollowers: boolean,
  now: Date,
): Promise<boolean> =>
  (await history.countAdditions(report, { byFollowers, since: new Date(now.getTime() - DAY) })) >= MOST_A_DAY

/** The open report of which this one was found to be a duplicate. */
async function openTwin(
  tx: Pick<Tx, 'reports' | 'history'>,
  town: Town,
  report: Report,
): Promise<ReportId | undefined> {
  if (report.outcome !== 'duplicate') return undefined
  const { duplicateOf } = endingOf(town, report, await tx.history.of(report.id))
  const twin = duplicateOf === undefined ? undefined : await tx.reports.get(duplicateOf)
  return twin && isOpen(twin.status) ? twin.id : undefined
}

async function hasRoom(
  { attachments }: Pick<Tx, 'attachments'>,
  { limits }: Town,
  report: ReportId,
  { attachments: more }: Addition,
  { channel, chat }: Address,
): Promise<boolean> {
  if (more.length === 0) return true
  const sent = await attachments.of(report)
  const own = sent.filter(({ from }) => from.channel === channel && from.chat === chat)
  return own.length + more.length <= limits.photosPerReport + MOST_FILES_LATER
}

/** They follow the report. */
export const follows = async (tx: Pick<Tx, 'citizens'>, { id }: Citizen, report: Report): Promise<boolean> =>
  (await tx.citizens.followersOf(report.id)).some((follower) => follower.id === id)

/** The citizen was told so (`danger.call_112`). */
async function markUrgent(tx: Pick<Tx, 'reports'>, id: ReportId): Promise<void> {
  const report = await tx.reports.lock(id)
  if (report && !report.urgent) await tx.reports.update({ ...report, urgent: true })
}

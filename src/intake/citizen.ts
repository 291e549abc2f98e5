import { randomInt } from 'node:crypto'
import { addToReport } from '../app/add-to-report.js'
import { isReopenable, isUndoable } from '../app/admit-change.js'
import { changeReport } from '../app/change-report.js'
import { askReopening } from '../app/decide-reopening.js'
import type { Acting, Effects } from '../app/effects.js'
import { findNearby, followReport } from '../app/find-nearby.js'
import { answerLink, offerLink, typeLinkCode, unlink } from '../app/link-citizens.js'
import type { TimerKind, Tx } from '../app/ports.js'
import { requestCall } from '../app/request-call.js'
import { showEnding } from '../app/show-ending.js'
import { submitReport } from '../app/submit-report.js'
import type { CitizenEffects, OwnAction, OwnReport } from '../citizen/effects.js'
import { isOpen, type Report } from '../domain/report.js'
import { aboutOwnReport, aboutReport, officeName } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import { DAY } from '../kernel/clock.js'
import type { CitizenId, ReportId } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { text } from '../kernel/text.js'

/** How many of a citizen's reports the list shows. */
const REPORTS_SHOWN = 30
const REMIND_DRAFT_AFTER_MS = DAY
const FORGET_DRAFT_AFTER_MS = 7 * DAY
const DRAFT_TIMERS: readonly [TimerKind, number][] = [
  ['draft_reminder', REMIND_DRAFT_AFTER_MS],
  ['draft_end', FORGET_DRAFT_AFTER_MS],
]

/** Two chats become one person's, or two persons': what the other chat does meanwhile must come before or after. */
export const EFFECTS_ALONE: ReadonlySet<keyof CitizenEffects> = new Set([
  'type_link_code',
  'answer_link',
  'unlink',
])

/** What a citizen's conversation causes, carried out with the use cases. */
export const citizenEffects: Effects<CitizenEffects> = {
  async submit(tx, input, acting) {
    const submitted = await submitReport(tx, acting, input)
    if (!submitted.ok) return { ok: false, why: submitted.why }
    const { report, citizen, first } = submitted
    return {
      ok: true,
      report: report.id,
      office: officeName(acting.town, report.office),
      dueAt: report.claimDueAt.toISOString(),
      askPhone: first && citizen.phone === undefined,
    }
  },

  async find_nearby(tx, input, acting) {
    const found = await findNearby(tx, acting, input)
    return {
      reports: found.map(({ id, place, submittedAt }) => ({
        id,
        // Only the register's name of a street: what somebody typed may say who lives there.
        place: place.street ?? acting.town.name,
        submittedAt: submittedAt.toISOString(),
      })),
    }
  },

  follow: (tx, input, acting) => followReport(tx, acting, input),

  async keep_media(tx, { id, kind, ref }, { from, now }) {
    await tx.attachments.keep({ id, from, kind, ref }, now)
    return null
  },

  async my_reports(tx, _input, { from, town, now }) {
    const citizen = await tx.citizens.find(from)
    const reports = citizen ? await tx.reports.ofCitizen(citizen.id, REPORTS_SHOWN) : []
    return { reports: reports.map((report) => ownReport(town, report, now, citizen?.id)) }
  },

  show_ending: (tx, { report }, acting) => showEnding(tx, acting, report),

  add_to_report: (tx, input, acting) => addToReport(tx, acting, input),

  async withdraw(tx, { report }, acting) {
    const changed = await changeOwn(tx, acting, report, 'withdraw')
    if (changed.ok) return changed
    return { ok: false, why: changed.why === 'not-yours' ? 'not-yours' : 'closed' }
  },

  async reopen(tx, input, acting) {
    const result = await reopened(tx, input, acting)
    const { report, attachments = [] } = input
    if (result.ok) await tx.attachments.assign(attachments, acting.from, report)
    // Too late, the files go on to a new report; else they are of no use any more.
    else if (result.why !== 'too-late') await tx.attachments.discard(attachments, acting.from)
    return result
  },

  async set_locale(tx, { locale }, { from }) {
    await tx.citizens.setLocale(from, locale)
    return null
  },

  async save_phone(tx, { phone }, { from, locale, name }) {
    const citizen = await tx.citizens.at(from, { locale, name })
    await tx.citizens.setPhone(citizen.id, phone)
    return null
  },

  request_call: (tx, { phone }, acting) => requestCall(tx, acting, phone),

  async record_notice(tx, { version }, { from, locale, name, phone, now }) {
    const citizen = await tx.citizens.at(from, { locale, name, phone })
    tx.unawaited(tx.citizens.recordNotice(citizen.id, version, now))
    return null
  },

  async watch_draft(tx, _input, { from, now }) {
    for (const [kind, afterMs] of DRAFT_TIMERS) {
      const dueAt = new Date(now.getTime() + afterMs)
      tx.unawaited(tx.timers.set({ kind, key: draftKey(from), dueAt, payload: { ...from } }))
    }
    return null
  },

  async rewatch_draft(tx, _input, { from, now }) {
    for (const [kind, afterMs] of DRAFT_TIMERS)
      tx.unawaited(tx.timers.move(kind, draftKey(from), new Date(now.getTime() + afterMs)))
    return null
  },

  async forget_draft(tx, _input, { from }) {
    for (const [kind] of DRAFT_TIMERS) tx.unawaited(tx.timers.cancel(kind, draftKey(from)))
    return null
  },

  async drop_files(tx, { files }, { from }) {
    await tx.attachments.discard(files, from)
    return null
  },

  offer_link: (tx, _input, acting) => offerLink(tx, acting, newLinkCode),

  type_link_code: (tx, input, acting) => typeLinkCode(tx, acting, input),

  answer_link: (tx, input, acting) => answerLink(tx, acting, input),

  unlink: (tx, _input, acting) => unlink(tx, acting),
}

const LINK_CODE_DIGITS = 8

const newLinkCode = (): string => String(randomInt(10 ** LINK_CODE_DIGITS)).padStart(LINK_CODE_DIGITS, '0')

const draftKey = ({ channel, chat }: Acting['from']): string => `${channel}/${chat}`

function ownReport(town: Town, report: Report, now: Date, citizen: CitizenId | undefined): OwnReport {
  const own = report.reporter === citizen
  const untold = isUndoable(report, now)
  const { category, place } = own ? aboutOwnReport(town, report) : aboutReport(town, report)
  const may: [OwnAction, boolean][] = [
    ['add', isOpen(report.status) || untold],
    ['withdraw', own && isOpen(report.status)],
    ['reopen', own && isReopenable(report, now)],
  ]
  return {
    id: report.id,
    title: text('mine.title', { category, place }),
    status: (untold && report.cameFrom) || report.status,
    category: report.category,
    outcome: report.status === 'closed' && !untold ? report.outcome : undefined,
    office: officeName(town, report.office),
    submittedAt: report.submittedAt.toISOString(),
    may: may.flatMap(([action, is]) => (is ? [action] : [])),
  }
}

async function reopened(
  tx: Tx,
  input: CitizenEffects['reopen']['input'],
  acting: Acting,
): Promise<CitizenEffects['reopen']['result']> {
  const { report, text: words } = input
  const changed = await changeOwn(tx, acting, report, 'reopen', words)
  if (changed.ok) return changed
  if (changed.why === 'supervisor-decides') {
    const asked = await askReopening(tx, acting, report, words)
    return asked ? { ok: true, report, asked } : { ok: false, why: 'not-closed' }
  }
  if (changed.why === 'too-late') return tooLate(tx, input)
  return { ok: false, why: changed.why === 'other' ? 'not-closed' : changed.why }
}

/** It cannot be reopened any more: what a new report about the same problem begins with. */
async function tooLate(
  tx: Pick<Tx, 'reports' | 'attachments'>,
  { report: id, text: words, attachments = [] }: CitizenEffects['reopen']['input'],
): Promise<CitizenEffects['reopen']['result']> {
  const report = await tx.reports.get(id)
  if (!report) return { ok: false, why: 'not-yours' }
  const files = await sideBySide(attachments.map((file) => tx.attachments.get(file)))
  const of = (isVoice: boolean) =>
    files.flatMap((file) => (file && (file.kind === 'voice') === isVoice ? [file.id] : []))
  const { category, place } = report
  return { ok: false, why: 'too-late', text: words, category, place, photos: of(false), voices: of(true) }
}

async function changeOwn(
  tx: Tx,
  { from, town, now }: Acting,
  id: ReportId,
  action: 'withdraw' | 'reopen',
  words?: string,
): Promise<
  | { ok: true; report: ReportId }
  | { ok: false; why: 'not-yours' | 'too-late' | 'supervisor-decides' | 'other' }
> {
  const citizen = await tx.citizens.find(from)
  if (!citizen) return { ok: false, why: 'not-yours' }
  const by = { party: 'reporter', citizen: citizen.id } as const
  const changed = await changeReport(tx, { town, now }, { report: id, action, by, text: words })
  if (changed.ok) return { ok: true, report: changed.report.id }
  if (changed.why === 'too-late' || changed.why === 'supervisor-decides')
    return { ok: false, why: changed.why }
  return { ok: false, why: changed.why === 'unknown' || changed.why === 'not-yours' ? 'not-yours' : 'other' }
}

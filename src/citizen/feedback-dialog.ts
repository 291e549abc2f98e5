import type { Ctx, Dialog, DialogEvent, Effect, Move } from '../dialog/dialog.js'
import type { Frame, Json } from '../dialog/session.js'
import type { Outcome } from '../domain/report.js'
import { findCategory } from '../domain/town.js'
import type { AttachmentId, ReportId } from '../kernel/ids.js'
import { plainAnswerOf } from '../kernel/plain-answer.js'
import { text, verbatim } from '../kernel/text.js'
import { tokens } from '../kernel/words.js'
import { heard } from './addition.js'
import { emptyDraft, withWords } from './draft.js'
import { type CitizenEffects, type Earlier, effect, resultOf } from './effects.js'
import { leaveFor } from './leave.js'
import { sayings, warned, warnedBy } from './report-change.js'
import { beginReport } from './report-dialog.js'
import { usableAs } from './sent-file.js'
import { isThanks, saysGone, saysNotFixed, WORDS_OF_A_REPORT } from './words.js'

/**
 * With `attachments`: something was sent about it. With `earlier`: it cannot be reopened, shall it be a new report?
 * Without `outcome`: it was closed as resolved.
 */
type Feedback = CitizenEffects['reopen']['input'] & { readonly earlier?: Earlier; readonly outcome?: Outcome }

export const feedbackFrame = (report: ReportId): Frame => ({ dialog: 'feedback', state: { report } })

/** Something was to be added to a report that is closed: perhaps the problem is still there. Null: it was another answer. */
export function stillThere(result: CitizenEffects['add_to_report']['result']): Frame | null {
  if (result.ok || result.why !== 'reopenable') return null
  const { report, outcome, text: words, attachments } = result
  if (isThanks(words ?? '') && !attachments?.length) return null
  return askedStill({ report, outcome, text: words, attachments })
}

/** The question whether it is still there; what was sent is added if it is. */
export const askedStill = ({ attachments = [], ...sent }: Omit<Feedback, 'earlier'>): Frame => ({
  dialog: 'feedback',
  state: { ...sent, attachments },
})

/**
 * The rest of an album that was sent about a closed report, while it is asked whether the problem is still there: it
 * comes along with the first photo. Null: something else.
 */
export function albumRest(
  top: Frame | undefined,
  event: Extract<DialogEvent, { type: 'media' }>,
  report: ReportId,
): Move | null {
  if (top?.dialog !== 'feedback' || event.album === undefined || !usableAs(event)) return null
  const feedback = top.state as unknown as Feedback
  if (feedback.report !== report || !feedback.attachments) return null
  const words = joined(feedback.text, event.caption)
  const attachments = [...feedback.attachments, event.attachment]
  return {
    state: { ...feedback, ...(words && { text: words }), attachments } as unknown as Json,
    effects: [effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref })],
    quiet: true,
  }
}

/** What became of "it is still there". */
export function reopenedOrNot(result: CitizenEffects['reopen']['result'], number: ReportId): Move {
  if (!result.ok && result.why === 'too-late') {
    const { ok, why, ...earlier } = result
    return { end: true, begin: { dialog: 'feedback', state: { report: number, earlier } as unknown as Json } }
  }
  const key = !result.ok
    ? 'feedback.not_reopened'
    : result.asked
      ? 'feedback.supervisor'
      : 'feedback.reopened'
  return { say: [{ body: [text(key, { number })], about: number }], end: true }
}

/** The choice that begins a new report. */
const ANEW = 'anew'

/**
 * A report is under way: a new one about an old problem waits until that is done, and is asked about again. What else is
 * said belongs to the one under way. Null: it is not this question that is open, or it is answered with no.
 */
export function oneAtATime(event: DialogEvent, top: Frame | undefined): Move | null {
  const { report: number, earlier } = (top?.state ?? {}) as Partial<Feedback>
  if (top?.dialog !== feedbackDialog.name || !earlier || number === undefined) return null
  if (event.type === 'choice' && event.id === ANEW)
    return { say: [{ body: [text('feedback.one_at_a_time', { number })] }], end: true, later: top }
  const leaves = leaveFor(event)
  return leaves && { ...leaves, quiet: true, later: top }
}

/** A new report about the same problem, with all that is known of it. */
function begunAnew({ report }: Feedback, { text: words = '', ...known }: Earlier, { world }: Ctx): Move {
  const { town } = world
  const begun = withWords({ ...emptyDraft, ...known, followUpOf: report }, words)
  const heard = warnedBy(words, { draft: begun, say: [text('feedback.begun_anew')] }, town)
  const change = warned(heard, findCategory(town, known.category)?.danger ?? false, town)
  return { say: sayings(change), end: true, ...beginReport(change.draft) }
}

/** What was sent about it and goes nowhere. */
const dropped = (files: readonly AttachmentId[] = []): readonly Effect[] =>
  files.length > 0 ? [effect('drop_files', { files })] : []

const filesOf = ({ photos, voices }: Earlier): readonly AttachmentId[] => [...photos, ...voices]

/** Shall it be a new report? */
function answeredEarlier(feedback: Feedback, earlier: Earlier, event: DialogEvent, ctx: Ctx): Move | null {
  if (event.type === 'choice') {
    return event.id === ANEW
      ? begunAnew(feedback, earlier, ctx)
      : { say: [{ body: [text('feedback.stays_so')] }], effects: dropped(filesOf(earlier)), end: true }
  }
  // Who says more of it, or shows it, means yes.
  if (event.type === 'text' && tokens(event.text).length >= WORDS_OF_A_REPORT) {
    return begunAnew(feedback, { ...earlier, text: joined(earlier.text, event.text) }, ctx)
  }
  const kind = event.type === 'media' ? usableAs(event) : undefined
  if (event.type === 'media' && kind) {
    const { attachment: id, ref, caption } = event
    const list = kind === 'voice' ? 'voices' : 'photos'
    const more = { ...earlier, text: joined(earlier.text, caption), [list]: [...earlier[list], id] }
    const begun = begunAnew(feedback, more, ctx)
    return {
      ...begun,
      effects: [effect('keep_media', { id, kind: event.kind, ref }), ...(begun.effects ?? [])],
    }
  }
  const leaves = leaveFor(event)
  return leaves && { ...leaves, effects: dropped(filesOf(earlier)) }
}

const joined = (...words: readonly (string | undefined)[]): string =>
  words
    .map((each) => each?.trim())
    .filter(Boolean)
    .join('\n')

/**
 * "Is it fixed?", after a report was closed as resolved; "is it still there?", when something is sent about a closed one.
 * If it is, it is reopened, with what the citizen sent about it.
 */
export const feedbackDialog: Dialog = {
  name: 'feedback',
  question(state) {
    const { report, attachments, earlier, outcome = 'resolved' } = state as unknown as Feedback
    if (earlier) {
      return {
        body: [text('feedback.ask_anew', { number: report })],
        options: [
          { id: ANEW, label: text('feedback.anew') },
          { id: 'not_anew', label: text('feedback.not_anew') },
        ],
        about: report,
      }
    }
    if (outcome !== 'resolved') {
      return {
        body: [text('feedback.ask_closed', { number: report })],
        options: [
          { id: 'not_fixed', label: text('feedback.still') },
          { id: 'fixed', label: text('feedback.stay_closed') },
        ],
        about: report,
      }
    }
    const fixed = { id: 'fixed', label: text(attachments ? 'feedback.gone' : 'feedback.fixed') }
    const still = { id: 'not_fixed', label: text(attachments ? 'feedback.still' : 'feedback.not_fixed') }
    return {
      body: [text(attachments ? 'feedback.ask_still' : 'feedback.ask', { number: report })],
      options: attachments ? [still, fixed] : [fixed, still],
      about: report,
      ...(!attachments && { news: { kind: 'ask_fixed', values: { number: verbatim(String(report)) } } }),
    }
  },
  handle(state, event, ctx): Move | null {
    const feedback = state as unknown as Feedback
    const { report, earlier, attachments, text: before, outcome = 'resolved' } = feedback
    if (earlier) return answeredEarlier(feedback, earlier, event, ctx)
    if (event.type === 'choice' ? event.id === 'fixed' : event.type === 'text' && saysGone(event.text)) {
      const says = text(outcome === 'resolved' ? 'feedback.thanks' : 'feedback.stays_so')
      return { say: [{ body: [says] }], effects: dropped(attachments), end: true }
    }
    if (event.type === 'choice' && event.id === 'not_fixed')
      return { effects: [effect('reopen', { report, text: before, attachments }, 'reopen')] }
    if (event.type === 'done' && event.ref === 'add_to_report') {
      const result = resultOf('add_to_report', event.result)
      const frame = stillThere(result)
      if (!frame || result.report !== report) return frame && { begin: frame }
      // It takes the place of this question, with what was sent before.
      const more = frame.state as unknown as Feedback
      const all = {
        report,
        outcome: more.outcome,
        text: joined(before, more.text) || undefined,
        attachments: [...(attachments ?? []), ...(more.attachments ?? [])],
      }
      return { end: true, begin: { ...frame, state: all } }
    }
    if (event.type === 'done' && event.ref === 'reopen') {
      return reopenedOrNot(resultOf('reopen', event.result), report)
    }
    if (event.type === 'text' && isThanks(event.text))
      return {
        say: [{ body: [text(outcome === 'resolved' ? 'feedback.still_open' : 'feedback.not_known_yet')] }],
        quiet: true,
      }
    if (event.type === 'text' && plainAnswerOf(event.text) === 'unknown')
      return { say: [{ body: [text('feedback.not_known_yet')] }], quiet: true }
    if (event.type === 'text' && saysNotFixed(event.text)) {
      const { words, say } = heard(event.text, ctx)
      const all = { report, text: joined(before, words), attachments }
      return { say, effects: [effect('reopen', all, 'reopen')] }
    }
    // "No, thank you" is not "no", and neither is silence: whatever else is said ends the question.
    const leaves = leaveFor(event)
    return leaves && { ...leaves, effects: dropped(attachments) }
  },
}

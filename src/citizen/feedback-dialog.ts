import type { Dialog, Move } from '../dialog/dialog.js'
import type { Frame } from '../dialog/session.js'
import type { ReportId } from '../kernel/ids.js'
import { text, verbatim } from '../kernel/text.js'
import { type CitizenEffects, effect, resultOf } from './effects.js'
import { leaveFor } from './leave.js'
import { isThanks, saysNotFixed } from './words.js'

/** With `attachments`: something was sent about it. */
type Feedback = CitizenEffects['reopen']['input']

export const feedbackFrame = (report: ReportId): Frame => ({ dialog: 'feedback', state: { report } })

/** Something was to be added to a report that is closed as resolved: perhaps it is not. Null: it was another answer. */
export function stillThere(result: CitizenEffects['add_to_report']['result']): Frame | null {
  if (result.ok || result.why !== 'resolved' || isThanks(result.text ?? '')) return null
  const { report, text: words, attachments } = result
  return { dialog: 'feedback', state: { report, text: words, attachments } }
}

/** "Is it fixed?", after a report was closed as resolved. If not, it is reopened, with what the citizen sent about it. */
export const feedbackDialog: Dialog = {
  name: 'feedback',
  question(state) {
    const { report, attachments } = state as unknown as Feedback
    const fixed = { id: 'fixed', label: text(attachments ? 'feedback.gone' : 'feedback.fixed') }
    const still = { id: 'not_fixed', label: text(attachments ? 'feedback.still' : 'feedback.not_fixed') }
    return {
      body: [text(attachments ? 'feedback.ask_still' : 'feedback.ask', { number: report })],
      options: attachments ? [still, fixed] : [fixed, still],
      about: report,
      ...(!attachments && { news: { kind: 'ask_fixed', values: { number: verbatim(String(report)) } } }),
    }
  },
  handle(state, event): Move | null {
    const feedback = state as unknown as Feedback
    const { report } = feedback
    if (event.type === 'choice' && event.id === 'fixed')
      return { say: [{ body: [text('feedback.thanks')] }], end: true }
    if (event.type === 'choice' && event.id === 'not_fixed')
      return { effects: [effect('reopen', feedback, 'reopen')] }
    if (event.type === 'done' && event.ref === 'add_to_report') {
      // It takes the place of the bare question about the same report.
      const result = resultOf('add_to_report', event.result)
      const frame = stillThere(result)
      return frame && { end: !result.ok && result.report === report, begin: frame }
    }
    if (event.type === 'done' && event.ref === 'reopen') {
      const result = resultOf('reopen', event.result)
      const key = result.ok ? 'feedback.reopened' : 'feedback.not_reopened'
      return { say: [{ body: [text(key, { number: report })], about: report }], end: true }
    }
    if (event.type === 'text' && isThanks(event.text))
      return { say: [{ body: [text('feedback.still_open')] }], quiet: true }
    if (event.type === 'text' && saysNotFixed(event.text)) {
      const words = [feedback.text, event.text].filter(Boolean).join('\n')
      return { effects: [effect('reopen', { ...feedback, text: words }, 'reopen')] }
    }
    // "No, thank you" is not "no", and neither is silence: whatever else is said ends the question.
    return leaveFor(event)
  },
}

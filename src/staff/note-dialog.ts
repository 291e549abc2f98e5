import type { Dialog } from '../dialog/dialog.js'
import { text } from '../kernel/text.js'
import { refusal } from './answers.js'
import { answerTo, ask } from './effects.js'
import { aboutWork, finished, inBetween, lookedUp, type Work } from './work.js'

/** An internal note: one message, kept at once. */
export const noteDialog: Dialog<Work> = {
  name: 'note',
  question: (work, ctx) =>
    work.subject
      ? { body: [text('staff.note.ask', aboutWork(work, ctx))], options: [], ways: ['cancel'] }
      : null,
  handle(work, event, ctx) {
    const keep = (words: string) => ({ effects: [ask('add_note', { report: work.report, text: words })] })
    const begun = lookedUp(work, event, ctx, 'nothing')
    if (begun) return begun.end || !work.text ? begun : { ...begun, ...keep(work.text) }
    const kept = answerTo('add_note', event)
    if (kept) {
      const { result, number } = kept
      if (result.ok) return finished(work, text('staff.note.done', { number }))
      return { end: true, say: [{ body: [refusal(result, number)] }] }
    }
    return event.type === 'text' ? keep(event.text) : inBetween(work, event, ctx)
  },
}

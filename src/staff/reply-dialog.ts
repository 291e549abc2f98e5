import type { Dialog } from '../dialog/dialog.js'
import { text, verbatim } from '../kernel/text.js'
import { refusal, toldAs } from './answers.js'
import { answerTo, ask } from './effects.js'
import { aboutWork, atLastLook, finished, inBetween, lookedUp, type Work, withMore } from './work.js'

/** A private word to the reporter: what to say, a last look, send. */
export const replyDialog: Dialog<Work> = {
  name: 'reply',
  question(work, ctx) {
    if (!work.subject) return null
    const about = aboutWork(work, ctx)
    if (!work.text) return { body: [text('staff.reply.ask', about)], options: [], ways: ['cancel'] }
    return {
      body: [
        text('staff.reply.look', about),
        text('status.reply', about),
        verbatim(work.text),
        ...(work.subject.isOpen ? [text('status.reply_how')] : []),
      ],
      options: [
        { id: 'send', label: text('staff.button.send') },
        { id: 'change', label: text('staff.button.change') },
      ],
      ways: ['cancel'],
    }
  },
  handle(work, heard, ctx) {
    const event = work.text ? atLastLook(heard) : heard
    if (event === 'again') return { state: work }
    const begun = lookedUp(work, event, ctx, 'reporter')
    if (begun) return begun
    const sent = answerTo('reply_to_citizen', event)
    if (sent) {
      const { result, number } = sent
      return result.ok
        ? finished(work, text('staff.reply.done', { number }), toldAs(result.told))
        : { end: true, say: [{ body: [refusal(result, number)] }] }
    }
    if (event.type === 'text') return { state: withMore(work, event.text) }
    if (event.type === 'choice' && event.id === 'change') return { state: { ...work, text: undefined } }
    if (event.type === 'choice' && event.id === 'send' && work.text) {
      return { effects: [ask('reply_to_citizen', { report: work.report, text: work.text })] }
    }
    return inBetween(work, event, ctx)
  },
}

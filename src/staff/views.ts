import type { Dialog, Option } from '../dialog/dialog.js'
import type { Text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import { cardQuestion, type Detail, type PlainCard } from './cards.js'
import { deliver } from './deliver.js'
import { ask, type Plain } from './effects.js'
import { type PlainQueue, queueQuestion } from './queue-view.js'

/** What is only looked at: its buttons stand for themselves, and what comes next takes its place. */
export const cardDialog: Dialog<{ readonly card: PlainCard; readonly detail: Detail }> = {
  name: 'card',
  question: ({ card, detail }, ctx) => cardQuestion(card, detail, ctx),
  handle: ({ card, detail }, event, ctx) =>
    event.type === 'done' ? deliver(event, ctx, false, detail === 'full' ? card.report : undefined) : null,
}

export const queueDialog: Dialog<PlainQueue> = {
  name: 'queue',
  question: queueQuestion,
  handle({ filter, page }, event, ctx) {
    if (event.type === 'done') return deliver(event, ctx, false)
    if (event.type !== 'choice' || (event.id !== 'next' && event.id !== 'previous')) return null
    return { effects: [ask('view_queue', { filter, page: event.id === 'next' ? page + 1 : page - 1 })] }
  },
}

export const digestDialog: Dialog<Plain<{ body: readonly Text[]; choices: readonly Choice[] }>> = {
  name: 'digest',
  question: ({ body, choices }) => ({
    body,
    options: choices.map((choice): Option => ({ ...choice, standing: true, keep: true })),
  }),
  handle: (_, event, ctx) => (event.type === 'done' ? deliver(event, ctx, false) : null),
}

import { CALLS_PAGE } from '../app/work-off-calls.js'
import type { Ctx, Dialog, Option, Question } from '../dialog/dialog.js'
import { staffCommand } from '../domain/staff-command.js'
import { text } from '../kernel/text.js'
import { callsSaying, type PlainCalls } from './calls-view.js'
import { deliver } from './deliver.js'
import { ask } from './effects.js'
import { NEXT, PREVIOUS } from './queue-view.js'

/** A page of the calls to make; each opens with a look that is recorded. */
export const callsDialog: Dialog<PlainCalls> = {
  name: 'calls',
  question: (calls, ctx): Question => ({
    ...callsSaying(calls),
    options: [
      ...calls.rows.map(
        ({ id }): Option => ({
          id: `call:${id}`,
          label: text('staff.calls.option', { call: id }),
          command: staffCommand('call', ctx.locale, id),
          standing: true,
          keep: true,
        }),
      ),
      ...(calls.page > 0 ? [PREVIOUS] : []),
      ...((calls.page + 1) * CALLS_PAGE < calls.total ? [NEXT] : []),
    ],
  }),
  handle({ page }, event, ctx) {
    if (event.type === 'done') return deliver(event, ctx, false)
    if (event.type !== 'choice' || (event.id !== 'next' && event.id !== 'previous')) return null
    return { effects: [ask('view_calls', { page: event.id === 'next' ? page + 1 : page - 1 })] }
  },
}

/** Under the number that is called: how did it go? */
export const callDialog: Dialog<{ readonly call: number }> = {
  name: 'call',
  question: ({ call }, ctx) => ({ body: [text('staff.call.how')], options: ends(call, ctx) }),
  handle: (_, event, ctx) => (event.type === 'done' ? deliver(event, ctx, false) : null),
}

const ends = (call: number, { locale }: Ctx): Option[] =>
  (['told', 'noanswer', 'wrong'] as const).map((press) => ({
    id: `${press}:${call}`,
    label: text(`staff.button.${press}`),
    command: staffCommand(press, locale, call),
    standing: true,
  }))

import { CALLS_PAGE, type CallsView } from '../app/work-off-calls.js'
import type { Ctx, Dialog, Option, Question, Saying } from '../dialog/dialog.js'
import { staffCommand } from '../domain/staff-command.js'
import { text } from '../kernel/text.js'
import { deliver } from './deliver.js'
import { ask, type Plain } from './effects.js'
import { NEXT, PREVIOUS } from './queue-view.js'

export type PlainCalls = Plain<Extract<CallsView, { ok: true }>>

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

/** The page without its buttons; no names, no numbers. */
export const callsSaying = ({ rows, total }: PlainCalls): Saying => ({
  body: [
    text('staff.calls.title', { count: total }),
    ...rows.map(({ id, reason, report, createdAt, tries }) =>
      text(report === undefined ? 'staff.calls.row' : 'staff.calls.row_report', {
        call: id,
        reason: text(`staff.calls.reason_${reason}`),
        number: report ?? 0,
        since: { at: createdAt, style: 'datetime' },
        tries,
      }),
    ),
  ],
})

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

import type { CallsView } from '../app/work-off-calls.js'
import type { Saying } from '../dialog/dialog.js'
import { text } from '../kernel/text.js'
import type { Plain } from './effects.js'

export type PlainCalls = Plain<Extract<CallsView, { ok: true }>>

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

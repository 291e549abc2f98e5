import { QUEUE_PAGE, type QueueView } from '../app/view-queue.js'
import type { Ctx, Option, Question, Saying } from '../dialog/dialog.js'
import { aboutReport, categoryName } from '../domain/report-text.js'
import { DAY, HOUR, MINUTE } from '../kernel/clock.js'
import { type Text, text } from '../kernel/text.js'
import type { Plain } from './effects.js'

export type PlainQueue = Plain<Extract<QueueView, { ok: true }>>
type Row = PlainQueue['rows'][number]

/** A page of the queue; its reports open one after the other. */
export const queueQuestion = (queue: PlainQueue, ctx: Ctx): Question => ({
  ...queueSaying(queue, ctx),
  options: [...queue.rows.map((row) => openOption(row, ctx)), ...turns(queue)],
})

/** The page without its buttons. */
export const queueSaying = ({ filter, page, rows, total }: PlainQueue, ctx: Ctx): Saying => ({
  body: [
    text(`staff.queue.title_${filter}`, { total }),
    ...(total > QUEUE_PAGE
      ? [text('staff.queue.page', { page: page + 1, pages: Math.ceil(total / QUEUE_PAGE) })]
      : []),
    ...rows.map((row) => rowText(row, ctx)),
  ],
})

const rowText = (row: Row, { world: { town, now } }: Ctx): Text =>
  text(row.urgent ? 'staff.queue.row_urgent' : 'staff.queue.row', {
    ...aboutReport(town, { ...row, claimDueAt: new Date(row.claimDueAt) }),
    age: ageOf(now.getTime() - Date.parse(row.submittedAt)),
    clock: clockOf(row, now),
  })

/** Since the first submission: moving a report about hides nothing. */
export function ageOf(ms: number): Text {
  if (ms < HOUR) return text('staff.age.minutes', { count: Math.max(1, Math.floor(ms / MINUTE)) })
  if (ms < 2 * DAY) return text('staff.age.hours', { count: Math.floor(ms / HOUR) })
  return text('staff.age.days', { count: Math.floor(ms / DAY) })
}

function clockOf({ status, claimedBy, claimDueAt }: Row, now: Date): Text {
  if (status !== 'submitted' && status !== 'reopened') {
    return claimedBy ? text('staff.card.claimed_by', { name: claimedBy }) : text(`staff.state.${status}`)
  }
  const deadline = { at: claimDueAt, style: 'deadline' } as const
  return text(new Date(claimDueAt) <= now ? 'staff.claim_late' : 'staff.claim_by', { deadline })
}

const openOption = ({ id, category }: Row, { world: { town } }: Ctx): Option => ({
  id: `open:${id}`,
  label: text('staff.queue.option', { number: id, category: categoryName(town, category) }),
  standing: true,
  keep: true,
})

const turns = ({ page, total }: PlainQueue): Option[] => [
  ...(page > 0 ? [{ id: 'previous', label: text('staff.queue.previous'), row: 98 }] : []),
  ...((page + 1) * QUEUE_PAGE < total ? [{ id: 'next', label: text('staff.queue.next'), row: 98 }] : []),
]

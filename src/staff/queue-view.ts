import { QUEUE_PAGE, type QueueView } from '../app/view-queue.js'
import type { Ctx, Option, Question, Saying } from '../dialog/dialog.js'
import { lifecycle } from '../domain/lifecycle.js'
import { categoryName, publicPlace } from '../domain/report-text.js'
import { staffCommand } from '../domain/staff-command.js'
import { DAY, HOUR, MINUTE } from '../kernel/clock.js'
import { type Param, type Text, text } from '../kernel/text.js'
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

/** As short as it can be read: on a phone a row should need no second line. The rest is on the card. */
const rowText = (row: Row, { world: { town, now } }: Ctx): Text =>
  text(row.urgent ? 'staff.queue.row_urgent' : 'staff.queue.row', {
    number: row.id,
    category: categoryName(town, row.category),
    street: publicPlace(town, { ...row.place, houseNumber: undefined }),
    // Since the first submission: moving a report about hides nothing.
    age: spanOf(now.getTime() - Date.parse(row.submittedAt)),
    clock: clockOf(row, now),
  })

function spanOf(ms: number): Text {
  if (ms < HOUR) return text('staff.span.minutes', { count: Math.max(1, Math.floor(ms / MINUTE)) })
  if (ms < 2 * DAY) return text('staff.span.hours', { count: Math.floor(ms / HOUR) })
  return text('staff.span.days', { count: Math.floor(ms / DAY) })
}

function clockOf({ status, claimedBy, claimDueAt }: Row, now: Date): Param {
  if (!lifecycle.claim.from.includes(status)) return claimedBy ?? text(`staff.state.${status}`)
  const left = Date.parse(claimDueAt) - now.getTime()
  return left > 0 ? text('staff.queue.left', { span: spanOf(left) }) : text('staff.queue.late')
}

const openOption = ({ id, category }: Row, { locale, world: { town } }: Ctx): Option => ({
  id: `open:${id}`,
  label: text('staff.queue.option', { number: id, category: categoryName(town, category) }),
  command: staffCommand('open', locale, id),
  standing: true,
  keep: true,
})

export const PREVIOUS: Option = {
  id: 'previous',
  label: text('staff.queue.previous'),
  word: text('staff.queue.previous_word'),
  row: 98,
}
export const NEXT: Option = {
  id: 'next',
  label: text('staff.queue.next'),
  word: text('staff.queue.next_word'),
  row: 98,
}

const turns = ({ page, total }: PlainQueue): Option[] => [
  ...(page > 0 ? [PREVIOUS] : []),
  ...((page + 1) * QUEUE_PAGE < total ? [NEXT] : []),
]

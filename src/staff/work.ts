import type { Ctx, DialogEvent, Move } from '../dialog/dialog.js'
import { type Action, actionsFrom } from '../domain/lifecycle.js'
import { isOpen } from '../domain/report.js'
import { aboutReport } from '../domain/report-text.js'
import type { CategoryCode, OfficeCode, ReportId } from '../kernel/ids.js'
import { plainAnswerOf } from '../kernel/plain-answer.js'
import type { Param } from '../kernel/text.js'
import { text } from '../kernel/text.js'
import { refusal } from './answers.js'
import { type PlainCard, stateOf } from './cards.js'
import { deliver } from './deliver.js'
import { answerTo, ask } from './effects.js'

/** What a piece of work must know of its report: no personal data. */
export type Subject = {
  readonly version: number
  readonly place: {
    readonly street?: string
    readonly houseNumber?: string
    readonly point?: { readonly lat: number; readonly lon: number }
  }
  readonly category: CategoryCode
  readonly office: OfficeCode
  readonly claimDueAt: string
  readonly isOpen?: boolean
}

/** Work on one report. `text`: what was typed so far; it is never lost to what comes in between. */
export type Work = {
  readonly report: ReportId
  readonly text?: string
  /** Missing until the report was looked at. */
  readonly subject?: Subject
}

/** May it be begun now? A life's step must be in the table; a reply needs somebody to read it. */
export type Needs = Action | 'reporter' | 'nothing'

/** The first thing that a piece of work hears: its report, or why not. Undefined: something else. */
export function lookedUp<W extends Work>(
  work: W,
  event: DialogEvent,
  ctx: Ctx,
  needs: Needs,
): Move | undefined {
  const answer = answerTo('open_report', event)
  if (answer?.purpose !== 'work' || work.subject) return undefined
  const { result, number } = answer
  if (!result.ok) return { end: true, say: [{ body: [refusal(result, number)] }] }
  const no = hindrance(result.card, ctx, needs)
  if (no) return { end: true, say: [{ body: [no] }] }
  const { version, place, category, office, claimDueAt, status } = result.card.report
  const { line: _, ...where } = place
  const subject: Subject = { version, place: where, category, office, claimDueAt, isOpen: isOpen(status) }
  return { state: { ...work, subject } }
}

function hindrance({ report, mayAct, hasReporter }: PlainCard, { world: { staff } }: Ctx, needs: Needs) {
  const number = report.id
  if (!mayAct || !staff || staff.role === 'observer') return text('staff.no.not-yours', { number })
  if (needs === 'nothing') return undefined
  const state = text('staff.no.state', { number, state: stateOf(report) })
  if (needs === 'reporter') {
    if (!hasReporter) return text('staff.no.nobody', { number })
    return report.status === 'withdrawn' ? state : undefined
  }
  if (actionsFrom(report.status, staff.role).includes(needs)) return undefined
  const waits = actionsFrom(report.status, staff.role).includes('claim')
  return waits ? text('staff.no.claim_first', { number }) : state
}

/** What else comes in while this work is under way. */
export const inBetween = (work: Work, event: DialogEvent, ctx: Ctx): Move | null =>
  event.type === 'done' ? deliver(event, ctx, Boolean(work.text)) : null

/** Ends the work, with a sentence where none was said yet; the card as it is now follows. */
export const finished = (work: Work, ...body: ReturnType<typeof text>[]): Move => ({
  end: true,
  say: body.length > 0 ? [{ body, about: work.report }] : [],
  effects: [ask('open_report', { report: work.report }, 'brief')],
})

/** At a last look a bare "yes" is the press on "send"; a bare "no" or "I don't know" is no part of what is sent. */
export function atLastLook(event: DialogEvent): DialogEvent | 'again' {
  const plain = event.type === 'text' ? plainAnswerOf(event.text) : undefined
  if (plain === 'yes') return { type: 'choice', id: 'send' }
  return plain ? 'again' : event
}

/** Several short messages in a row belong together. */
export const withMore = <W extends Work>(work: W, words: string): W => ({
  ...work,
  text: work.text ? `${work.text}\n${words.trim()}` : words.trim(),
})

/** The values that sentences about this report are filled with. */
export const aboutWork = ({ report, subject }: Work, { world: { town } }: Ctx): Record<string, Param> =>
  subject
    ? aboutReport(town, {
        id: report,
        place: subject.place,
        category: subject.category,
        office: subject.office,
        claimDueAt: new Date(subject.claimDueAt),
      })
    : { number: report }

import type { Ctx, Dialog, DialogEvent, Move, Question } from '../dialog/dialog.js'
import { lifecycle } from '../domain/lifecycle.js'
import { OUTCOMES, type Outcome } from '../domain/report.js'
import { readyText } from '../domain/report-text.js'
import { findCategory } from '../domain/town.js'
import type { ReportId } from '../kernel/ids.js'
import { text, verbatim } from '../kernel/text.js'
import { refusal } from './answers.js'
import { readNumber } from './command.js'
import { answerTo, ask } from './effects.js'
import {
  aboutWork,
  atLastLook,
  finished,
  inBetween,
  lookedUp,
  type Subject,
  type Work,
  withMore,
} from './work.js'

type Closing = Work & {
  readonly outcome?: Outcome
  readonly duplicateOf?: ReportId
  /** The text is the ready-made one of the outcome, as it is. */
  readonly ready?: boolean
}

const id = (outcome: Outcome): string => `outcome.${outcome}`

/** Closing: how it ended, what the citizen is told, a last look, send. There is no way to the end without a message. */
export const closeDialog: Dialog<Closing> = {
  name: 'close',
  question(work, ctx) {
    if (!work.subject) return null
    if (!work.outcome) return askOutcome(work, ctx)
    if (lacksTwin(work)) return askTwin(work, ctx)
    return work.text ? lastLook(work, work.outcome, ctx) : askMessage(work, work.outcome, ctx)
  },
  handle(work, heard, ctx) {
    const event = work.outcome && work.text && !lacksTwin(work) ? atLastLook(heard) : heard
    if (event === 'again') return { state: work }
    const begun = lookedUp(work, event, ctx, 'close')
    if (begun) return begun
    const closed = answerTo('change_report', event)
    if (closed?.purpose === 'close') return afterwards(work, closed.result, closed.number)
    if (event.type === 'text' && lacksTwin(work)) return twinTyped(work, event.text)
    if (event.type === 'text') return { state: { ...withMore(work, event.text), ready: false } }
    return (
      (event.type === 'choice' ? chosen(work, event.id, ctx) : stepBack(work, event)) ??
      inBetween(work, event, ctx)
    )
  },
}

const askOutcome = (work: Closing, ctx: Ctx): Question => ({
  body: [text('staff.close.ask_outcome', aboutWork(work, ctx)), ...kept(work)],
  options: OUTCOMES.map((outcome) => ({ id: id(outcome), label: text(`outcome.${outcome}`) })),
  ways: ['cancel'],
})

/** Which other report it is must be known before anything is written to its people. */
const lacksTwin = ({ outcome, duplicateOf }: Closing): boolean =>
  outcome === 'duplicate' && duplicateOf === undefined

/** It offers nothing to choose: where there are no buttons, a typed number must be the report's. */
const askTwin = (work: Closing, ctx: Ctx): Question => ({
  body: [text('staff.close.ask_duplicate', aboutWork(work, ctx)), ...kept(work)],
  options: [],
  ways: ['back', 'cancel'],
})

function twinTyped(work: Closing, words: string): Move {
  const read = readNumber(words)
  if (!read) return { state: withMore(work, words), say: [{ body: [text('staff.which.again')] }] }
  const { report } = read
  if (report === work.report)
    return { say: [{ body: [text('staff.no.duplicate-unknown', { number: report })] }] }
  const twin = { ...work, duplicateOf: report }
  return { state: read.rest ? withMore(twin, read.rest) : twin }
}

const kept = ({ text: words }: Closing) => (words ? [text('staff.close.kept', { words })] : [])

function askMessage(work: Closing, outcome: Outcome, ctx: Ctx): Question {
  const ready = readyText(ctx.world.town, outcome)
  return {
    body: [
      text('staff.close.ask_message', aboutWork(work, ctx)),
      text(`staff.close.hint_${outcome}`),
      ...(ready ? [text('staff.close.offer', { words: ready })] : []),
    ],
    options: ready ? [{ id: 'ready', label: text('staff.close.use_ready') }] : [],
    ways: ['back', 'cancel'],
  }
}

/** What the citizen will read, sentence for sentence (`app/tell-closed.ts`). */
const lastLook = (work: Closing, outcome: Outcome, ctx: Ctx): Question => ({
  body: [
    text('staff.close.look', aboutWork(work, ctx)),
    text(lifecycle.close.tells ?? 'status.closed', aboutWork(work, ctx)),
    text(`closed.${outcome}`),
    ...(work.duplicateOf && !isSensitive(work, ctx)
      ? [text('closed.duplicate_of', { number: work.duplicateOf })]
      : []),
    (work.ready && readyText(ctx.world.town, outcome)) || verbatim(work.text ?? ''),
  ],
  options: [
    { id: 'send', label: text('staff.button.send') },
    { id: 'change', label: text('staff.button.change') },
  ],
  ways: ['back', 'cancel'],
})

const isSensitive = ({ subject }: Closing, { world: { town } }: Ctx): boolean =>
  subject !== undefined && findCategory(town, subject.category)?.sensitive === true

function chosen(work: Closing, choice: string, ctx: Ctx): Move | undefined {
  const outcome = OUTCOMES.find((one) => id(one) === choice)
  if (outcome) return { state: { ...work, outcome, duplicateOf: undefined } }
  if (choice === 'change') return { state: { ...work, text: undefined, ready: undefined } }
  const { town, translate } = ctx.world
  const offered = choice === 'ready' && work.outcome && readyText(town, work.outcome)
  // The words as the town writes them; each citizen gets them in the own language.
  if (offered) return { state: { ...work, text: translate(offered, town.locale), ready: true } }
  if (choice !== 'send') return undefined
  const { report, subject, text: words, ready, duplicateOf } = work
  const input = {
    report,
    action: 'close',
    outcome: work.outcome,
    text: words,
    ready,
    duplicateOf,
    seenVersion: subject?.version,
  } as const
  return { effects: [ask('change_report', input, 'close')] }
}

/** From the end to the other report's number, where there is one, and to the outcome; a text of one's own is kept. */
function stepBack(work: Closing, event: DialogEvent): Move | undefined {
  if (event.type !== 'back' || !work.outcome) return undefined
  const { outcome: _, duplicateOf, ready, text: words, ...rest } = work
  const before = { ...rest, text: ready ? undefined : words }
  return { state: duplicateOf === undefined ? before : { ...before, outcome: work.outcome } }
}

function afterwards(
  work: Closing,
  result: NonNullable<ReturnType<typeof answerTo<'change_report'>>>['result'],
  number: number,
): Move {
  // That it is closed, and how to undo it, was said with the change (`app/change-report.ts`).
  if (result.ok) return finished(work)
  if (result.why === 'changed' && work.subject) {
    const subject: Subject = { ...work.subject, version: result.version }
    return { say: [{ body: [refusal(result, number)] }], state: { ...work, subject } }
  }
  if (result.why.startsWith('duplicate-')) {
    const twin = work.duplicateOf ?? number
    return { say: [{ body: [refusal(result, twin)] }], state: { ...work, duplicateOf: undefined } }
  }
  return { end: true, say: [{ body: [refusal(result, number)] }] }
}

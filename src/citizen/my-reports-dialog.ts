import type { Ctx, Dialog, DialogEvent, Move, Option, Question } from '../dialog/dialog.js'
import type { Frame, Json } from '../dialog/session.js'
import { suggestCategories } from '../domain/suggest-category.js'
import type { ReportId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import { addition, heard, notAdded } from './addition.js'
import { type Ending, effect, type OwnAction, type OwnReport, resultOf } from './effects.js'
import { askedStill, reopenedOrNot, stillThere } from './feedback-dialog.js'
import { saysNotFixed } from './words.js'

type State =
  | { readonly step: 'loading' }
  | { readonly step: 'list'; readonly reports: readonly OwnReport[] }
  | {
      readonly step: 'one'
      readonly reports: readonly OwnReport[]
      readonly id: ReportId
      readonly ending?: Ending
    }
  | {
      readonly step: 'add'
      readonly reports: readonly OwnReport[]
      readonly id: ReportId
      readonly added: boolean
    }
  | { readonly step: 'withdraw'; readonly reports: readonly OwnReport[]; readonly id: ReportId }

export const myReportsFrame: Frame = { dialog: 'my_reports', state: { step: 'loading' } }

/** Opens the list; the answer comes to the dialog. */
export const beginMyReports = (): Move => ({
  begin: myReportsFrame,
  effects: [effect('my_reports', null, 'my_reports')],
})

/** The citizen's own reports: state of each, adding to one, withdrawing it. */
export const myReportsDialog: Dialog = {
  name: 'my_reports',

  light: (state) => LOOKING.has((state as unknown as State).step),

  question: (state) => questionFor(state as unknown as State),

  handle(json, event, ctx): Move | null {
    const state = json as unknown as State
    switch (event.type) {
      case 'done':
        return done(state, event, ctx)
      case 'choice':
        return chosen(state, event.id)
      case 'back':
        return back(state)
      case 'cancel':
        return ended(
          state.step === 'add' && state.added ? text('mine.thanks', { number: state.id }) : text('mine.left'),
        )
      case 'text':
      case 'media':
        if (event.type === 'text' && state.step === 'one' && isStillThere(state, event.text, ctx))
          return asked(state, event.text, ctx)
        return state.step === 'add' ? added(state, event, ctx) : leave
      case 'location':
        return leave
      default:
        return null
    }
  },
}

/** Steps in which nothing is lost by leaving. */
const LOOKING: ReadonlySet<State['step']> = new Set(['list', 'one'])

const stay = (state: State, ...say: Text[]): Move => ({
  state: state as unknown as Json,
  say: say.length > 0 ? [{ body: say }] : undefined,
})

/** Something else was said: the list is left, and whoever is below hears it. */
const leave: Move = { end: true, pass: true }

const LABELS: Readonly<Record<OwnAction, Text>> = {
  add: text('mine.add'),
  withdraw: text('mine.withdraw'),
  reopen: text('mine.reopen'),
}

/** Not "cancel": beside a report that would sound like taking it back. */
const LEAVE: Option = { id: 'cancel', label: text('mine.leave'), word: text('mine.leave_word'), row: 99 }

function questionFor(state: State): Question | null {
  switch (state.step) {
    case 'loading':
      return null
    case 'list':
      return {
        body: [text('mine.list')],
        options: [
          ...state.reports.map((report) => ({
            id: `r${report.id}`,
            label: text('mine.line', {
              number: report.id,
              title: report.title,
              status: statusName(report),
            }),
          })),
          LEAVE,
        ],
      }
    case 'one': {
      const report = find(state)
      if (!report) return null
      return {
        body: [
          text('mine.one', { number: report.id, title: report.title }),
          text('mine.state', { status: text(`status_name.${report.status}`), office: { ...report.office } }),
          ...endingTexts(report, state.ending),
          text('mine.since', { date: { at: report.submittedAt, style: 'date' } }),
        ],
        options: [...report.may.map((action) => ({ id: action, label: LABELS[action] })), LEAVE],
        ways: state.reports.length > 1 ? ['back'] : [],
        about: report.id,
      }
    }
    case 'add':
      return {
        body: [text(state.added ? 'mine.add_more' : 'mine.ask_addition', { number: state.id })],
        options: [{ id: 'enough', label: text('mine.enough') }],
        about: state.id,
      }
    case 'withdraw':
      return {
        body: [text('mine.ask_withdraw', { number: state.id })],
        options: [
          { id: 'withdraw_yes', label: text('mine.withdraw_yes') },
          { id: 'withdraw_no', label: text('mine.withdraw_no') },
        ],
      }
    default:
      return state satisfies never
  }
}

/** "Closed" alone would say nothing; in a list there is room for no more. */
const statusName = ({ status, outcome }: OwnReport): Text =>
  text(outcome ? `outcome.${outcome}` : `status_name.${status}`)

/** What was said when it was closed. */
const endingTexts = ({ outcome }: OwnReport, { message, duplicateOf }: Ending = {}): Text[] => [
  ...(outcome ? [text(`closed.${outcome}`)] : []),
  ...(duplicateOf === undefined ? [] : [text('closed.duplicate_of', { number: duplicateOf })]),
  ...(message ? [text('mine.ending', { words: message })] : []),
]

/** Words that name another kind of problem are about another one. */
function isStillThere(state: Extract<State, { step: 'one' }>, words: string, { world }: Ctx): boolean {
  const report = find(state)
  if (!report?.may.includes('reopen') || !saysNotFixed(words)) return false
  const kinds = suggestCategories(world.town, words)
  return kinds.length === 0 || kinds.some(({ code }) => code === report.category)
}

/** Shall it be reopened, with these words? */
function asked(state: Extract<State, { step: 'one' }>, said: string, ctx: Ctx): Move {
  const { words, say } = heard(said, ctx)
  return {
    say,
    end: true,
    begin: askedStill({ report: state.id, outcome: find(state)?.outcome, text: words }),
  }
}

const find = (state: Exclude<State, { step: 'loading' | 'list' }>): OwnReport | undefined =>
  state.reports.find(({ id }) => id === state.id)

function done(state: State, event: Extract<DialogEvent, { type: 'done' }>, ctx: Ctx): Move | null {
  if (event.ref === 'my_reports') {
    const { reports } = resultOf('my_reports', event.result)
    if (reports.length === 0) return { say: [{ body: [text('mine.none')] }], end: true }
    const [only] = reports
    return reports.length === 1 && only ? opened(only, reports) : stay({ step: 'list', reports })
  }
  if (event.ref === 'show_ending' && state.step === 'list') {
    const { report: id, ...ending } = resultOf('show_ending', event.result)
    return stay({ step: 'one', reports: state.reports, id, ending })
  }
  if (event.ref === 'add_to_report' && state.step === 'add') {
    const result = resultOf('add_to_report', event.result)
    // A reply to a message about another report came in between.
    if (result.report !== state.id) return null
    if (result.ok) {
      const more: Text[] = result.withoutFiles
        ? [notAdded({ why: 'enough-files', report: state.id }, ctx)]
        : []
      return stay({ ...state, added: true }, ...more)
    }
    const frame = stillThere(result)
    return frame ? { end: true, begin: frame } : ended(notAdded(result, ctx))
  }
  if (event.ref === 'reopen' && state.step === 'one') {
    return reopenedOrNot(resultOf('reopen', event.result), state.id)
  }
  if (event.ref === 'withdraw' && state.step === 'withdraw') {
    const result = resultOf('withdraw', event.result)
    const params = { number: state.id }
    return ended(result.ok ? text('mine.withdrawn', params) : text('mine.cannot_withdraw', params))
  }
  return null
}

/** One of the list; how it ended is looked up first. */
const opened = ({ id, outcome }: OwnReport, reports: readonly OwnReport[]): Move =>
  outcome
    ? {
        ...stay({ step: 'list', reports }),
        effects: [effect('show_ending', { report: id }, 'show_ending')],
      }
    : stay({ step: 'one', reports, id })

const ended = (say: Text): Move => ({ say: [{ body: [say] }], end: true })

function chosen(state: State, id: string): Move | null {
  if (state.step === 'list') {
    const report = state.reports.find((one) => `r${one.id}` === id)
    return report ? opened(report, state.reports) : null
  }
  if (state.step === 'one' && id === 'add') return stay({ ...state, step: 'add', added: false })
  if (state.step === 'one' && id === 'withdraw') return stay({ ...state, step: 'withdraw' })
  if (state.step === 'one' && id === 'reopen')
    return { effects: [effect('reopen', { report: state.id }, 'reopen')] }
  if (state.step === 'add' && id === 'enough') return ended(text('mine.thanks', { number: state.id }))
  if (state.step === 'withdraw' && id === 'withdraw_yes') {
    return { effects: [effect('withdraw', { report: state.id }, 'withdraw')] }
  }
  if (state.step === 'withdraw' && id === 'withdraw_no') return stay({ ...state, step: 'one' })
  return null
}

function back(state: State): Move | null {
  if (state.step === 'add' || state.step === 'withdraw') return stay({ ...state, step: 'one' })
  if (state.step === 'one' && state.reports.length > 1) return stay({ step: 'list', reports: state.reports })
  return null
}

function added(
  state: Extract<State, { step: 'add' }>,
  event: Extract<DialogEvent, { type: 'text' | 'media' }>,
  ctx: Ctx,
): Move | null {
  return addition(state.id, event, ctx, 'add_to_report')
}

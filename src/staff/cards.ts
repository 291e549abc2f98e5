import type { Card } from '../app/open-report.js'
import type { Ctx, Option, Question, Saying } from '../dialog/dialog.js'
import { type Action, actionsFrom, lifecycle } from '../domain/lifecycle.js'
import { categoryName, officeName } from '../domain/report-text.js'
import { type StaffCommandName, staffCommand } from '../domain/staff-command.js'
import type { Moment, Text, TextKey } from '../kernel/text.js'
import { text } from '../kernel/text.js'
import type { Plain } from './effects.js'
import { HISTORY_SHOWN, historyLines } from './history.js'

export type PlainCard = Plain<Card>
type PlainReport = PlainCard['report']

/** `full`: everything, with photos, pin, voices and history. `brief`: what a change left, without sending those again. */
export type Detail = 'full' | 'brief'

/** The card as a question: its buttons stand for what this person may do now. */
export function cardQuestion(card: PlainCard, detail: Detail, ctx: Ctx): Question {
  return { ...cardSaying(card, detail, ctx), options: cardOptions(card, detail, ctx) }
}

/** The card without its buttons, for who is in the middle of something else. */
export const cardSaying = (card: PlainCard, detail: Detail, ctx: Ctx): Saying => ({
  body: [...head(card, ctx), ...content(card), ...(detail === 'full' ? historyLines(card.history) : [])],
  ...(detail === 'full' && { media: [...card.photos, ...card.voices], pin: card.report.place.point }),
  about: card.report.id,
})

function head({ report, claimedByName, lastNews, mayAct }: PlainCard, { world: { town, now } }: Ctx): Text[] {
  const office = officeName(town, report.office)
  return [
    text('staff.card.title', { number: report.id, category: categoryName(town, report.category) }),
    ...(report.urgent ? [text('staff.urgent')] : []),
    text('staff.card.place', { place: report.place.line }),
    ...(report.place.point ? [] : [text('staff.card.no_pin')]),
    text('staff.card.office', { office }),
    text('staff.card.state', { state: stateOf(report) }),
    ...clockOf(report, now),
    ...(claimedByName ? [text('staff.card.claimed_by', { name: claimedByName })] : []),
    text('staff.card.submitted', { when: moment(report.submittedAt, 'datetime') }),
    ...(lastNews ? [text(NEWS[lastNews.status], { when: moment(lastNews.at, 'datetime') })] : []),
    ...(mayAct ? [] : [text('staff.card.read_only')]),
  ]
}

const NEWS = { delivered: 'staff.card.news_delivered', read: 'staff.card.news_read' } as const

const moment = (at: string, style: Moment['style']): Moment => ({ at, style })

/** A closed report shows how it ended. */
export const stateOf = ({ status, outcome }: Pick<PlainReport, 'status' | 'outcome'>): Text =>
  status === 'closed' && outcome
    ? text('staff.state.closed_as', { outcome: text(`outcome.${outcome}`) })
    : text(`staff.state.${status}`)

function clockOf({ status, claimDueAt }: PlainReport, now: Date): Text[] {
  if (!lifecycle.claim.from.includes(status)) return []
  const key: TextKey = new Date(claimDueAt) <= now ? 'staff.claim_late' : 'staff.claim_by'
  return [text(key, { deadline: moment(claimDueAt, 'deadline') })]
}

/** The citizen's words, and how many files there are. */
function content({ history, photos, voices, otherFiles, hasReporter }: PlainCard): Text[] {
  const submitted = history.find(({ action }) => action === 'submit')
  const described = submitted?.text?.body
  const earlier = submitted?.details?.followUpOf
  return [
    ...(typeof earlier === 'number' ? [text('staff.card.follows_up', { number: earlier })] : []),
    ...(described ? [text('staff.card.described', { words: described })] : []),
    ...(photos.length > 0 ? [text('staff.card.photos', { count: photos.length })] : []),
    ...(voices.length > 0 ? [text('staff.card.voices', { count: voices.length })] : []),
    ...(otherFiles > 0 ? [text('staff.card.other_files', { count: otherFiles })] : []),
    ...(hasReporter ? [] : [text('staff.card.nobody')]),
  ]
}

/** What a card's button does, and the command of who types: a card outlives its question, so no number is bound to it. */
const COMMANDS = {
  claim: 'claim',
  start: 'begin',
  close: 'close',
  transfer: 'transfer',
  reply: 'reply',
  note: 'note',
  contacts: 'contacts',
  history: 'history',
} as const satisfies Record<string, StaffCommandName>
type CardPress = keyof typeof COMMANDS

/** The buttons' names of the actions that a press carries out or begins. */
const PRESSES: Partial<Record<Action, CardPress>> = {
  claim: 'claim',
  start: 'start',
  close: 'close',
  transfer: 'transfer',
}

const PER_ROW = 2

function cardOptions(card: PlainCard, detail: Detail, { world: { staff }, locale }: Ctx): Option[] {
  const { report, mayAct, hasReporter, history } = card
  if (!mayAct || !staff || staff.role === 'observer') return []
  const changes = actionsFrom(report.status, staff.role).flatMap((action) => PRESSES[action] ?? [])
  const others: CardPress[] = [
    ...(hasReporter && report.status !== 'withdrawn' ? (['reply'] as const) : []),
    'note',
    ...(hasReporter ? (['contacts'] as const) : []),
    ...(detail === 'brief' || history.length > HISTORY_SHOWN ? (['history'] as const) : []),
  ]
  return [...changes, ...others].map((press, index) => ({
    id: DIRECT.has(press) ? `${press}:${report.id}:${report.version}` : `${press}:${report.id}`,
    label: text(`staff.button.${press}`),
    command: staffCommand(COMMANDS[press], locale, report.id),
    row: Math.floor(index / PER_ROW),
    standing: true,
    keep: LOOKS.has(press),
  }))
}

/** Carried out by the press itself: the version that was seen goes with it. */
const DIRECT: ReadonlySet<CardPress> = new Set(['claim', 'start'])
/** Changes nothing: the card stays. */
const LOOKS: ReadonlySet<CardPress> = new Set(['contacts', 'history'])

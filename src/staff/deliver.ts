import type { Ctx, Move, Saying } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import { officeName } from '../domain/report-text.js'
import type { Staff } from '../domain/staff.js'
import { as, type ReportId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import { refusal, toldAs } from './answers.js'
import { callsSaying } from './calls-view.js'
import { cardSaying, type PlainCard } from './cards.js'
import { COMMANDS } from './commands/table.js'
import { answerTo, ask, type Done } from './effects.js'
import { helpLines } from './help.js'
import { historyLines } from './history.js'
import { queueSaying } from './queue-view.js'

/**
 * What is made of a result that no dialog waits for. `holdsText`: somebody is in the middle of writing; then things are
 * only said, and what is being written is shown again; else they take the place of the dialog on top. `seen`: the report
 * that lies there with everything.
 */
export function deliver(event: Done, ctx: Ctx, holdsText: boolean, seen?: PlainCard['report']): Move {
  const move =
    lookedAt(event, ctx, holdsText) ?? changed(event, holdsText, seen) ?? told(event, ctx, holdsText)
  if (!move) return { quiet: true }
  return holdsText ? { ...move, quiet: false } : move
}

const sayOnly = (...body: Text[]): Move => ({ quiet: true, say: [{ body }] })

const show = (dialog: string, state: Json, saying: Saying, holdsText: boolean): Move =>
  holdsText ? { quiet: true, say: [saying] } : { end: true, begin: { dialog, state } }

function lookedAt(event: Done, ctx: Ctx, holdsText: boolean): Move | undefined {
  const queue = answerTo('view_queue', event)?.result
  if (queue) {
    if (!queue.ok) return sayOnly(text('staff.no.not_for_you'))
    if (queue.rows.length === 0) return sayOnly(text(`staff.queue.empty_${queue.filter}`))
    return show('queue', queue, queueSaying(queue, ctx), holdsText)
  }
  const opened = answerTo('open_report', event)
  if (!opened) return undefined
  const { result, purpose, number } = opened
  return result.ok ? showCard(result.card, purpose, ctx, holdsText) : sayOnly(refusal(result, number))
}

function showCard(card: PlainCard, purpose: string, ctx: Ctx, holdsText: boolean): Move {
  if (purpose === 'history') {
    return sayOnly(text('staff.history.of', { number: card.report.id }), ...historyLines(card.history, true))
  }
  const detail = purpose === 'brief' ? 'brief' : 'full'
  return show('card', { card, detail }, cardSaying(card, detail, ctx), holdsText)
}

const DONE_BY: Readonly<Record<string, 'staff.done.claim' | 'staff.done.start' | 'staff.done.undo_close'>> = {
  claim: 'staff.done.claim',
  start: 'staff.done.start',
  undo_close: 'staff.done.undo_close',
}

/**
 * Won or lost, the card as it is now follows; who is writing is only told. Who claims what was only announced, new or
 * reopened, has not read yet what the citizen says.
 */
function changed(event: Done, holdsText: boolean, seen?: PlainCard['report']): Move | undefined {
  const answer = answerTo('change_report', event)
  if (!answer) return undefined
  const { result, purpose, number } = answer
  const key = DONE_BY[purpose]
  if (!key) return undefined
  const says = result.ok ? text(key, { number }) : refusal(result, number)
  const hidden = !result.ok && (result.why === 'unknown' || result.why === 'not-yours')
  if (holdsText || hidden) return sayOnly(says)
  const report = as<ReportId>(number)
  const isSeen = result.ok && report === seen?.id && result.report.version === seen.version + 1
  const effects = [
    ask('open_report', { report }, result.ok && purpose === 'claim' && !isSeen ? 'show' : 'brief'),
  ]
  return { quiet: true, say: [{ body: [says], about: report }], effects }
}

const NO_CODE = {
  'not-yours': 'staff.no.not_for_you',
  linked: 'staff.link.linked',
  trying: 'staff.link.trying',
} as const

function told(event: Done, ctx: Ctx, holdsText: boolean): Move | undefined {
  const contacts = answerTo('show_contacts', event)
  if (contacts) {
    const { result, number } = contacts
    if (!result.ok) return sayOnly(refusal(result, number))
    return sayOnly(
      text('staff.contacts.title', { number }),
      text('staff.contacts.name', { name: result.name ?? text('staff.contacts.unknown') }),
      text('staff.contacts.phone', { phone: result.phone ?? text('staff.contacts.unknown') }),
      text(result.reachable ? 'staff.contacts.reachable' : 'staff.contacts.unreachable'),
    )
  }
  const call = answerTo('show_call', event)?.result
  if (call) {
    if (!call.ok) return sayOnly(text(call.why === 'not-yours' ? 'staff.no.not_for_you' : 'staff.call.gone'))
    const says: Saying = {
      body: [
        text('staff.call.title'),
        text('staff.contacts.name', { name: call.name ?? text('staff.contacts.unknown') }),
        text('staff.contacts.phone', { phone: call.phone }),
        ...call.say,
      ],
      about: call.report,
    }
    // Names and numbers are said, not kept: only the call's number lies on the desk.
    return holdsText
      ? { quiet: true, say: [says] }
      : { end: true, say: [says], begin: { dialog: 'call', state: { call: call.call } } }
  }
  const calls = answerTo('view_calls', event)?.result
  if (calls) {
    if (!calls.ok) return sayOnly(text('staff.no.not_for_you'))
    if (calls.rows.length === 0) return sayOnly(text('staff.calls.empty'))
    return show('calls', calls, callsSaying(calls), holdsText)
  }
  const made = answerTo('make_call', event)?.result
  if (made) {
    if (!made.ok) return sayOnly(text(made.why === 'not-yours' ? 'staff.no.not_for_you' : 'staff.call.gone'))
    return { end: !holdsText, say: [{ body: [text(`staff.call.went_${made.how}`)] }] }
  }
  const chased = answerTo('chase_office', event)
  if (chased) {
    const { result, number } = chased
    if (!result.ok) return sayOnly(refusal(result, number))
    return sayOnly(
      text(result.told > 0 ? 'staff.chase.done' : 'staff.chase.nobody', { number, count: result.told }),
    )
  }
  const decided = answerTo('decide_reopening', event)
  if (decided) {
    const { result, number } = decided
    if (!result.ok) return sayOnly(refusal(result, number))
    return result.reopened
      ? sayOnly(text('staff.reopen.done', { number }))
      : sayOnly(text('staff.reopen.refused', { number }), toldAs(result.told))
  }
  const digest = answerTo('digest_now', event)?.result
  if (digest) {
    if (!digest.ok) return sayOnly(text('staff.no.not_for_you'))
    const { body, choices } = digest
    return show('digest', { body, choices }, { body }, holdsText)
  }
  const asked = answerTo('ask_link_code', event)?.result
  if (asked) return sayOnly(text(asked.ok ? 'staff.link.coming' : NO_CODE[asked.why]))
  const joined = answerTo('join_staff', event)?.result
  if (joined) return joined.ok ? welcome(joined.staff, ctx) : sayOnly(text('staff.join.no'))
  return answerTo('set_locale', event) && sayOnly(text('staff.language.done'))
}

function welcome(
  {
    name,
    role,
    offices,
    frontDesk,
    locale,
  }: Pick<Staff, 'name' | 'role' | 'offices' | 'frontDesk' | 'locale'>,
  { world: { town } }: Ctx,
): Move {
  const said = sayOnly(
    text('staff.join.welcome', { name, town: town.name }),
    text('staff.join.role', { role: text(`staff.role.${role}`) }),
    ...offices.map((code) => text('staff.join.office', { office: officeName(town, code) })),
    ...(frontDesk ? [text('staff.join.front_desk')] : []),
    ...helpLines(Object.values(COMMANDS), { role, frontDesk }, locale),
  )
  return role === 'supervisor' ? { ...said, effects: [{ type: 'tell_of_link', input: {} }] } : said
}

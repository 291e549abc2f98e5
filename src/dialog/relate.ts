import type { AttachmentId, ReportId } from '../kernel/ids.js'
import { isBlank } from '../kernel/words.js'
import { labelled, matchChoice } from '../messaging/choices.js'
import type { InboundEvent } from '../messaging/inbound.js'
import { isPageId, pageAsked, pageNamed } from '../messaging/pages.js'
import type { DialogEvent, Dialogs } from './dialog.js'
import type { OpenQuestion, Session } from './session.js'
import type { World } from './world.js'

export type Related =
  | { readonly type: 'event'; readonly event: DialogEvent }
  /** Another part of the open question's choices is asked for. */
  | { readonly type: 'page'; readonly page: number }
  /** A press on a button of a question that is over, or on one that was never offered. */
  | { readonly type: 'outdated' }

/** Buttons that outlive their question: `<action>:<arguments>`; everything they ask is checked in the use case. */
const STANDING = /^[a-z_]+(:[\w.-]*)+$/

/** The name by which a question's message is found again: to take its buttons away, or to turn its pages. */
export const questionTag = (number: number): string => `q${number}`

/** The data that a button of this question carries. */
export const choiceData = (question: number, id: string): string => `${question}.${id}`

/** What an inbound event means while this question is open. `about`: the report that the replied-to message was about. */
export function relate(
  inbound: InboundEvent,
  session: Session,
  world: World,
  audience: Pick<Dialogs, 'isCommand'>,
  about?: ReportId,
): Related | null {
  switch (inbound.type) {
    case 'choice':
      return relatePress(inbound.choice, session.open)
    case 'text':
      return relateText(shown(inbound.text), session, world, audience, about)
    case 'location':
      return is({
        type: 'location',
        point: { lat: inbound.lat, lon: inbound.lon },
        label: inbound.label,
        about,
      })
    case 'media':
      return is({
        type: 'media',
        kind: inbound.kind,
        attachment: `${inbound.from.channel}/${inbound.id}` as AttachmentId,
        ref: inbound.ref,
        caption: inbound.caption && shown(inbound.caption),
        album: inbound.album,
        about,
      })
    case 'command':
      return is({ type: 'command', name: inbound.name, rest: inbound.rest })
    case 'contact':
      return is({ type: 'contact', phone: inbound.phone, own: inbound.own })
    case 'edited':
      return is({ type: 'edited', message: inbound.message, text: shown(inbound.text) })
    case 'unsupported':
      return is({ type: 'unsupported', what: inbound.what })
    case 'reachability':
    case 'receipt':
      return null
    default:
      return inbound satisfies never
  }
}

/** Words in which there is nothing to see are none. */
const shown = (words: string): string => (isBlank(words) ? '' : words)

const is = (event: DialogEvent): Related => ({ type: 'event', event })

function relatePress(data: string, open: OpenQuestion | undefined): Related {
  const page = open && pageAsked(data, questionTag(open.number))
  if (page !== undefined) return { type: 'page', page }
  if (open?.choices.some((choice) => choice.id === data) || isStanding(data)) {
    const prefix = open ? choiceData(open.number, '') : ''
    return is({ type: 'choice', id: prefix && data.startsWith(prefix) ? data.slice(prefix.length) : data })
  }
  return { type: 'outdated' }
}

const isStanding = (data: string): boolean => STANDING.test(data) && !isPageId(data)

/** The very name of a choice, then what turns the page, then a word that works at any step, then what comes near to a choice. */
function relateText(
  words: string,
  { open, locale }: Session,
  world: World,
  { isCommand }: Pick<Dialogs, 'isCommand'>,
  about?: ReportId,
): Related {
  const typed = is({ type: 'text', text: words, about })
  if (!open || about) return typed
  const choices = open.choices.map((choice) => ({ ...choice, label: world.translate(choice.label, locale) }))
  const called = labelled(words, choices)
  const page = called.type === 'none' ? pageNamed(words, open) : undefined
  if (page !== undefined) return { type: 'page', page }
  const match = isCommand(words) ? called : matchChoice(words, choices)
  const chosen = match.type === 'one' ? open.choices[match.index] : undefined
  if (!chosen) return typed
  const prefix = choiceData(open.number, '')
  return is({
    type: 'choice',
    id: chosen.id.startsWith(prefix) ? chosen.id.slice(prefix.length) : chosen.id,
  })
}

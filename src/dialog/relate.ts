import type { AttachmentId, ReportId } from '../kernel/ids.js'
import { isBlank } from '../kernel/words.js'
import { matchChoice } from '../messaging/choices.js'
import type { InboundEvent } from '../messaging/inbound.js'
import type { DialogEvent } from './dialog.js'
import type { OpenQuestion, Session } from './session.js'
import type { World } from './world.js'

/** A press on a button of a question that is over, or on one that was never offered. */
export type Related = { readonly type: 'event'; readonly event: DialogEvent } | { readonly type: 'outdated' }

/** Buttons that outlive their question: `<action>:<arguments>`; everything they ask is checked in the use case. */
const STANDING = /^[a-z_]+(:[\w.-]*)+$/

/** The data that a button of this question carries. */
export const choiceData = (question: number, id: string): string => `${question}.${id}`

/** What an inbound event means while this question is open. `about`: the report that the replied-to message was about. */
export function relate(
  inbound: InboundEvent,
  session: Session,
  world: World,
  about?: ReportId,
): Related | null {
  switch (inbound.type) {
    case 'choice':
      return relatePress(inbound.choice, session.open)
    case 'text':
      return is(relateText(shown(inbound.text), session, world, about))
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
  if (open?.choices.some((choice) => choice.id === data) || STANDING.test(data)) {
    const prefix = open ? choiceData(open.number, '') : ''
    return is({ type: 'choice', id: prefix && data.startsWith(prefix) ? data.slice(prefix.length) : data })
  }
  return { type: 'outdated' }
}

function relateText(words: string, { open, locale }: Session, world: World, about?: ReportId): DialogEvent {
  const typed: DialogEvent = { type: 'text', text: words, about }
  if (!open || about) return typed
  const match = matchChoice(
    words,
    open.choices.map((choice) => ({ ...choice, label: world.translate(choice.label, locale) })),
  )
  const chosen = match.type === 'one' ? open.choices[match.index] : undefined
  if (!chosen) return typed
  const prefix = choiceData(open.number, '')
  return { type: 'choice', id: chosen.id.startsWith(prefix) ? chosen.id.slice(prefix.length) : chosen.id }
}

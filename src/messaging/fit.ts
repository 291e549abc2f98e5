import type { ExternalId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { Capabilities } from './channel.js'
import { cut, split } from './lengths.js'
import type { Button, Choice, ListRow, OutboundMessage, Rendered } from './outbound.js'
import { type Page, pageOf } from './pages.js'

/** Bytes of UTF-8 (Bot API, InlineKeyboardButton.callback_data). */
const MAX_ID_BYTES = 64

/**
 * The network messages that say this message within the limits of its channel: pictures, pin, voice messages, then the words, whose
 * last part carries the choices. The same message always expands to the same list: the outbox counts along it.
 * `target`: the message that `replaces` points at, where it is known. Throws when a choice's id is too long to travel.
 */
export function fit(
  message: OutboundMessage,
  caps: Capabilities,
  translate: (text: Text) => string,
  target?: ExternalId,
): Rendered[] {
  checkIds(message.choices ?? [])
  const { replaces } = message
  if (replaces && target !== undefined && caps.edits) return edit(message, caps, translate, target)
  if (replaces?.otherwise === 'drop') return []
  return [...albums(message, caps), ...pin(message), ...voices(message), ...words(message, caps, translate)]
}

function checkIds(choices: readonly Choice[]): void {
  const long = choices.find(({ id }) => Buffer.byteLength(id) > MAX_ID_BYTES)
  if (long) throw new Error(`The id of a choice is longer than ${MAX_ID_BYTES} bytes: ${long.id}`)
}

/** Endings of what is played instead of being looked at (media/check-voice.ts gives them). */
const VOICE = /\.(ogg|m4a|mp3)$/

function albums({ media = [] }: OutboundMessage, { maxAlbum }: Capabilities): Rendered[] {
  const pictures = media.filter((key) => !VOICE.test(key))
  return Array.from({ length: Math.ceil(pictures.length / maxAlbum) }, (_, index) => ({
    type: 'photos',
    media: pictures.slice(index * maxAlbum, (index + 1) * maxAlbum),
  }))
}

const voices = ({ media = [] }: OutboundMessage): Rendered[] =>
  media.filter((key) => VOICE.test(key)).map((media) => ({ type: 'voice', media }))

const pin = ({ pin }: OutboundMessage): Rendered[] => (pin ? [{ type: 'pin', point: pin }] : [])

type TextPart = Extract<Rendered, { type: 'text' }>

function words(message: OutboundMessage, caps: Capabilities, translate: (text: Text) => string): Rendered[] {
  const said = bodyOf(message, translate)
  const choices = message.choices ?? []
  // An app draws its buttons under words only.
  const asks = said === '' ? undefined : askOf(message, caps, translate)
  const way = said === '' ? 'lines' : asks ? wayBeside(asks, choices, caps) : wayOf(message, caps, translate)
  const written = writtenOf(choices, way, caps)
  const lines = written.length === 0 ? [] : ['', ...linesOf(message, written, caps, translate)]
  const drawn = asks !== undefined || way !== 'lines'
  const list =
    way === 'list'
      ? pageOf(
          message,
          choices.filter((choice) => !written.includes(choice)),
          caps.maxListRows,
        )
      : undefined
  const hasPages = (list ?? pageInLines(message, written, caps)).turn !== undefined
  // Who asks for others must not see the same again without a word.
  const body = message.page === undefined || hasPages ? said : `${translate(text('fit.all_here'))}\n${said}`
  const parts: TextPart[] = splitAbove(drawn, [body, ...lines].join('\n'), caps).map((part) => ({
    type: 'text',
    text: part,
  }))
  const last = parts.at(-1)
  if (!last) return []
  parts[parts.length - 1] = {
    ...last,
    ...(asks
      ? {
          ask: {
            ...asks,
            others: way === 'buttons' ? choices.map((choice) => labelOf(choice, caps, translate)) : [],
          },
        }
      : {
          ...(way === 'buttons' && { buttons: rowsOf(choices, caps, translate) }),
          ...(list && { list: listOf(list, caps, translate) }),
        }),
  }
  if (!message.hideAsk || asks || !(caps.locationRequest || caps.phoneRequest)) return parts
  // With the first part: where there are several, the buttons of the last one are not in its way.
  return parts.map((part, index) => (index === 0 ? { ...part, hideAsk: true } : part))
}

/** How choices are offered: drawn as buttons, in a list that opens on a press, or written in numbered lines. */
type Way = 'buttons' | 'list' | 'lines'

/** Buttons whose labels would be cut or look alike give way to a list, where there is one. */
function wayOf(
  { choices = [], tag }: OutboundMessage,
  caps: Capabilities,
  translate: (text: Text) => string,
): Way {
  if (choices.length === 0) return 'lines'
  const listed = choices.filter(({ word }) => !word).length
  const canTurn = tag !== undefined && caps.maxListRows > 1
  const canList = listed > 0 && (listed <= caps.maxListRows || canTurn)
  if (choices.length > caps.maxButtons) return canList ? 'list' : 'lines'
  const labels = choices.map(({ label }) => oneLine(translate(label)))
  const clear =
    labels.every(({ length }) => length <= caps.maxLabel) && new Set(labels).size === labels.length
  return clear || !canList ? 'buttons' : 'list'
}

/** Beside a request there is room for buttons, if for anything; there is no list. */
const wayBeside = (
  { what }: { what: 'location' | 'phone' },
  choices: readonly Choice[],
  caps: Capabilities,
): Way =>
  choices.length <= caps.maxButtons && !(what === 'location' && caps.locationRequestAlone)
    ? 'buttons'
    : 'lines'

/** What is not drawn. From a list that would be too long, the ways out are left out: they are words. */
function writtenOf(choices: readonly Choice[], way: Way, { maxListRows }: Capabilities): readonly Choice[] {
  if (way === 'buttons') return []
  if (way === 'lines') return choices
  return choices.length <= maxListRows ? [] : choices.filter(({ word }) => word)
}

/** Fewer words go above what is drawn: what is too long for that goes before. */
function splitAbove(drawn: boolean, text: string, { maxText, maxTextWithButtons }: Capabilities): string[] {
  const parts = split(text, maxText)
  const last = parts.at(-1)
  return drawn && maxTextWithButtons && last !== undefined
    ? [...parts.slice(0, -1), ...split(last, maxTextWithButtons)]
    : parts
}

/** An edit is one message: what is too long is cut, the choices last. */
function edit(
  message: OutboundMessage,
  caps: Capabilities,
  translate: (text: Text) => string,
  target: ExternalId,
): Rendered[] {
  const body = bodyOf(message, translate)
  const choices = message.choices ?? []
  const fits = choices.length <= caps.maxButtons && body !== ''
  const lines = fits ? '' : ['', ...linesOf(message, choices, caps, translate)].join('\n')
  const room = Math.max(0, caps.maxText - lines.length - 1)
  const changed = cut(lines === '' ? body : `${cut(body, room)}\n${lines}`.trim(), caps.maxText)
  if (changed === '') return []
  const buttons = fits && choices.length > 0 && { buttons: rowsOf(choices, caps, translate) }
  return [{ type: 'edit', target, text: changed, ...buttons }]
}

const bodyOf = ({ body }: OutboundMessage, translate: (text: Text) => string): string =>
  body.map(translate).join('\n').trim()

function askOf({ ask }: OutboundMessage, caps: Capabilities, translate: (text: Text) => string) {
  if (ask === 'location' && caps.locationRequest) {
    return { what: ask, label: cut(translate(text('fit.send_location')), caps.maxLabel) }
  }
  if (ask === 'phone' && caps.phoneRequest) {
    return { what: ask, label: cut(translate(text('fit.send_phone')), caps.maxLabel) }
  }
}

const pageInLines = (
  message: OutboundMessage,
  written: readonly Choice[],
  { maxLines = Number.POSITIVE_INFINITY }: Capabilities,
): Page =>
  pageOf(
    message,
    written.filter(({ word }) => !word),
    maxLines,
  )

/**
 * Where there are no buttons, so many lines as are taken in at one glance. A choice with a command outlives its question,
 * so there is nothing that a number could be bound to. The ways out come last, as words.
 */
function linesOf(
  message: OutboundMessage,
  written: readonly Choice[],
  caps: Capabilities,
  translate: (text: Text) => string,
): string[] {
  const { rows, turn } = pageInLines(message, written, caps)
  const lines = rows.map(({ label, command, number }) => {
    const said = oneLine(translate(label))
    return command ? `${said}: ${command}` : `${number}. ${said}`
  })
  if (turn) lines.push(translate(turn.line))
  const words = written.flatMap(({ word }) => (word ? [translate(word)] : []))
  return words.length === 0 ? lines : [...lines, translate(text('fit.words', { words: words.join(', ') }))]
}

const oneLine = (label: string): string => label.replace(/\s+/g, ' ').trim()

const labelOf = ({ label }: Choice, { maxLabel }: Capabilities, translate: (text: Text) => string): string =>
  cut(oneLine(translate(label)), maxLabel)

function listOf(
  { rows: choices, turn }: Page,
  { maxLabel, maxRowLabel = maxLabel, maxRowDetail = 0 }: Capabilities,
  translate: (text: Text) => string,
): NonNullable<TextPart['list']> {
  const rows = [...choices, ...(turn ? [turn] : [])].map((row): ListRow => {
    const { id, label } = row
    const whole = (turn && 'number' in row ? `${row.number}. ` : '') + oneLine(translate(label))
    const detail = whole.length > maxRowLabel ? cut(whole, maxRowDetail) : ''
    return { id, label: cut(whole, maxRowLabel), ...(detail && { detail }) }
  })
  return { label: cut(translate(text('fit.choose')), maxLabel), rows }
}

function rowsOf(
  choices: readonly Choice[],
  caps: Capabilities,
  translate: (text: Text) => string,
): Button[][] {
  const rows = new Map<number | Choice, Button[]>()
  for (const choice of choices) {
    const row = choice.row ?? choice
    rows.set(row, [...(rows.get(row) ?? []), { id: choice.id, label: labelOf(choice, caps, translate) }])
  }
  return [...rows.values()]
}

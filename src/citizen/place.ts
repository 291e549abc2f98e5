import type { Ctx } from '../dialog/dialog.js'
import type { StreetMatch } from '../dialog/world.js'
import type { Place } from '../domain/report.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { tokens } from '../kernel/words.js'
import type { Point } from '../messaging/outbound.js'
import type { Draft } from './draft.js'

/** A candidate at least this good, and clearly better than the next one, is taken without a question. */
const SURE = 0.85
const CLEARLY = 0.1

/** A draft after an answer about the place, and what is said about it. */
export interface Placed {
  readonly draft: Draft
  readonly say: readonly Text[]
}

/** An address in a sentence that was to be no address: the very words of one street, with a number. */
export function addressIn(words: string, { world }: Ctx): StreetMatch | undefined {
  const [best, next] = world.places.findStreets(words)
  if (!best?.houseNumber || (next && best.score - next.score < CLEARLY)) return undefined
  return best.score === 1 || (best.score >= SURE && isOnlyAddress(words, best)) ? best : undefined
}

const AROUND_A_NUMBER = tokens('n nr numero civico in a al v c number no at')

export function isOnlyAddress(words: string, { street, houseNumber }: StreetMatch): boolean {
  const address = [...tokens(`${street} ${houseNumber ?? ''}`), ...AROUND_A_NUMBER]
  return tokens(words).every((word) => address.includes(word))
}

/** Typed words where a place is asked for. */
export function placeFromWords(draft: Draft, words: string, { world }: Ctx): Placed {
  const typed = words.trim()
  const [best, next, ...rest] = world.places.findStreets(typed)
  if (best && best.score >= SURE && (!next || best.score - next.score >= CLEARLY))
    return streetTaken(draft, best)
  if (best)
    return {
      draft: {
        ...draft,
        detail: { ask: 'street', matches: next ? [best, next, ...rest] : [best], words: typed },
      },
      say: [],
    }
  if (draft.placeTried) return placeAsTyped(draft, typed)
  return {
    draft: { ...draft, placeTried: true, detail: { ask: 'part', part: 'place' } },
    say: [text('place.unknown', { town: world.town.name })],
  }
}

/** One of the streets that were offered. */
export function streetTaken(draft: Draft, match: StreetMatch): Placed {
  const line = match.houseNumber ? `${match.street} ${match.houseNumber}` : match.street
  const place: Place = { line, street: match.street, houseNumber: match.houseNumber, point: match.point }
  const detail = match.houseNumber ? undefined : ({ ask: 'number' } as const)
  return { draft: { ...draft, place, detail }, say: [text('place.taken', { place: verbatim(line) })] }
}

/** The words are kept; the office sees that there is no pin. */
export function placeAsTyped(draft: Draft, words: string): Placed {
  const place: Place = { line: words }
  return {
    draft: { ...draft, place, detail: undefined },
    say: [text('place.as_typed', { place: verbatim(words) })],
  }
}

/** "12", "12/b", or "davanti al bar", after the street is known. */
export function houseNumberTaken(draft: Draft, words: string, ctx: Ctx): Placed {
  const place = draft.place
  if (!place) return placeFromWords(draft, words, ctx)
  const typed = words.trim()
  const number = /^(?:n\.?\s*|civico\s*|number\s*)?(\d{1,4}\s?(?:\/?\s?\w{1,3})?)$/i.exec(typed)?.[1]
  const matches = number ? [] : ctx.world.places.findStreets(typed)
  const other = matches.find((match) => match.houseNumber && match.score >= SURE)
  if (other) return streetTaken(draft, other)
  const line = number ? `${place.street} ${number}` : `${place.line}, ${typed}`
  return {
    draft: {
      ...draft,
      place: { ...place, line, houseNumber: number ?? place.houseNumber },
      detail: undefined,
    },
    say: [text('place.taken', { place: verbatim(line) })],
  }
}

/** A pin, a live location's first fix, or a venue. Outside the municipality it is refused, kindly. */
export function placeFromPoint(
  draft: Draft,
  point: Point,
  label: string | undefined,
  { world }: Ctx,
): Placed {
  if (!world.places.contains(point)) {
    return { draft, say: [text('place.outside', { town: world.town.name })] }
  }
  // What is read by the office and stored is in the town's language.
  const pin = label ?? world.translate(text('place.pin'), world.town.locale)
  const isAnother = draft.detail?.ask === 'part' && draft.detail.part === 'place'
  const typed = draft.place && !draft.place.point && !isAnother ? draft.place : undefined
  const place: Place = typed ? { ...typed, point } : { line: pin, point }
  const detail = draft.detail?.ask === 'part' && draft.detail.part !== 'place' ? draft.detail : undefined
  return { draft: { ...draft, place, detail }, say: [text('place.point_taken')] }
}

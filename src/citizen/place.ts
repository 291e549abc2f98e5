import type { Ctx } from '../dialog/dialog.js'
import type { StreetMatch } from '../dialog/world.js'
import type { Place } from '../domain/report.js'
import { suggestCategories } from '../domain/suggest-category.js'
import type { Town } from '../domain/town.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { contentOf, fold, misspelt, tokens } from '../kernel/words.js'
import { cut } from '../messaging/lengths.js'
import type { Point } from '../messaging/outbound.js'
import { type Draft, withWords } from './draft.js'
import { noted } from './report-change.js'

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

/** Words that lead to a place that is somewhere else: near the station is not in the street of that name. */
const NEAR =
  /^(proprio |giusto |qui |right |just )?(vicino|vicina|vicini|nei pressi|presso|davanti|di fronte|dietro|accanto|near|next to|close to|in front|opposite|behind)\b/

export const leadsElsewhere = (words: string): boolean => NEAR.test(fold(words))

const BESIDE_AN_ADDRESS = [
  ...AROUND_A_NUMBER,
  ...tokens(
    'via viale piazza corso strada vicolo largo frazione angolo altezza indirizzo trova buongiorno salve',
  ),
  ...tokens(
    'vicino presso davanti fronte dietro accanto ciao grazie favore next front opposite behind please',
  ),
]

/** Is more said than where it is: two words, or one that names a kind of problem? Misspelt parts of the address are none. */
function saysMore(words: string, { street, houseNumber }: StreetMatch, town: Town): boolean {
  const address = [...tokens(`${street} ${houseNumber ?? ''}`), ...BESIDE_AN_ADDRESS]
  const others = contentOf(tokens(words)).filter(
    (word) => word.length > 2 && !address.some((other) => other === word || misspelt(word, other, 3)),
  )
  return others.length > 1 || suggestCategories(town, others.join(' ')).length > 0
}

/** The street is taken; what was said beside it belongs to the description. */
export function streetChosen(draft: Draft, match: StreetMatch, words: string, { world }: Ctx): Placed {
  return saysMore(words, match, world.town)
    ? described(draft, words, (more) => streetTaken(more, match))
    : streetTaken(draft, match)
}

/** What was typed about the place is kept as a description too. */
export function described(draft: Draft, words: string, place: (draft: Draft) => Placed): Placed {
  const placed = place(withWords(draft, words, draft.placeFrom?.words))
  return { draft: placed.draft, say: [noted(draft), ...placed.say] }
}

/** Typed words where a place is asked for. */
export function placeFromWords(draft: Draft, words: string, ctx: Ctx): Placed {
  const { world } = ctx
  const typed = words.trim()
  const [best, next, ...rest] = world.places.findStreets(typed)
  const isSure = best && best.score >= SURE && (!next || best.score - next.score >= CLEARLY)
  if (isSure && !leadsElsewhere(typed)) return streetChosen(draft, best, typed, ctx)
  if (best)
    return {
      draft: {
        ...draft,
        detail: { ask: 'street', matches: next ? [best, next, ...rest] : [best], words: typed },
      },
      say: [],
    }
  const said = together(triedBefore(draft), typed)
  if (draft.placeWords !== undefined && said) return placeAsTyped(draft, said)
  const asked: Draft = {
    ...draft,
    placeWords: said || draft.placeWords,
    detail: { ask: 'part', part: 'place' },
  }
  if (isProblem(typed, world.town))
    return described({ ...asked, placeWords: '' }, typed, (more) => ({ draft: more, say: [] }))
  return { draft: asked, say: [text('place.unknown', { town: world.town.name })] }
}

/** What was typed about a place that is not known yet. */
export const triedBefore = ({ place, placeWords = '' }: Draft): string => (place ? '' : placeWords)

const SAYS_SOMETHING = /\p{L}{2}/u

/** Both tries at a place, unless the second one says the first one again; a bare number is none. */
export function together(before: string, words: string): string {
  const said = [before, words].filter((one) => SAYS_SOMETHING.test(one))
  const [first = '', second] = said
  if (second === undefined) return first
  const repeated = tokens(second)
  return tokens(first).every((token) => repeated.includes(token)) ? second : `${first}, ${second}`
}

const WORDS_OF_A_PROBLEM = 3

const isProblem = (words: string, town: Town): boolean =>
  tokens(words).length >= WORDS_OF_A_PROBLEM &&
  !leadsElsewhere(words) &&
  suggestCategories(town, words).length > 0

/** One of the streets that were offered. */
export function streetTaken(draft: Draft, match: StreetMatch): Placed {
  const line = match.houseNumber ? `${match.street} ${match.houseNumber}` : match.street
  const place: Place = { line, street: match.street, houseNumber: match.houseNumber, point: match.point }
  const detail = match.houseNumber ? undefined : ({ ask: 'number' } as const)
  return { draft: { ...draft, place, detail }, say: [text('place.taken', { place: verbatim(line) })] }
}

/** A place is named in one line; whoever writes more tells a story. */
const MOST_OF_A_PLACE = 200

/** The words are kept; the office sees that there is no pin. What is too long for a place is a description too. */
export function placeAsTyped(draft: Draft, words: string): Placed {
  const line = cut(words, MOST_OF_A_PLACE)
  const placed = (more: Draft): Placed => ({
    draft: { ...more, place: { line }, detail: undefined },
    say: [text('place.as_typed', { place: verbatim(line) })],
  })
  return line === words ? placed(draft) : described(draft, words, placed)
}

/** "12", "n. 12/b"; behind a comma may stand whose door it is. */
const HOUSE_NUMBER = /^(?:n\.?\s*|civico\s*|number\s*)?(\d{1,4}\s?(?:\/?\s?\w{1,3})?)(,.*)?$/is

/** "12", "12/b", or "davanti al bar", after the street is known. */
export function houseNumberTaken(draft: Draft, words: string, ctx: Ctx): Placed {
  const place = draft.place
  if (!place) return placeFromWords(draft, words, ctx)
  const typed = words.trim()
  const [, number, more = ''] = HOUSE_NUMBER.exec(typed) ?? []
  const matches = number ? [] : ctx.world.places.findStreets(typed)
  const other = matches.find((match) => match.houseNumber && match.score >= SURE)
  if (other) return streetTaken(draft, other)
  const line = cut(number ? `${place.street} ${number}${more}` : `${place.line}, ${typed}`, MOST_OF_A_PLACE)
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
  const named = together(triedBefore(draft), label ?? '')
  const pin = named ? cut(named, MOST_OF_A_PLACE) : world.translate(text('place.pin'), world.town.locale)
  const isAnother = draft.detail?.ask === 'part' && draft.detail.part === 'place'
  const typed = draft.place && !draft.place.point && !isAnother ? draft.place : undefined
  const place: Place = typed ? { ...typed, point } : { line: pin, point }
  const placeFrom = typed || triedBefore(draft) ? draft.placeFrom : undefined
  const detail = draft.detail?.ask === 'part' && draft.detail.part !== 'place' ? draft.detail : undefined
  return { draft: { ...draft, place, placeFrom, detail }, say: [text('place.point_taken')] }
}

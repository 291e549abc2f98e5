import type { Places, StreetMatch } from '../dialog/world.js'
import { addressWords, SMALL_WORDS, type Word } from './address-words.js'
import { type Alignment, type Alike, align, WINDOW } from './align.js'
import type { Boundary } from './boundary.js'
import { houseNumberAt, houseNumberBefore } from './house-number.js'
import { type IndexedStreet, indexStreets, type StreetIndex } from './street-index.js'
import type { Street } from './streets.js'

const MAX_MATCHES = 5
/** Texts of 4,096 characters come in; an address stands among the first names of streets. */
const MAX_TYPES_TRIED = 4
const MAX_CHARS = 1_000

/** Letters of a word from which on a slip is forgiven; shorter ones ("via rma") only when nothing else was found. */
const MIN_LENGTH_FORGIVEN = 4
const MIN_LENGTH_FORGIVEN_LAST = 3
/** Below this a match is a guess: found with the tables of the tests, addresses and small talk. */
const MIN_SCORE = 0.72
/** Without "via" or "piazza" before it a name must be nearly the very words. */
const MIN_LIKENESS_UNTYPED = 0.85
/** A name under another kind of street must not be guessed as well. */
const MIN_LIKENESS_OTHER_TYPE = 0.88
/** How far behind the best one another street is still worth a question. */
const WORTH_ASKING = 0.15
const OTHER_TYPE = 0.1
const NO_TYPE = 0.1
const SKIPPED_WORD = 0.12
/** Half of a name is as good as three quarters of it all. */
const NAME_ALONE = 0.75

/** "via della Rovere": small words between kind and name; behind "e", "in" or "il" something else begins. */
const AFTER_TYPE: ReadonlySet<string> = new Set(
  'di del dello della dell dei degli delle de d da dal dalla al alla alle allo ai agli'.split(' '),
)
const LEADING: ReadonlySet<string> = new Set([
  ...SMALL_WORDS,
  ...'on at by near presso vicino zona indirizzo'.split(' '),
])

/** A match, and how many words of its name were read. */
type Found = StreetMatch & { readonly read: number }

/** Streets that share a word with what follows. */
function candidates(
  index: StreetIndex,
  words: readonly Word[],
  start: number,
  alike: Alike,
): Set<IndexedStreet> {
  const near = words.slice(start, start + WINDOW).map(({ word }) => word)
  return new Set(
    near.flatMap((word, position) => [
      ...[...alike(word).keys()].flatMap((token) => index.streetsWith(token)),
      ...index.streetsWith(word + (near[position + 1] ?? '')),
      ...index.streetsWithPair(word),
    ]),
  )
}

/** "via roma 12", anywhere in a sentence. */
function afterType(index: StreetIndex, words: readonly Word[], type: number, alike: Alike): Found[] {
  let start = type + 1
  while (start < words.length && AFTER_TYPE.has(words[start]?.word ?? '') && !words[start]?.verb) start++
  return [...candidates(index, words, start, alike)].flatMap((street) => {
    const found = align(street, words, start, alike, true)
    const otherType = street.type !== words[type]?.word
    if (!found || (otherType && !survivesOtherType(street, found))) return []
    const score = scoreOf(found) - (otherType ? OTHER_TYPE : 0) - (found.skipped ? SKIPPED_WORD : 0)
    return [match(street, score, found, houseNumberAt(words, found.end) ?? houseNumberBefore(words, type))]
  })
}

/** Another kind of street is forgiven to a name that is clear by itself: whole, or the surname. */
const survivesOtherType = (street: IndexedStreet, found: Alignment): boolean =>
  !found.skipped &&
  found.likeness >= MIN_LIKENESS_OTHER_TYPE &&
  (found.whole || (found.byKey && street.bySurname))

/** "garibaldi 5": the whole text is the name, and perhaps a number. */
function withoutType(index: StreetIndex, words: readonly Word[], alike: Alike): Found[] {
  const start = words.findIndex(({ word, verb }) => verb || !LEADING.has(word))
  if (start < 0) return []
  return [...candidates(index, words, start, alike)].flatMap((street) => {
    const found = align(street, words, start, alike, false)
    if (!found || found.likeness < MIN_LIKENESS_UNTYPED) return []
    if (!found.whole && !(found.byKey && street.bySurname)) return []
    const houseNumber = houseNumberAt(words, found.end)
    const rest = words[found.end]
    if (rest && !rest.gap.includes(',') && !houseNumber) return []
    return [match(street, scoreOf(found) - NO_TYPE, found, houseNumber)]
  })
}

const scoreOf = ({ likeness, coverage }: Alignment): number =>
  likeness * (NAME_ALONE + (1 - NAME_ALONE) * coverage)

const match = (
  { label }: IndexedStreet,
  score: number,
  { read }: Alignment,
  houseNumber: string | undefined,
): Found => ({
  street: label,
  score: Math.round(score * 1_000) / 1_000,
  read,
  ...(houseNumber ? { houseNumber } : {}),
})

/**
 * Of one place in the text: who reads more of it is meant ("Cascina Burgos" is not "della Cascina"); the very words
 * leave no question, else all that are about as good as the best.
 */
function worthAsking(all: readonly Found[]): Found[] {
  const alike = all.filter(({ score }) => score >= MIN_SCORE)
  const read = Math.max(...alike.map((one) => one.read))
  const found = alike.filter((one) => one.read === read)
  const best = Math.max(...found.map(({ score }) => score))
  const least = best === 1 ? 1 : best - WORTH_ASKING
  return found.filter(({ score }) => score >= least)
}

/** The town's geography: its boundary, and the register against which typed addresses are matched. */
export function createPlaces(deps: {
  readonly boundary: Pick<Boundary, 'contains'>
  readonly streets: readonly Street[]
}): Places {
  const index = indexStreets(deps.streets)
  return {
    contains: (point) => deps.boundary.contains(point),
    findStreets(typed) {
      const words = addressWords(typed.slice(0, MAX_CHARS))
      const matches = search(words, MIN_LENGTH_FORGIVEN)
      return matches.length > 0 ? matches : search(words, MIN_LENGTH_FORGIVEN_LAST)
    },
  }

  function search(words: readonly Word[], minLengthForgiven: number): StreetMatch[] {
    const known = new Map<string, ReadonlyMap<string, number>>()
    const alike: Alike = (word) => {
      const likes = known.get(word) ?? index.alike(word, minLengthForgiven)
      known.set(word, likes)
      return likes
    }
    const types = words
      .flatMap(({ word }, at) => (index.types.has(word) ? [at] : []))
      .slice(0, MAX_TYPES_TRIED)
    const found = types.flatMap((type) => worthAsking(afterType(index, words, type, alike)))
    const all = found.length > 0 ? found : worthAsking(withoutType(index, words, alike))
    const best = new Map<string, Found>()
    for (const one of all) if (one.score > (best.get(one.street)?.score ?? 0)) best.set(one.street, one)
    return [...best.values()]
      .sort((a, b) => b.score - a.score)
      .slice(0, MAX_MATCHES)
      .map(({ read: _, ...match }) => match)
  }
}

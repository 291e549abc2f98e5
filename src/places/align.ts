import { SMALL_WORDS, type Word } from './address-words.js'
import { isNumberSign } from './house-number.js'
import { type IndexedStreet, pairsOf } from './street-index.js'

/** How far the typed words are the name of a street. */
export interface Alignment {
  /** Of the words that were found, 1: the very words. */
  readonly likeness: number
  /** How much of the name was found, by weight. */
  readonly coverage: number
  /** Nothing of the name is missing. */
  readonly whole: boolean
  /** The word by which people call the street is among what was found. */
  readonly byKey: boolean
  /** How many words of the name were found. */
  readonly read: number
  /** First word behind the name. */
  readonly end: number
  /** A word before the name was passed over. */
  readonly skipped: boolean
}

/** The register's words that a typed word may mean, with how alike they are. */
export type Alike = (word: string) => ReadonlyMap<string, number>

/** Longest name that is read, in words. */
export const WINDOW = 8
/** "G. Verdi": an initial stands for a first name, never for the word by which people call the street. */
const INITIAL = 0.9
/** Without the word by which people call the street, half of its name must be there: "corso Emanuele". */
const MIN_COVERAGE_WITHOUT_KEY = 0.5
/** Half a name of several nouns ("Martiri" of "Martiri della Libertà") must be the very word. */
const MIN_LIKENESS_HALF = 0.89
/** Sums of weights are not exact. */
const WHOLE = 0.999

type Used = Map<number, number>

function takeWord(
  street: IndexedStreet,
  { word, elided }: Word,
  used: Used,
  likes: ReturnType<Alike>,
): boolean {
  const isInitial = /^[a-z]$/.test(word) && !elided
  let best = { position: -1, like: 0 }
  for (const [position, token] of street.tokens.entries()) {
    const initial = isInitial && token.startsWith(word) && !street.keys.includes(position) ? INITIAL : 0
    const like = used.has(position) ? 0 : (likes.get(token) ?? initial)
    if (like > best.like) best = { position, like }
  }
  if (best.like > 0) used.set(best.position, best.like)
  return best.like > 0
}

/** "belvedere" for "Bel Vedere". */
function takePair(street: IndexedStreet, word: string, used: Used): boolean {
  const position = pairsOf(street).indexOf(word)
  if (position < 0 || used.has(position) || used.has(position + 1)) return false
  used.set(position, 1).set(position + 1, 1)
  return true
}

/** "castel rinaldo" for "Castelrinaldo". */
function takeJoined(street: IndexedStreet, joined: string, used: Used): boolean {
  const position = street.tokens.indexOf(joined)
  if (position < 0 || used.has(position)) return false
  used.set(position, 1)
  return true
}

/**
 * Reads the words from `start` as far as they are this street's name, in any order; null when they are not. With
 * `maySkip` one word that does not belong may stand before the very words: a title, a wrong first name.
 */
export function align(
  street: IndexedStreet,
  words: readonly Word[],
  start: number,
  alike: Alike,
  maySkip: boolean,
): Alignment | null {
  const used: Used = new Map()
  let end = start
  let skipped = false
  for (let at = start; at < Math.min(words.length, start + WINDOW); at++) {
    const one = words[at] as Word
    if (one.verb || (used.size > 0 && isNumberSign(words, at))) break
    if (takeJoined(street, one.word + (words[at + 1]?.word ?? ''), used)) end = ++at + 1
    else if (takeWord(street, one, used, alike(one.word)) || takePair(street, one.word, used)) end = at + 1
    else if (used.size > 0 && SMALL_WORDS.has(one.word)) continue
    else if (maySkip && !skipped && used.size === 0 && /^\D\D/.test(one.word)) skipped = true
    else break
  }
  return used.size === 0 ? null : judge(street, used, end, skipped)
}

function judge(street: IndexedStreet, used: Used, end: number, skipped: boolean): Alignment | null {
  const weightOf = (positions: readonly number[]): number =>
    positions.reduce((sum, position) => sum + (street.weights[position] ?? 0), 0)
  const positions = [...used.keys()]
  const byKey = street.keys.some((key) => used.has(key))
  const inFull = positions.filter((position) => used.get(position) !== INITIAL)
  if (!byKey && weightOf(inFull) < MIN_COVERAGE_WITHOUT_KEY) return null
  const likeness = [...used.values()].reduce((a, b) => a + b, 0) / used.size
  const coverage = weightOf(positions)
  const whole = coverage > WHOLE
  if (skipped && likeness < 1) return null
  if (!whole && likeness < MIN_LIKENESS_HALF && !street.bySurname) return null
  return { likeness, coverage, whole, byKey, read: used.size, end, skipped }
}

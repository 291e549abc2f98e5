import { distance } from 'fastest-levenshtein'
import { remember } from '../kernel/remember.js'
import { addressWords, SMALL_WORDS } from './address-words.js'
import type { Street } from './streets.js'

/** A street, taken apart. */
export interface IndexedStreet {
  readonly label: string
  /** "via", "piazza". */
  readonly type: string
  /** The words that count, in order: "giuseppe", "verdi". */
  readonly tokens: readonly string[]
  /** Rare words weigh more; all together 1. */
  readonly weights: readonly number[]
  /** Positions of the words by which people call it: the last one, and the last before "di", "da", "della". */
  readonly keys: readonly number[]
  /** May be called by its last word alone, without "via" before. */
  readonly bySurname: boolean
}

export interface StreetIndex {
  readonly types: ReadonlySet<string>
  /** Words of streets that this word may mean, with how alike they are (1: the same); slips are forgiven from so many letters on. */
  alike(word: string, minLengthForgiven: number): ReadonlyMap<string, number>
  streetsWith(token: string): readonly IndexedStreet[]
  /** Streets two of whose words make this one when written together: "belvedere". */
  streetsWithPair(joined: string): readonly IndexedStreet[]
}

/** Nouns that are half of a name: "sole" alone is not "Borgo Sole". */
const HALF_NAMES: ReadonlySet<string> = new Set(
  (
    'san borgo campo canale casa cascina castello madonna martiri molino monte mulino rio roata ruata salita tetto ' +
    'provinciale statale comunale vecchia antica divisione largo ponte case'
  ).split(' '),
)

const MAX_SLIPS = 2
/** Different words that people wrote; a few letters each. */
const WORDS_KEPT = 5_000
/** Short words must be nearly the same, long ones may have two slips. */
const slipsAllowed = (longest: number): number => (longest < 7 ? 1 : MAX_SLIPS)

/** Which letters occur, a bit each: words whose letters differ too much need no closer look. */
const letters = (word: string): number =>
  [...word].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) & 31)), 0)

function bitsSet(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

/** 0: too far apart. */
function likeness(a: string, b: string): number {
  const longest = Math.max(a.length, b.length)
  const slips = distance(a, b)
  return slips <= slipsAllowed(longest) ? 1 - slips / longest : 0
}

function takeApart(street: Street): Omit<IndexedStreet, 'weights'> {
  const [type = '', ...moreType] = addressWords(street.type).map(({ word }) => word)
  const words = [...moreType, ...addressWords(street.name).map(({ word }) => word)]
  const firstWord = words.findIndex((word) => !SMALL_WORDS.has(word))
  const name = words.slice(Math.max(firstWord, 0))
  const tokens = name.filter((word) => !SMALL_WORDS.has(word))
  const cut = name.findIndex((word) => SMALL_WORDS.has(word))
  const last = tokens.length - 1
  const head = (cut < 0 ? tokens.length : cut) - 1
  const beforeYear = /^\d+$/.test(tokens[last] ?? '') ? last - 1 : last
  return {
    label: street.label,
    type,
    tokens,
    keys: [...new Set([last, head, beforeYear])].filter((position) => position >= 0),
    bySurname: cut < 0 && !tokens.some((token) => HALF_NAMES.has(token)),
  }
}

/** Neighbouring words, written together. */
export const pairsOf = ({ tokens }: Pick<IndexedStreet, 'tokens'>): string[] =>
  tokens.slice(1).map((token, before) => `${tokens[before]}${token}`)

export function indexStreets(streets: readonly Street[]): StreetIndex {
  const apart = streets.map(takeApart).filter(({ tokens }) => tokens.length > 0)
  const frequency = new Map<string, number>()
  for (const token of apart.flatMap(({ tokens }) => tokens))
    frequency.set(token, (frequency.get(token) ?? 0) + 1)

  const indexed = apart.map((street) => {
    const rarity = street.tokens.map((token) => Math.log(1 + apart.length / (frequency.get(token) ?? 1)))
    const sum = rarity.reduce((total, one) => total + one, 0)
    return { ...street, weights: rarity.map((one) => one / sum) }
  })
  const byToken = new Map<string, IndexedStreet[]>()
  for (const street of indexed) {
    for (const token of new Set(street.tokens)) byToken.set(token, [...(byToken.get(token) ?? []), street])
  }
  const longest = Math.max(0, ...[...byToken.keys()].map((token) => token.length))
  const byLength = Array.from({ length: longest + 1 }, (): { token: string; bits: number }[] => [])
  for (const token of byToken.keys()) byLength[token.length]?.push({ token, bits: letters(token) })
  const byPair = new Map<string, IndexedStreet[]>()
  for (const street of indexed) {
    for (const pair of pairsOf(street)) byPair.set(pair, [...(byPair.get(pair) ?? []), street])
  }

  const alikes = new Map<number, (word: string) => ReadonlyMap<string, number>>()

  return {
    types: new Set(['via', ...indexed.map(({ type }) => type)]),
    streetsWith: (token) => byToken.get(token) ?? [],
    streetsWithPair: (joined) => byPair.get(joined) ?? [],
    alike: (word, minLengthForgiven) => alikeFrom(minLengthForgiven)(word),
  }

  /** From so many letters on slips are forgiven. */
  function alikeFrom(minLengthForgiven: number): (word: string) => ReadonlyMap<string, number> {
    const known =
      alikes.get(minLengthForgiven) ?? remember(WORDS_KEPT, (word) => alike(word, minLengthForgiven))
    alikes.set(minLengthForgiven, known)
    return known
  }

  function alike(word: string, minLengthForgiven: number): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    if (byToken.has(word)) found.set(word, 1)
    if (word.length < minLengthForgiven || /\d/.test(word) || SMALL_WORDS.has(word)) return found
    const bits = letters(word)
    const from = Math.max(minLengthForgiven, word.length - MAX_SLIPS)
    for (const { token, bits: others } of byLength.slice(from, word.length + MAX_SLIPS + 1).flat()) {
      // A slip changes two letters at most.
      if (token === word || bitsSet(bits ^ others) > 2 * MAX_SLIPS) continue
      const like = likeness(word, token)
      if (like > 0) found.set(token, like)
    }
    return found
  }
}

import { distance } from 'fastest-levenshtein'

/** Lower case, one space between words, nothing but letters and digits: no accents, emoji, punctuation, zalgo. */
export const fold = (words: string): string =>
  words
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** The folded words, in order. */
export const tokens = (words: string): string[] => fold(words).split(' ').filter(Boolean)

/** Words that say nothing by themselves, folded: articles, prepositions, "is", "near" and the like, in Italian and English. */
const EMPTY = new Set(
  (
    'a ad al allo alla alle ai agli all c che ci con d da dal dalla dallo dai dalle dall dagli del della dello dei ' +
    'degli delle dell di e ed gli ho ha i il in l la le lo mi ne nel nella nello nei nelle nell nei negli o per ' +
    'questa questo qui quella quello sono stata stati stato su sul sulla sullo sui sulle sull tra un una uno vicino un' +
    ' an and are at by don dont for from has have here i is it its my near of on or s t that the there this to with'
  ).split(' '),
)

/** Folded words without those that say nothing; all of them when nothing else was said. */
export function contentOf(words: readonly string[]): readonly string[] {
  const content = words.filter((word) => !EMPTY.has(word))
  return content.length > 0 ? content : words
}

/** The word without the ending that number and gender change: "buche" and "buca" are "buc", "wires" is "wir". */
export const stem = (word: string): string => word.replace(/(?:h?[aeiou]+|e?s)$/, '')

const MIN_STEM = 3

/** Singular and plural, masculine and feminine of one word. */
export function sameStem(one: string, other: string): boolean {
  if (one === other) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  if (short.length < MIN_STEM || short[0] !== long[0]) return false
  if (long === `${short}s`) return true
  const root = stem(short)
  return short.length > MIN_STEM && root.length >= MIN_STEM && root === stem(long)
}

/**
 * Are two folded words the same but for a slip: one letter from `minLength` letters on, two from ten, or two neighbours swapped?
 * Numbers are never misspelt, and the first letter seldom is.
 */
export function misspelt(one: string, other: string, minLength: number): boolean {
  const shorter = Math.min(one.length, other.length)
  if (shorter < minLength || one[0] !== other[0] || /\d/.test(one + other)) return false
  const slips = shorter >= 10 ? 2 : 1
  if (Math.abs(one.length - other.length) > slips) return false
  return distance(one, other) <= slips || swapped(one, other)
}

/** Two neighbouring letters of different words stand the other way round: "bcuhe". */
function swapped(one: string, other: string): boolean {
  const at = [...one].findIndex((letter, index) => letter !== other[index])
  return at >= 0 && one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other
}

/** Spaces, marks without a letter, and what no font draws: also those that Unicode calls letters or symbols. */
const UNSEEN = /[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Is there nothing to see? */
export const isBlank = (words: string): boolean => words.replace(UNSEEN, '') === ''

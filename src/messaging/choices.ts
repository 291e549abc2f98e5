import { distance } from 'fastest-levenshtein'
import { contentOf, fold, misspelt, sameStem, tokens } from '../kernel/words.js'

export type ChoiceMatch =
  | { readonly type: 'one'; readonly index: number }
  | { readonly type: 'several'; readonly indexes: readonly number[] }
  | { readonly type: 'none' }

/**
 * Which of the choices the typed words mean: a number ("2.", "la seconda", "two"), a label, or a part of one, slips
 * forgiven, in Italian and English. Every word of weight must belong to the label: a sentence in which a label happens
 * to occur is no choice. Numbers count the choices from 1, as `fit` writes them; those that stand there as a word or a
 * command have none: "3" is a house number where "indietro" is the third choice.
 */
export function matchChoice(
  typed: string,
  choices: readonly (Unnumbered & { readonly id: string; readonly label: string })[],
): ChoiceMatch {
  const words = tokens(typed)
  const same = labelled(typed, choices)
  if (words.length === 0 || same.type !== 'none' || isDeclined(words)) return same
  const labels = choices.map(({ label }) => tokens(label))
  const meant = withoutManners(words)
  const number = numberOf(meant, choices.findLastIndex(isNumbered) + 1)
  if (number !== undefined) {
    const choice = number === null ? undefined : choices[number]
    return matched(number !== null && choice && isNumbered(choice) ? [number] : startingWith(meant, labels))
  }
  return matched(bestOf(labels.map((label) => likeness(meant, label))))
}

/** Which of them is called exactly so. */
export function labelled(typed: string, choices: readonly { readonly label: string }[]): ChoiceMatch {
  const name = fold(typed)
  return matched(name === '' ? [] : indexesOf(choices, ({ label }) => fold(label) === name))
}

interface Unnumbered {
  readonly word?: unknown
  readonly command?: unknown
}

const isNumbered = ({ word, command }: Unnumbered): boolean => word === undefined && command === undefined

function matched(indexes: readonly number[]): ChoiceMatch {
  const [index] = indexes
  if (index === undefined) return { type: 'none' }
  return indexes.length === 1 ? { type: 'one', index } : { type: 'several', indexes }
}

const indexesOf = <T>(items: readonly T[], wanted: (item: T) => boolean): number[] =>
  items.flatMap((item, index) => (wanted(item) ? [index] : []))

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const YES = wordSet('si sii s yes y yep yeah ok okay certo')
const NO = wordSet('no n nope')

const THANKS = wordSet('grazie thanks thank you mille')

/** "No, thank you" declines the question; it is not the answer "no". */
const isDeclined = (words: readonly string[]): boolean =>
  words.some((word) => NO.has(word)) &&
  words.every((word) => NO.has(word) || THANKS.has(word)) &&
  words.some((word) => THANKS.has(word))

/** What people say around a choice. */
const MANNERS = wordSet(
  'grazie mille thanks thank you per favore please piacere cortesia scelgo scelta scegli voglio vorrei prendo metti ' +
    'metto direi credo choose pick want would like numero num nr n number opzione option risposta answer',
)

function withoutManners(words: readonly string[]): readonly string[] {
  const meant = words.filter((word) => !MANNERS.has(word))
  return meant.length > 0 ? meant : words
}

const NUMBERS = [
  'uno primo prima one first 1st 1a 1o',
  'due secondo seconda two second 2nd 2a 2o',
  'tre terzo terza three third 3rd 3a 3o',
  'quattro quarto quarta four fourth 4th 4a 4o',
  'cinque quinto quinta five fifth 5th 5a 5o',
  'sei sesto sesta six sixth 6th 6a 6o',
  'sette settimo settima seven seventh 7th 7a 7o',
  'otto ottavo ottava eight eighth 8th 8a 8o',
  'nove nono nona nine ninth 9th 9a 9o',
  'dieci decimo decima ten tenth 10th 10a 10o',
  'undici eleven',
  'dodici twelve',
].map(wordSet)
const LAST = wordSet('ultimo ultima last')
const ARTICLES = wordSet('il lo la l the')

/** The index that a number means, null when it is beyond the choices, undefined when the words are no number. */
function numberOf(words: readonly string[], count: number): number | null | undefined {
  const [first, second, ...more] = words.filter((word) => !ARTICLES.has(word))
  if (first === undefined || more.length > 0 || (second !== undefined && second !== 'one')) return undefined
  if (LAST.has(first)) return count > 0 ? count - 1 : null
  const index = /^\d+$/.test(first) ? Number(first) - 1 : NUMBERS.findIndex((names) => names.has(first))
  if (index >= 0 && index < count) return index
  return /^\d/.test(first) ? null : undefined
}

/** A number beyond the choices may be the name of one: "351" of the report "351 · Buche". */
const startingWith = ([number]: readonly string[], labels: readonly (readonly string[])[]): number[] =>
  indexesOf(labels, (label) => label.find((word) => !MANNERS.has(word)) === number)

const sameAnswer = (typed: string, word: string): boolean =>
  (YES.has(typed) && YES.has(word)) || (NO.has(typed) && NO.has(word))

/** 0: does not mean this label. Higher is better. */
type Likeness = number

const WHOLE = 4
const EXACT = 3
const PART = 2
const SLIP = 1

function likeness(typed: readonly string[], label: readonly string[]): Likeness {
  if (nearlyEqual(typed, label)) return WHOLE
  const [first] = label
  if (first !== undefined && typed.length === 1 && sameAnswer(typed[0] ?? '', first)) return EXACT
  const said = contentOf(typed)
  const offered = contentOf(label)
  const each = said.map((word) => Math.max(...offered.map((other) => likenessOfWords(word, other)), 0))
  const weakest = Math.min(...each)
  return weakest > 0 && offered.every((word) => said.some((other) => likenessOfWords(other, word) > 0))
    ? WHOLE
    : weakest
}

/** The whole label but for a few letters or spaces: one in six. */
function nearlyEqual(typed: readonly string[], label: readonly string[]): boolean {
  const [one, other] = [typed.join(''), label.join('')]
  return (
    !/\d/.test(one + other) &&
    one.length > 4 &&
    distance(one, other) <= Math.max(one.length, other.length) / 6
  )
}

const MIN_PREFIX = 3
const MIN_MISSPELT = 4

function likenessOfWords(typed: string, word: string): Likeness {
  if (typed === word) return EXACT
  if (/\d/.test(typed + word)) return 0
  if (sameStem(typed, word) || (typed.length >= MIN_PREFIX && word.startsWith(typed))) return PART
  if (misspelt(typed, word, MIN_MISSPELT)) return SLIP
  const beginnings = [-1, 0, 1].map((more) => word.slice(0, typed.length + more))
  return beginnings.some((beginning) => misspelt(typed, beginning, MIN_MISSPELT + 1)) ? SLIP : 0
}

function bestOf(likenesses: readonly Likeness[]): number[] {
  const best = Math.max(...likenesses, 0)
  return best === 0 ? [] : indexesOf(likenesses, (one) => one === best)
}

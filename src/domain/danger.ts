import { tokens } from '../kernel/words.js'
import { phraseFinder } from './phrases.js'
import type { Town } from './town.js'

/** Shorter words have too many neighbours: "scossa" and "scorsa". */
const MIN_MISSPELT = 7

const finders = new WeakMap<Town, (words: string) => boolean>()

/**
 * Do these words speak of danger: one of the town's danger words, slips in long words forgiven? Rather once too often: all
 * that follows is a word about 112 and an urgent mark.
 */
export function looksDangerous(town: Town, words: string): boolean {
  const find = finders.get(town) ?? dangerFinder(town.dangerWords)
  finders.set(town, find)
  return find(words)
}

/** "fire!" is danger where nothing else is said, however often: "fire hydrant" is none. */
function dangerFinder(dangerWords: readonly string[]): (words: string) => boolean {
  const cries = new Set(dangerWords.filter(isCry).map(wordsOnce).filter(Boolean))
  const find = phraseFinder(
    dangerWords.filter((phrase) => !isCry(phrase)),
    MIN_MISSPELT,
  )
  return (words) => cries.has(wordsOnce(words)) || find(words)
}

const isCry = (phrase: string): boolean => phrase.endsWith('!')

const wordsOnce = (words: string): string => [...new Set(tokens(words))].join(' ')

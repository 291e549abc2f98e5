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
  const find = finders.get(town) ?? phraseFinder(town.dangerWords, MIN_MISSPELT)
  finders.set(town, find)
  return find(words)
}

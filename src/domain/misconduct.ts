import type { Localised } from '../kernel/text.js'
import { phraseFinder } from './phrases.js'
import type { Town } from './town.js'

const finders = new WeakMap<Town, (words: string) => boolean>()

/**
 * Where these words belong, when they speak of somebody who works for the town and takes money or abuses the office; undefined:
 * they do not, or the town has no words for it. Every letter counts: "corrotto" is not "corretto".
 */
export function misconductChannel(town: Town, words: string): Localised | undefined {
  if (!town.misconduct) return undefined
  const find = finders.get(town) ?? phraseFinder(town.misconduct.words)
  finders.set(town, find)
  return find(words) ? town.misconduct.channel : undefined
}

import { contentOf, misspelt, sameStem, tokens } from '../kernel/words.js'
import type { Town } from './town.js'

/** Words that may stand between those of a phrase: "cavi elettrici della luce scoperti". */
const BETWEEN = 2
/** Shorter words have too many neighbours: "scossa" and "scorsa". */
const MIN_MISSPELT = 7

/**
 * Do these words speak of danger: one of the town's danger words, as whole words, in any number and gender, slips in
 * long words forgiven? The words of a phrase may come in any order and a little apart. Rather once too often: all that
 * follows is a word about 112 and an urgent mark.
 */
export function looksDangerous(town: Town, words: string): boolean {
  const said = tokens(words)
  return town.dangerWords.some((danger) => occurs(tokens(danger), said))
}

function occurs(danger: readonly string[], said: readonly string[]): boolean {
  const content = contentOf(danger)
  // "a fuoco" is not "fuoco": with one word of weight the small ones count.
  return content.length > 1 ? within(content, contentOf(said), BETWEEN) : within(danger, said, 0)
}

const within = (phrase: readonly string[], said: readonly string[], between: number): boolean =>
  said.some((_, start) => {
    const near = said.slice(start, start + phrase.length + between)
    return phrase.every((word) =>
      near.some((other) => sameStem(other, word) || misspelt(other, word, MIN_MISSPELT)),
    )
  })

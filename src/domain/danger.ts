import { contentOf, misspelt, sameStem, tokens } from '../kernel/words.js'
import type { Town } from './town.js'

/** Words that may stand between those of a phrase: "cavi elettrici della luce scoperti". */
const BETWEEN = 2
/** Shorter words have too many neighbours: "scossa" and "scorsa". */
const MIN_MISSPELT = 7

interface Phrase {
  readonly words: readonly string[]
  /** Consecutive words of a text among which all of them must be. */
  readonly span: number
  /** Small words of the text do not count. */
  readonly contentOnly: boolean
}

const phrasesOfTown = new WeakMap<Town, readonly Phrase[]>()

/**
 * Do these words speak of danger: one of the town's danger words, as whole words, in any number and gender, slips in
 * long words forgiven? The words of a phrase may come in any order and a little apart. Rather once too often: all that
 * follows is a word about 112 and an urgent mark.
 */
export function looksDangerous(town: Town, words: string): boolean {
  const phrases = phrasesOf(town)
  const vocabulary = [...new Set(phrases.flatMap((phrase) => phrase.words))]
  const said = tokens(words)
  const all = placesOf(vocabulary, said)
  const content = placesOf(vocabulary, contentOf(said))
  return phrases.some((phrase) => occurs(phrase, phrase.contentOnly ? content : all))
}

function phrasesOf(town: Town): readonly Phrase[] {
  const known = phrasesOfTown.get(town)
  if (known) return known
  const phrases = town.dangerWords.map((danger): Phrase => {
    const words = tokens(danger)
    const content = contentOf(words)
    // "a fuoco" is not "fuoco": with one word of weight the small ones count.
    return content.length > 1
      ? { words: content, span: content.length + BETWEEN, contentOnly: true }
      : { words, span: words.length, contentOnly: false }
  })
  phrasesOfTown.set(town, phrases)
  return phrases
}

/** Where in the text each word of the vocabulary stands; each different word of the text is compared once. */
function placesOf(
  vocabulary: readonly string[],
  said: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const meant = new Map<string, readonly string[]>()
  const places = new Map<string, number[]>()
  for (const [place, word] of said.entries()) {
    const meanings =
      meant.get(word) ??
      vocabulary.filter((danger) => sameStem(word, danger) || misspelt(word, danger, MIN_MISSPELT))
    meant.set(word, meanings)
    for (const meaning of meanings) {
      const list = places.get(meaning)
      if (list) list.push(place)
      else places.set(meaning, [place])
    }
  }
  return places
}

/** All words of the phrase within its span, somewhere around its first one. */
function occurs({ words, span }: Phrase, places: ReadonlyMap<string, readonly number[]>): boolean {
  const found = words.map((word) => places.get(word) ?? [])
  if (found.some((list) => list.length === 0)) return false
  return (found[0] ?? []).some((first) =>
    Array.from({ length: span }, (_, back) => first - back).some((start) =>
      found.every((list) => list.some((place) => place >= start && place < start + span)),
    ),
  )
}

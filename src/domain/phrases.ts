import { remember } from '../kernel/remember.js'
import { contentOf, misspelt, sameStem, tokens } from '../kernel/words.js'

/** Words that may stand between those of a phrase: "cavi elettrici della luce scoperti". */
const BETWEEN = 2
/** Different words that people wrote. */
const WORDS_KEPT = 5_000

interface Phrase {
  readonly words: readonly string[]
  /** Consecutive words of a text among which all of them must be. */
  readonly span: number
  /** Small words of the text do not count. */
  readonly contentOnly: boolean
}

/**
 * Finds one of these phrases in a text, as whole words in any number and gender. The words of a phrase may come in any order
 * and a little apart.
 * @param minMisspelt words of so many letters may have a slip; none: every letter counts
 */
export function phraseFinder(
  phrases: readonly string[],
  minMisspelt = Number.POSITIVE_INFINITY,
): (words: string) => boolean {
  const wanted = phrases.map(phraseOf)
  const vocabulary = [...new Set(wanted.flatMap(({ words }) => words))]
  const meanings = remember(WORDS_KEPT, (said) =>
    vocabulary.filter((word) => sameStem(said, word) || misspelt(said, word, minMisspelt)),
  )
  return (words) => {
    const said = tokens(words)
    const all = placesOf(said, meanings)
    if (all.size === 0) return false
    const content = placesOf(contentOf(said), meanings)
    return wanted.some((phrase) => occurs(phrase, phrase.contentOnly ? content : all))
  }
}

function phraseOf(named: string): Phrase {
  const words = tokens(named)
  const content = contentOf(words)
  // "a fuoco" is not "fuoco": with one word of weight the small ones count.
  return content.length > 1
    ? { words: content, span: content.length + BETWEEN, contentOnly: true }
    : { words, span: words.length, contentOnly: false }
}

/** Where in the text each of the wanted words stands. */
function placesOf(
  said: readonly string[],
  meanings: (said: string) => readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  for (const [place, word] of said.entries()) {
    for (const meaning of meanings(word)) {
      const list = places.get(meaning)
      if (list) list.push(place)
      else places.set(meaning, [place])
    }
  }
  return places
}

/** All words of the phrase within its span, somewhere around its first one. */
function occurs({ words, span }: Phrase, places: ReadonlyMap<string, readonly number[]>): boolean {
  if (!words.every((word) => places.has(word))) return false
  const found = words.map((word) => places.get(word) ?? [])
  return (found[0] ?? []).some((first) =>
    Array.from({ length: span }, (_, back) => first - back).some((start) =>
      found.every((list) => list.some((place) => place >= start && place < start + span)),
    ),
  )
}

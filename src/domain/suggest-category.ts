import { remember } from '../kernel/remember.js'
import { contentOf, misspelt, sameStem, stem, tokens } from '../kernel/words.js'
import { type Category, OTHER } from './category.js'
import { categoriesOf, type Town } from './town.js'

const SAME = 1
const RELATED = 0.7
const SLIP = 0.6
/** A word of the category's name says less than a keyword that somebody chose. */
const NAME = 0.6
/** Each further word of a phrase makes it surer. */
const PHRASE_STEP = 0.5
/** Below, the words that matched belong to nearly every category. */
const MIN_SCORE = 0.2

/** Of a category's name these say nothing by themselves: "pigeons and other birds", "collection not made", "street light out". */
const HOLLOW = new Set(tokens('altra altre altri altro other others fatta non not out strada street'))

/** Distinct words of weight that are looked at: who writes more has named the problem by then. */
const MAX_WORDS = 80

/** "Sento" (I smell) is no slip of "spento". */
const MIN_MISSPELT = 6
/** "Station" is no kind of "statue". */
const MIN_STEM = 5
const MAX_ENDING = 6

/** The categories that a free description points to, best first; empty when nothing fits, never "other". */
export function suggestCategories(town: Town, words: string, most = 3): Category[] {
  const said = [...new Set(contentOf(tokens(words)))].slice(0, MAX_WORDS)
  const { keywordsOf, phrasesWith } = vocabularyOf(town)
  const matches = bestMatches(said.map(keywordsOf))
  const phrases = new Set([...matches.keys()].flatMap(phrasesWith))
  const candidates = weigh(town, phrases, said.length, matches)
  // A word that points to many categories points to none of them much.
  const claims = said.map((_, index) => candidates.filter(({ weights }) => (weights[index] ?? 0) > 0).length)
  return candidates
    .map(({ category, weights }) => ({
      category,
      score: weights.reduce((sum, weight, index) => sum + weight / Math.max(1, claims[index] ?? 1), 0),
    }))
    .filter(({ score }) => score >= MIN_SCORE)
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ category }) => category)
}

interface Phrase {
  readonly category: Category
  readonly words: readonly string[]
  readonly factor: number
}

/** How alike a word that was said is to the town's keywords; those that are not alike at all are missing. */
type Likeness = ReadonlyMap<string, number>

interface Vocabulary {
  readonly keywordsOf: (said: string) => Likeness
  readonly phrasesWith: (keyword: string) => readonly Phrase[]
}

const vocabularyOfTown = new WeakMap<Town, Vocabulary>()
/** Different words that people wrote. */
const WORDS_KEPT = 5_000

function vocabularyOf(town: Town): Vocabulary {
  const known = vocabularyOfTown.get(town)
  if (known) return known
  const byKeyword = new Map<string, Phrase[]>()
  for (const phrase of phrasesOf(town)) {
    for (const word of phrase.words) byKeyword.set(word, [...(byKeyword.get(word) ?? []), phrase])
  }
  const vocabulary = {
    keywordsOf: remember(WORDS_KEPT, (said): Likeness => {
      const all = [...byKeyword.keys()].map((keyword) => [keyword, likenessOf(keyword, said)] as const)
      return new Map(all.filter(([, likeness]) => likeness > 0))
    }),
    phrasesWith: (keyword: string) => byKeyword.get(keyword) ?? [],
  }
  vocabularyOfTown.set(town, vocabulary)
  return vocabulary
}

/** What speaks for each category but "other", taken apart. */
const phrasesOf = (town: Town): readonly Phrase[] =>
  categoriesOf(town)
    .filter(({ code }) => code !== OTHER)
    .flatMap((category) => {
      const named = Object.values(category.name).flatMap((words) =>
        contentOf(tokens(words)).filter((word) => !HOLLOW.has(word)),
      )
      return [
        ...category.keywords.map((keyword) => ({ category, words: contentOf(tokens(keyword)), factor: 1 })),
        ...named.map((word) => ({ category, words: [word], factor: NAME })),
      ]
    })

/** The said word that is most like a keyword. */
interface Match {
  readonly index: number
  readonly likeness: number
}

/** For each keyword that was said in some way. */
function bestMatches(said: readonly Likeness[]): ReadonlyMap<string, Match> {
  const best = new Map<string, Match>()
  for (const [index, likenesses] of said.entries()) {
    for (const [keyword, likeness] of likenesses) {
      if (likeness > (best.get(keyword)?.likeness ?? 0)) best.set(keyword, { index, likeness })
    }
  }
  return best
}

/** How much each said word speaks for each category that these phrases belong to, in the town's order. */
function weigh(
  town: Town,
  phrases: Iterable<Phrase>,
  said: number,
  matches: ReadonlyMap<string, Match>,
): { category: Category; weights: number[] }[] {
  const weightsOf = new Map<Category, number[]>()
  for (const { category, words, factor } of phrases) {
    const weights = weightsOf.get(category) ?? new Array<number>(said).fill(0)
    weightsOf.set(category, weights)
    // Of a phrase all words must have been said.
    if (!words.every((word) => matches.has(word))) continue
    for (const word of words) {
      const { index, likeness } = matches.get(word) as Match
      const weight = likeness * factor * (1 + PHRASE_STEP * (words.length - 1))
      weights[index] = Math.max(weights[index] ?? 0, weight)
    }
  }
  return categoriesOf(town).flatMap((category) => {
    const weights = weightsOf.get(category)
    return weights ? [{ category, weights }] : []
  })
}

function likenessOf(keyword: string, said: string): number {
  // All three ways to be alike begin with the same letter.
  if (keyword[0] !== said[0]) return 0
  if (sameStem(keyword, said)) return SAME
  const root = stem(keyword)
  if (root.length >= MIN_STEM && said.startsWith(root) && said.length - root.length <= MAX_ENDING)
    return RELATED
  return misspelt(keyword, said, MIN_MISSPELT) ? SLIP : 0
}

/** A word of an address, without accents and in lower case. */
export interface Word {
  readonly word: string
  /** Written with an apostrophe behind ("d'", "c'"): belongs to the next word, never to a number. */
  readonly elided: boolean
  /** What stands between this word and the one before: "12/b" has "/". */
  readonly gap: string
  /** "è" is a verb and ends a name; "e" may stand within one. */
  readonly verb: boolean
}

/** Kinds of street as people shorten them; the dots are optional. The order matters: longer ones first. */
const ABBREVIATED_TYPES: readonly (readonly [RegExp, string])[] = [
  [/p\.?z?\.?z\.?tta/, 'piazzetta'],
  [/p\.?z?z?\.?le/, 'piazzale'],
  [/p\.?z?z?\.?za|p\.zz?a?|pzz?|pza/, 'piazza'],
  [/v\.?le/, 'viale'],
  [/c\.?so/, 'corso'],
  [/l\.?go/, 'largo'],
  [/v\.?lo|vic/, 'vicolo'],
  [/str(?:\.da)?|s\.?da/, 'strada'],
  [/loc|fraz(?:\.ne)?|fr(?=\.)/, 'localita'],
]
const TYPES: ReadonlySet<string> = new Set(['via', ...ABBREVIATED_TYPES.map(([, type]) => type)])
const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  ...ABBREVIATED_TYPES,
  [/s\.?p\.?(?=\s?\d)/, 'strada provinciale'],
  [/s\.?s\.?(?=\s?\d)/, 'strada statale'],
  [/f\.?lli/, 'fratelli'],
  [/mons/, 'monsignor'],
  [/card/, 'cardinale'],
  [/gen/, 'generale'],
  [/comm/, 'commendatore'],
  [/cav/, 'cavaliere'],
  [/cap(?=\.)/, 'capitano'],
]
const patterns = ABBREVIATIONS.map(
  ([short, long]) =>
    [new RegExp(`(?<![\\p{L}\\p{N}])(?:${short.source})(?![\\p{L}'])\\.?`, 'gu'), long] as const,
)

/** One word for what people mix up. */
const SAME_WORD: Readonly<Record<string, string>> = {
  s: 'san',
  ss: 'san',
  st: 'san',
  sto: 'san',
  sta: 'san',
  santo: 'san',
  santa: 'san',
  sant: 'san',
  frazione: 'localita',
  borgata: 'localita',
  monsignore: 'monsignor',
  ii: '2',
  xxiii: '23',
}
const SMALL = (
  'di del dello della dell dei degli delle de d da dal dalla dalle al alla alle allo ai agli a all il lo la i gli le l ' +
  'in nel nella e ed per the of'
).split(' ')
/** Words that no name hangs on. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(SMALL)

const MONTHS: ReadonlySet<string> = new Set(
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' '),
)
const DAY_WORDS =
  'primo due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici ' +
  'diciassette diciotto diciannove venti ventuno ventidue ventitre ventiquattro venticinque ventisei ventisette ' +
  'ventotto ventinove trenta trentuno'
const DAY_ROMANS =
  'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv xxvi xxvii xxviii ' +
  'xxix xxx xxxi'
const DAYS: ReadonlyMap<string, string> = new Map(
  [DAY_WORDS, DAY_ROMANS].flatMap((list) =>
    list.split(' ').map((word, index) => [word, String(index + 1)] as const),
  ),
)

/** A lone "v" before a word is "via". */
const WORD = /(?<![\p{L}\p{N}])v(?:\.\s?|\s)(?=\p{L})|[\p{L}\p{M}]+'?|\p{N}+/gu

const withoutAccents = (words: string): string => words.normalize('NFD').replace(/\p{M}/gu, '')

/**
 * The words of an address, written or typed: lower case, no accents, abbreviations in full, saints and dates in one
 * spelling ("IV Novembre", "quattro novembre" and "4 novembre" are the same).
 */
export function addressWords(address: string): Word[] {
  const plain = address.normalize('NFC').toLowerCase().replace(/[’`´]/g, "'")
  const full = patterns.reduce((words, [pattern, long]) => words.replace(pattern, `${long} `), plain)
  let end = 0
  const words = [...full.matchAll(WORD)].map((match) => {
    const [found] = match
    const gap = full.slice(end, match.index)
    end = match.index + found.length
    const bare = withoutAccents(found.replace(/[' .]+$/, ''))
    const word = /^v[. ]/.test(found) ? 'via' : bare
    return { raw: found, word, gap, elided: found.endsWith("'"), verb: found === 'è' || found === "e'" }
  })
  return words.map((one, index) => {
    // "piazza V. Veneto": behind a kind of street it is an initial.
    if (/^v[. ]/.test(one.raw) && TYPES.has(words[index - 1]?.word ?? '')) return { ...one, word: 'v' }
    const day = MONTHS.has(words[index + 1]?.word ?? '') ? DAYS.get(one.word) : undefined
    return { ...one, word: day ?? SAME_WORD[one.word] ?? one.word }
  })
}

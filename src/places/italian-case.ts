/** Small words within a name; a surname such as "De Marchi" is none of them. */
const SMALL_WORDS: ReadonlySet<string> = new Set(
  (
    "di del dello della dell' dei degli delle da dal dallo dalla dall' dai dagli dalle a ad al allo alla all' ai agli " +
    "alle in nel nello nella nell' nei negli nelle con su sul sullo sulla sull' sui sugli sulle per e ed le gli"
  ).split(' '),
)
/** "d'" is small before a place and great in a surname: San Francesco d'Assisi, Gabriele D'Annunzio. */
const PLACES_AFTER_D: ReadonlySet<string> = new Set(
  'assisi italia europa aosta arco este angio oro austria oltremare'.split(' '),
)
/** Words cut short, whose apostrophe is no accent. */
const CUT_SHORT: ReadonlySet<string> = new Set(["ca'", "de'", "fra'", "po'", "mo'", "ne'"])
const ACCENTED: Readonly<Record<string, string>> = { a: 'à', e: 'è', i: 'ì', o: 'ò', u: 'ù' }
const ROMAN = /^(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})$/
/** A name of the Middle Ages writes the accent the other way round. */
const ACUTE: Readonly<Record<string, string>> = { andrè: 'andré', perchè: 'perché' }

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The archive writes accents as apostrophes: MONDOVI' is Mondovì, DELL' is not a word of its own. */
function accented(word: string): string {
  if (CUT_SHORT.has(word)) return word
  const grave = word.replace(/([aeiou])'$/, (_, vowel: string) => ACCENTED[vowel] ?? vowel)
  return ACUTE[grave] ?? grave
}

function writeWord(word: string, first: boolean): string {
  if (ROMAN.test(word)) return word
  const lower = accented(word.toLowerCase())
  const [, elided, rest] = /^(\p{L}+')(\p{L}.*)$/u.exec(lower) ?? []
  if (elided && rest) {
    const small = elided === "d'" ? PLACES_AFTER_D.has(rest) : SMALL_WORDS.has(elided)
    return `${small ? elided : capital(elided)}${writeWord(rest.toUpperCase(), true)}`
  }
  if (!first && SMALL_WORDS.has(lower)) return lower
  return lower.split('-').map(capital).join('-')
}

/**
 * A name as one writes it in Italian, from the register's capitals: "SAN FRANCESCO D'ASSISI" becomes
 * "San Francesco d'Assisi". `within`: the name goes on after another word ("Via della Rovere").
 */
export const italianCase = (capitals: string, within = false): string =>
  capitals
    .trim()
    .replace(/[’`´]/g, "'")
    .split(/\s+/)
    .map((word, index) => writeWord(word.toUpperCase(), index === 0 && !within))
    .join(' ')

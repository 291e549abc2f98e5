import { contentOf, fold, isBlank, misspelt, sameStem, tokens } from '../../../src/kernel/words.js'

describe('folding', () => {
  it.each([
    ['Città, però: SÌ!', 'citta pero si'],
    ["l’acqua dell'acquedotto", 'l acqua dell acquedotto'],
    ['🕳️ Buche', 'buche'],
    ['👨‍👩‍👧‍👦🇮🇹', ''],
    ['2️⃣', '2'],
    ['Z̸̡̢̛͎̦algo', 'zalgo'],
    ['ＦＵＬＬ 𝓌𝒾𝒹𝑒', 'full wide'],
    ['İstanbul', 'istanbul'],
    ['via Roma, 12/B', 'via roma 12 b'],
    ['مَرْحَبًا', 'مرحبا'],
    ['  \n\t ', ''],
  ])('%j is %j', (words, folded) => {
    expect(fold(words)).toBe(folded)
  })

  it('gives the words in order', () => {
    expect(tokens(' Via  Roma, 2!')).toEqual(['via', 'roma', '2'])
    expect(tokens('🔥')).toEqual([])
  })

  it('keeps words that say nothing only when there are no others', () => {
    expect(contentOf(tokens('c’è una buca'))).toEqual(['buca'])
    expect(contentOf(tokens('della'))).toEqual(['della'])
  })
})

describe('likeness', () => {
  it.each([
    ['buca', 'buche'],
    ['strada', 'strade'],
    ['lampione', 'lampioni'],
    ['light', 'lights'],
    ['bin', 'bins'],
    ['branch', 'branches'],
  ])('%s and %s are forms of one word', (one, other) => {
    expect([sameStem(one, other), sameStem(other, one)]).toEqual([true, true])
  })

  it.each([
    ['gas', 'gasparini'],
    ['re', 'ra'],
    ['via', 'vie'],
    ['strada', 'strano'],
  ])('%s and %s are not', (one, other) => {
    expect([sameStem(one, other), sameStem(other, one)]).toEqual([false, false])
  })

  it.each([
    ['lampione', 'lanpione', 5, true],
    ['buche', 'bcuhe', 5, true],
    ['illuminazione', 'iluminazzione', 5, true],
    ['scossa', 'scorsa', 7, false],
    ['ferito', 'perito', 5, false],
    ['via12', 'via13', 4, false],
    ['fango', 'fogna', 5, false],
    ['lampion', 'lampino', 5, true],
    ['casa', 'casetta', 4, false],
  ])('%s for %s, from %d letters: %s', (one, other, minLength, expected) => {
    expect(misspelt(one, other, minLength)).toBe(expected)
  })
})

describe('nothing to see', () => {
  it.each([
    ['nothing', '', true],
    ['spaces and lines', ' \u00a0\n\t\u2003', true],
    ['a zero-width space', '\u200b', true],
    ['marks that turn the direction', '\u202e\u2067\u200f', true],
    ['the empty pattern of Braille', '\u2800\u2800', true],
    ['a filler that Unicode calls a letter', '\u3164', true],
    ['accents without a letter', '\u0301\u0337', true],
    ['an emoji with its selector', '❤️', false],
    ['a full stop', '.', false],
    ['one letter among them', '\u200bà\u2800', false],
  ])('%s: %j, %s', (_, words, blank) => {
    expect(isBlank(words)).toBe(blank)
  })
})

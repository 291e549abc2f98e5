import type { Word } from './address-words.js'

const BEFORE_NUMBER: ReadonlySet<string> = new Set('n nr no num numero civico civ al number'.split(' '))
const KILOMETRE: ReadonlySet<string> = new Set(['km', 'chilometro'])
const AGAIN: ReadonlySet<string> = new Set(['bis', 'ter', 'quater'])
const NUMBER = /^\d{1,4}$/
const GLUED = /^\s?[/-]?\s?$/

/** What may follow a number with a space between: a consonant, or any letter where the line ends ("12 a fossano"). */
const isLetter = (next: Word, isLast: boolean): boolean =>
  !next.elided && (isLast ? /^[a-z]$/ : /^[b-df-hj-np-z]$/).test(next.word)

function withSuffix(words: readonly Word[], at: number): string {
  const number = words[at]?.word ?? ''
  const next = words[at + 1]
  if (!next) return number
  if (AGAIN.has(next.word)) return `${number} ${next.word}`
  const glued = next.gap === '' || (GLUED.test(next.gap) && next.gap.trim() !== '')
  if (glued && NUMBER.test(next.word)) return `${number}/${next.word}`
  const letter = glued
    ? /^[a-z]$/.test(next.word) && !next.elided
    : next.gap === ' ' && isLetter(next, at + 2 >= words.length)
  return letter ? `${number}/${next.word.toUpperCase()}` : number
}

/** "n. 12": the "n" belongs to the number, and is nobody's initial. */
export const isNumberSign = (words: readonly Word[], at: number): boolean =>
  BEFORE_NUMBER.has(words[at]?.word ?? '') && NUMBER.test(words[at + 1]?.word ?? '')

/** The house number that stands at this place, in one spelling: "12", "12/B", "12 bis", "km 3,5". */
export function houseNumberAt(words: readonly Word[], start: number): string | undefined {
  let at = start
  while (BEFORE_NUMBER.has(words[at]?.word ?? '') && at - start < 2) at++
  const word = words[at]?.word ?? ''
  if (KILOMETRE.has(word)) {
    const whole = words[at + 1]
    const part = words[at + 2]
    if (!whole || !NUMBER.test(whole.word)) return undefined
    return part && /^[.,]$/.test(part.gap) && NUMBER.test(part.word)
      ? `km ${whole.word},${part.word}`
      : `km ${whole.word}`
  }
  return NUMBER.test(word) ? withSuffix(words, at) : undefined
}

/** The number before the name: "12, via Roma" as the English write it, "al 12 di via Roma". */
export function houseNumberBefore(words: readonly Word[], type: number): string | undefined {
  const number = words[words[type - 1]?.word === 'di' ? type - 2 : type - 1]?.word ?? ''
  return NUMBER.test(number) ? number : undefined
}

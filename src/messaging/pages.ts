import { type Text, text } from '../kernel/text.js'
import { fold } from '../kernel/words.js'
import type { Choice, OutboundMessage } from './outbound.js'

/** The rows that turn the pages of a list, and the lines that say what to type instead. */
const MORE: Turn = { label: text('fit.more'), line: text('fit.more_line') }
const FIRST: Turn = { label: text('fit.first'), line: text('fit.first_line') }

interface Turn {
  readonly label: Text
  readonly line: Text
}

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(', '))

/** What turns a page when it is typed, in every language at once, folded. Labels and lines are of these words. */
const MORE_WORDS = wordSet(
  'altre, le altre, altre scelte, vedi le altre scelte, avanti, ancora, continua, more, more choices, see more choices, next, continue',
)
const FIRST_WORDS = wordSet(
  'prime, le prime, prime scelte, torna alle prime, top, first choices, back to the first, back to the top',
)

/** So many choices every app shows at once; beside them no word turns a page. */
export const SHOWN_AT_ONCE = 10

/** The page that is asked for by these words while this one of these choices is shown; undefined: they are others. */
export function pageNamed(
  words: string,
  { choices, page = 0 }: { readonly choices: readonly Choice[]; readonly page?: number },
): number | undefined {
  if (choices.filter(({ word }) => !word).length <= SHOWN_AT_ONCE) return undefined
  const typed = fold(words)
  return MORE_WORDS.has(typed) ? page + 1 : FIRST_WORDS.has(typed) ? 0 : undefined
}

const PAGE = /^page:([\w-]+):(\d{1,3})$/

/** What a row carries that turns to this page, from 0, of the message with this tag. */
const pageId = (tag: string, page: number): string => `page:${tag}:${page}`

export const isPageId = (id: string): boolean => id.startsWith('page:')

/** The page that such a row asks for; undefined: it is no such row, or one of another message. */
export function pageAsked(id: string, tag: string): number | undefined {
  const [, asked, page] = PAGE.exec(id) ?? []
  return asked === tag ? Number(page) : undefined
}

export interface Page {
  /** With the number that one types: its place among all choices, as `matchChoice` counts, whatever page is looked at. */
  readonly rows: readonly (Choice & { readonly number: number })[]
  /** Turns the page; missing: there is one only. */
  readonly turn?: Turn & { readonly id: string }
}

/**
 * What is shown of these choices: all, or so many that a row is left to turn the page. It leads from the last page to the
 * first. A message without a name cannot be asked for again, and has no pages.
 * @param most rows at once, two or more
 */
export function pageOf(
  { tag, page = 0, choices = [] }: OutboundMessage,
  listed: readonly Choice[],
  most: number,
): Page {
  const rows = listed.map((choice) => ({ ...choice, number: choices.indexOf(choice) + 1 }))
  if (rows.length <= most || tag === undefined) return { rows }
  const staying = rows.filter(({ everyPage }) => everyPage).slice(0, most - 2)
  const turning = rows.filter((row) => !staying.includes(row))
  const size = most - 1 - staying.length
  const pages = Math.ceil(turning.length / size)
  const shown = page % pages
  const next = (shown + 1) % pages
  return {
    rows: [...turning.slice(shown * size, (shown + 1) * size), ...staying],
    turn: { ...(next === 0 ? FIRST : MORE), id: pageId(tag, next) },
  }
}

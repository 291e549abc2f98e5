import type it from '../../locales/it.json'
import type { Locale } from './ids.js'

type PluralSuffix = '_one' | '_other' | '_zero' | '_many'
type Base<Key extends string> = Key extends `${infer Stem}${PluralSuffix}` ? Stem : Key

/** Every key of `locales/it.json`, without plural endings: an unknown key does not compile. */
export type TextKey = Base<Extract<keyof typeof it, string>>

/** A moment to be written in the reader's language and the town's time zone. */
export interface Moment {
  /** ISO 8601, with its offset from UTC. */
  readonly at: string
  readonly style: 'date' | 'time' | 'datetime' | 'deadline'
}

/** Names that the municipality file gives in several languages. */
export type Localised = Readonly<Partial<Record<Locale, string>>> & { readonly it: string }

export type Param = string | number | Text | Moment | Localised

/**
 * Meaning, not words: a key of the locale files with its values, or `verbatim` for what a person wrote.
 * Translated when sent. JSON in and out.
 */
export type Text =
  | { readonly key: TextKey; readonly params?: Readonly<Record<string, Param>> }
  | { readonly verbatim: string }
  | { readonly localised: Localised }
  | { readonly moment: Moment }

export const text = (key: TextKey, params?: Record<string, Param>): Text =>
  params ? { key, params } : { key }
/** A value that stands by itself. */
export function asText(param: Param): Text {
  if (typeof param !== 'object') return verbatim(String(param))
  if ('at' in param) return { moment: param }
  return 'it' in param ? { localised: param } : param
}
/** Between paragraphs that should be read one at a time. */
export const BLANK_LINE: Text = { verbatim: '' }
export const verbatim = (words: string): Text => ({ verbatim: words })

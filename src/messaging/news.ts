import type { Locale } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'

const REPORT = ['number', 'category', 'place'] as const

/**
 * Every kind of news that a citizen hears without having written just before, and the values that come with it. Some
 * apps let only words through that they have approved beforehand, one text for each kind.
 */
export const NEWS = {
  acknowledged: REPORT,
  in_progress: REPORT,
  scheduled: REPORT,
  awaiting_citizen: REPORT,
  referred: REPORT,
  transferred: REPORT,
  reopened: REPORT,
  withdrawn: REPORT,
  reply: [...REPORT, 'words'],
  closed: [...REPORT, 'outcome', 'words'],
  ask_fixed: ['number'],
} as const satisfies Record<string, readonly string[]>

export type NewsKind = keyof typeof NEWS
export type NewsValue = (typeof NEWS)[NewsKind][number]

export const NEWS_KINDS = Object.keys(NEWS) as readonly NewsKind[]

/** What a message is about, beside its words. JSON. */
export interface News {
  readonly kind: NewsKind
  readonly values: Readonly<Partial<Record<NewsValue, Text>>>
}

/** A text that the network has approved: only values are put in. */
export interface Template {
  readonly name: string
  /** The network's codes of the languages in which it was approved; one at least. */
  readonly language: Readonly<Partial<Record<Locale, string>>>
  /** In the order of its placeholders. */
  readonly parameters: readonly NewsValue[]
  /** It carries a button for each of the message's choices. */
  readonly buttons: boolean
}

export type Templates = Readonly<Partial<Record<NewsKind, Template>>>

import type { CategoryCode, OfficeCode } from '../kernel/ids.js'
import type { Localised } from '../kernel/text.js'

/** A kind of problem: decides the office and the target time. */
export interface Category {
  readonly code: CategoryCode
  readonly name: Localised
  readonly office: OfficeCode
  /** Days, from the first submission, in which the work should be done. */
  readonly targetDays: number
  /** No public point, no preview to others, a word about people and number plates. */
  readonly sensitive: boolean
  /** Choosing it means danger: 112 is named first and the report is urgent. */
  readonly danger: boolean
  /** Words by which a free description points here, per language, lower case. */
  readonly keywords: readonly string[]
}

/** First level: the national model's eleven kinds of "Segnalazione disservizio", and "Other". */
export interface CategoryGroup {
  readonly code: string
  readonly name: Localised
  readonly categories: readonly Category[]
}

/** The category of who does not know: the front desk sorts it. */
export const OTHER = 'other' as CategoryCode

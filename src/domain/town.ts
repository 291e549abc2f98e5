import type { CategoryCode, Locale, OfficeCode } from '../kernel/ids.js'
import type { Localised } from '../kernel/text.js'
import type { Category, CategoryGroup } from './category.js'

export interface Office {
  readonly code: OfficeCode
  readonly name: Localised
}

/** When the offices are open; Monday is 1. Hours as `HH:mm` in the town's time zone. */
export interface WorkingTime {
  readonly days: readonly number[]
  readonly from: string
  readonly to: string
  /** Closed days beside the week's own, `YYYY-MM-DD`, and `MM-DD` for those of every year. Easter Monday is known. */
  readonly holidays: readonly string[]
}

/** How the 24-hour clock runs: `calendar` always, `working` stands still on days when the offices are closed. */
export type ClockMode = 'calendar' | 'working'

/** What a town is, as its municipality file says. */
export interface Town {
  readonly name: string
  readonly locale: Locale
  /** IANA, e.g. `Europe/Rome`. */
  readonly timeZone: string
  readonly offices: readonly Office[]
  /** The office that sorts what nobody could categorise and makes the calls. */
  readonly frontDesk: OfficeCode
  readonly groups: readonly CategoryGroup[]
  readonly desk: { readonly phone: string; readonly hours: Localised; readonly address: string }
  /** For dangers outside office hours. */
  readonly onCallPhone: string
  readonly notice: { readonly version: string; readonly url: string }
  /** Words that mean danger, in every language, lower case; matched as whole words or phrases. */
  readonly dangerWords: readonly string[]
  /** Words that mean misconduct of staff, lower case, and whom to turn to with it instead of their colleagues. */
  readonly misconduct?: { readonly words: readonly string[]; readonly channel: Localised }
  readonly working: WorkingTime
  readonly claim: { readonly hours: number; readonly mode: ClockMode }
  /** Local time of the supervisor's digest, `HH:mm`. */
  readonly digestAt: string
  readonly limits: { readonly reportsPerDay: number; readonly photosPerReport: number }
}

const categoriesOfTown = new WeakMap<Town, readonly Category[]>()

export function categoriesOf(town: Town): readonly Category[] {
  const categories = categoriesOfTown.get(town) ?? town.groups.flatMap((group) => group.categories)
  categoriesOfTown.set(town, categories)
  return categories
}

/** The category, or undefined for a code that this town does not know. */
export const findCategory = (town: Town, code: CategoryCode): Category | undefined =>
  categoriesOf(town).find((category) => category.code === code)

export const findOffice = (town: Town, code: OfficeCode): Office | undefined =>
  town.offices.find((office) => office.code === code)

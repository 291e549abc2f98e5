import type { OfficeCode } from '../kernel/ids.js'
import { type Localised, type Param, type Text, text } from '../kernel/text.js'
import type { Outcome, PublicPlace, Report } from './report.js'
import { findCategory, findOffice, type Town } from './town.js'

/** The office's name; its code when the town no longer has it. */
export const officeName = (town: Town, office: OfficeCode): Localised =>
  findOffice(town, office)?.name ?? { it: office }

/** The category's name; its code when the town no longer has it. */
export const categoryName = (town: Town, category: Report['category']): Localised =>
  findCategory(town, category)?.name ?? { it: category }

const addressOf = ({ street, houseNumber }: PublicPlace): string | undefined =>
  street && houseNumber ? `${street} ${houseNumber}` : street

/** The register's name of the street; a pin or the town where there is none. Never the citizen's own words. */
export const publicPlace = (town: Town, place: PublicPlace): Param =>
  addressOf(place) ?? (place.point ? text('place.pin') : town.name)

export type About = Readonly<Record<'number' | 'place' | 'category' | 'office' | 'deadline', Param>>

/** The values with which every sentence about a report is filled: no personal data. */
export const aboutReport = (
  town: Town,
  report: Pick<Report, 'id' | 'category' | 'office' | 'claimDueAt'> & { readonly place: PublicPlace },
): About => ({
  number: report.id,
  place: publicPlace(town, report.place),
  category: categoryName(town, report.category),
  office: officeName(town, report.office),
  deadline: { at: report.claimDueAt.toISOString(), style: 'deadline' },
})

/** The same for the reporter, who reads the own words about the place. */
export const aboutOwnReport = (town: Town, report: Report): About => ({
  ...aboutReport(town, report),
  place: report.place.line,
})

/** The town's ready-made message for a report that ends so; undefined: an answer can only be written. */
export const readyText = (town: Town, outcome: Outcome): Text | undefined =>
  outcome === 'answered' ? undefined : text(`closed.ready.${outcome}`, { phone: town.desk.phone })

/** A short name, in the town's language, from what it is and where. */
export const titleOf = (town: Town, category: Report['category'], place: PublicPlace): string => {
  const name = categoryName(town, category)
  return `${name[town.locale] ?? name.it} – ${addressOf(place) ?? town.name}`
}

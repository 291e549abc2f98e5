import type { OfficeCode } from '../kernel/ids.js'
import type { Localised, Param } from '../kernel/text.js'
import type { Report } from './report.js'
import { findCategory, findOffice, type Town } from './town.js'

/** The office's name; its code when the town no longer has it. */
export const officeName = (town: Town, office: OfficeCode): Localised =>
  findOffice(town, office)?.name ?? { it: office }

/** The category's name; its code when the town no longer has it. */
export const categoryName = (town: Town, category: Report['category']): Localised =>
  findCategory(town, category)?.name ?? { it: category }

/** The values with which every sentence about a report is filled: no personal data. */
export const aboutReport = (
  town: Town,
  report: Pick<Report, 'id' | 'category' | 'office' | 'claimDueAt'> & {
    readonly place: { readonly line: string }
  },
): Record<'number' | 'place' | 'category' | 'office' | 'deadline', Param> => ({
  number: report.id,
  place: report.place.line,
  category: categoryName(town, report.category),
  office: officeName(town, report.office),
  deadline: { at: report.claimDueAt.toISOString(), style: 'deadline' },
})

/** A short name, in the town's language, from what it is and where. */
export const titleOf = (
  town: Town,
  category: Report['category'],
  { street, line }: Report['place'],
): string => {
  const name = categoryName(town, category)
  return `${name[town.locale] ?? name.it} – ${street ?? line}`
}

import type { Locale, OfficeCode, StaffId } from '../kernel/ids.js'

export const ROLES = ['operator', 'supervisor', 'observer'] as const
export type Role = (typeof ROLES)[number]

export interface Staff {
  readonly id: StaffId
  readonly name: string
  readonly role: Role
  readonly offices: readonly OfficeCode[]
  /** File on behalf, work off calls, sort, look up any report (read only, recorded). */
  readonly frontDesk: boolean
  readonly locale: Locale
}

/** Sees everything of a report of this office. */
export const mayHandle = (staff: Staff, office: OfficeCode): boolean =>
  staff.role === 'supervisor' || (staff.role === 'operator' && staff.offices.includes(office))

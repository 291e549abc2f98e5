import type { Party } from '../domain/lifecycle.js'
import { mayHandle } from '../domain/staff.js'
import type { CitizenId, OfficeCode } from '../kernel/ids.js'
import type { StaffMember } from './ports.js'

/** Who asks for a change. */
export type By =
  | { readonly party: 'operator' | 'supervisor'; readonly staff: StaffMember }
  | { readonly party: 'reporter'; readonly citizen: CitizenId }
  | { readonly party: 'clock' }

/** As whom a member of staff changes reports; undefined: as nobody (an observer). */
export const partyOf = ({ role }: StaffMember): Extract<Party, 'operator' | 'supervisor'> | undefined =>
  role === 'observer' ? undefined : role

/** A change by this person, or undefined: the report is none of theirs. */
export function byStaff(
  staff: StaffMember,
  office: OfficeCode,
): Extract<By, { staff: StaffMember }> | undefined {
  const party = partyOf(staff)
  return party && mayHandle(staff, office) ? { party, staff } : undefined
}

import type { ChannelName, ReportId } from '../kernel/ids.js'
import type { StaffMember, Tx } from './ports.js'
import { byStaff } from './rights.js'

export type ContactsResult =
  | {
      readonly ok: true
      readonly report: ReportId
      readonly name?: string
      readonly phone?: string
      /** Where the person writes from; undefined: from nowhere, a desk filed it. */
      readonly channel?: ChannelName
      readonly reachable: boolean
    }
  | { readonly ok: false; readonly why: 'unknown' | 'not-yours' | 'nobody' }

/** Who reported it. Each look is recorded, with who looked (report, person, time). */
export async function showContacts(
  tx: Pick<Tx, 'reports' | 'citizens' | 'access'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { report: id }: { report: ReportId },
): Promise<ContactsResult> {
  const report = await tx.reports.get(id)
  if (!report) return { ok: false, why: 'unknown' }
  if (!byStaff(staff, report.office)) return { ok: false, why: 'not-yours' }
  const citizen = report.reporter === undefined ? undefined : await tx.citizens.get(report.reporter)
  if (!citizen) return { ok: false, why: 'nobody' }
  await tx.access.record({ at: now, staff: staff.id, what: 'contacts', report: id })
  const address = await tx.citizens.addressOf(citizen.id)
  return {
    ok: true,
    report: id,
    name: citizen.name,
    phone: citizen.phone,
    channel: address?.channel,
    reachable: address?.reachable ?? false,
  }
}

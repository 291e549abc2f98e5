import type { ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { StaffMember, Tx } from './ports.js'
import { mayCall } from './work-off-calls.js'

export type CallResult =
  | {
      readonly ok: true
      readonly call: number
      readonly name?: string
      readonly phone: string
      readonly report?: ReportId
      /** What to say. */
      readonly say: readonly Text[]
    }
  | { readonly ok: false; readonly why: 'unknown-call' | 'not-yours' }

/** Whom to phone. For the front desk and supervisors; each look is recorded. */
export async function showCall(
  tx: Pick<Tx, 'calls' | 'citizens' | 'access'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { call: id }: { call: number },
): Promise<CallResult> {
  if (!mayCall(staff)) return { ok: false, why: 'not-yours' }
  const call = await tx.calls.open(id)
  if (!call) return { ok: false, why: 'unknown-call' }
  await tx.access.record({ at: now, staff: staff.id, what: 'contacts', report: call.report })
  const citizen = call.citizen === undefined ? undefined : await tx.citizens.get(call.citizen)
  return { ok: true, call: id, name: citizen?.name, phone: call.phone, report: call.report, say: call.say }
}

import type { StaffMember, Tx } from './ports.js'

export type CallResult =
  | { readonly ok: true; readonly name?: string; readonly phone: string }
  | { readonly ok: false; readonly why: 'unknown-call' | 'not-yours' }

/** Whom to phone. For the front desk and supervisors; each look is recorded. */
export async function showCall(
  tx: Pick<Tx, 'calls' | 'citizens' | 'access'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { call: id }: { call: number },
): Promise<CallResult> {
  const isDesk = staff.frontDesk && staff.role !== 'observer'
  if (!isDesk && staff.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  const call = await tx.calls.open(id)
  if (!call) return { ok: false, why: 'unknown-call' }
  await tx.access.record({ at: now, staff: staff.id, what: 'contacts', report: call.report })
  const citizen = call.citizen === undefined ? undefined : await tx.citizens.get(call.citizen)
  return { ok: true, name: citizen?.name, phone: call.phone }
}

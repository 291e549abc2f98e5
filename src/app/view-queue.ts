import type { QueueFilter, QueueRow, StaffMember, Tx } from './ports.js'

/** Reports on one page of a queue. */
export const QUEUE_PAGE = 8

export type QueueView =
  | {
      readonly ok: true
      readonly filter: QueueFilter
      /** From 0. */
      readonly page: number
      readonly rows: readonly QueueRow[]
      readonly total: number
    }
  | { readonly ok: false; readonly why: 'not-yours' }

/** One page of what this person's offices have to do; a supervisor's offices are all. */
export async function viewQueue(
  tx: Pick<Tx, 'reports'>,
  { staff, now }: { readonly staff: StaffMember; readonly now: Date },
  { filter, page }: { filter: QueueFilter; page: number },
): Promise<QueueView> {
  if (staff.role === 'observer') return { ok: false, why: 'not-yours' }
  const offices = staff.role === 'supervisor' ? undefined : staff.offices
  const { rows, total } = await tx.reports.queue({
    filter,
    offices,
    staff: staff.id,
    now,
    limit: QUEUE_PAGE,
    offset: page * QUEUE_PAGE,
  })
  return { ok: true, filter, page, rows, total }
}

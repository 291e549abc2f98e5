import { DAY } from '../kernel/clock.js'
import type { CallRow, StaffMember, Tx } from './ports.js'

/** Calls on one page. */
export const CALLS_PAGE = 8
/** Three calls on three days that found nobody are an answer too (PRODUCT, "The life of a report"). */
export const MOST_TRIES = 3
const AGAIN_MS = DAY

export const CALL_ENDS = ['told', 'no_answer', 'wrong_number'] as const
export type CallEnd = (typeof CALL_ENDS)[number]

interface Here {
  readonly staff: StaffMember
  readonly now: Date
}

/** The front desk's, and the supervisors'. */
export const mayCall = ({ role, frontDesk }: Pick<StaffMember, 'role' | 'frontDesk'>): boolean =>
  role === 'supervisor' || (frontDesk && role !== 'observer')

export type CallsView =
  | { readonly ok: true; readonly page: number; readonly rows: readonly CallRow[]; readonly total: number }
  | { readonly ok: false; readonly why: 'not-yours' }

/** One page of the calls to make now, the oldest first; names and numbers are a recorded look away (`show-call.ts`). */
export async function viewCalls(
  tx: Pick<Tx, 'calls'>,
  { staff, now }: Here,
  { page }: { page: number },
): Promise<CallsView> {
  if (!mayCall(staff)) return { ok: false, why: 'not-yours' }
  const { rows, total } = await tx.calls.due({ now, limit: CALLS_PAGE, offset: page * CALLS_PAGE })
  return { ok: true, page, rows, total }
}

export type CallMade =
  /** `nobody`: that was the last try. */
  | { readonly ok: true; readonly how: CallEnd | 'nobody' }
  | { readonly ok: false; readonly why: 'unknown-call' | 'not-yours' }

/** How a call went. Nobody answered: it comes back tomorrow, at most three times. Each is a line of the history. */
export async function makeCall(
  tx: Pick<Tx, 'calls' | 'history'>,
  { staff, now }: Here,
  { call: id, how: said }: { call: number; how: CallEnd },
): Promise<CallMade> {
  if (!mayCall(staff)) return { ok: false, why: 'not-yours' }
  const call = await tx.calls.lock(id)
  if (!call) return { ok: false, why: 'unknown-call' }
  // Three calls are on three days: twice on one day counts once.
  if (said === 'no_answer' && call.dueAt > now) return { ok: true, how: said }
  const how = said === 'no_answer' && call.tries + 1 >= MOST_TRIES ? 'nobody' : said
  if (how === 'no_answer') await tx.calls.tryAgain(id, new Date(now.getTime() + AGAIN_MS))
  else await tx.calls.end(id, { outcome: how, at: now, by: staff.id })
  if (call.report !== undefined) {
    const party = staff.role === 'supervisor' ? 'supervisor' : 'operator'
    await tx.history.append({ report: call.report, at: now, action: `call_${how}`, party, staff: staff.id })
  }
  return { ok: true, how }
}

import { digestDue } from '../domain/clocks.js'
import { type Digest, digestMessage } from '../domain/digest.js'
import type { Town } from '../domain/town.js'
import { DAY } from '../kernel/clock.js'
import type { Text } from '../kernel/text.js'
import type { StaffMember, Tx } from './ports.js'

/** Reports listed with buttons; three buttons each. */
const LISTED = 8

interface Here {
  readonly town: Town
  readonly now: Date
  /** What the supervisors should not forget. */
  readonly remarks?: readonly Text[]
}

/**
 * Sends every supervisor's digest that is due: once per day and person, covering what no earlier one covered, so that
 * missed days become one. Safe to call as often as one likes. Returns how many were queued.
 */
export async function sendDigests(
  tx: Pick<Tx, 'staff' | 'digests' | 'outbox'>,
  { town, now, remarks = [] }: Here,
): Promise<number> {
  let sent = 0
  for (const { id, address, locale } of await tx.staff.supervisors()) {
    const last = await tx.digests.lastFor(id)
    const date = digestDue(town, now, last?.localDate)
    if (date === null || !(await tx.digests.record(id, date, now))) continue
    const digest = { ...(await collectDigest(tx, now, last?.at)), remarks }
    tx.outbox.put({ to: address, locale, message: digestMessage(town, digest, locale) })
    sent++
  }
  return sent
}

export type DigestNow =
  | { readonly ok: true; readonly digest: Digest }
  | { readonly ok: false; readonly why: 'not-yours' }

/** The digest at this moment, on demand; tomorrow's still covers everything. */
export async function digestNow(
  tx: Pick<Tx, 'digests'>,
  { staff, now, remarks = [] }: Pick<Here, 'now' | 'remarks'> & { readonly staff: StaffMember },
): Promise<DigestNow> {
  if (staff.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  const last = await tx.digests.lastFor(staff.id)
  return { ok: true, digest: { ...(await collectDigest(tx, now, last?.at)), remarks } }
}

/** The first digest covers a day. */
async function collectDigest(
  tx: Pick<Tx, 'digests'>,
  to: Date,
  from: Date = new Date(to.getTime() - DAY),
): Promise<Omit<Digest, 'remarks'>> {
  const numbers = await tx.digests.figures(from, to)
  const unclaimed = await tx.digests.unclaimed(to, LISTED)
  return { from, to, numbers, unclaimed }
}

import { localDate } from '../domain/clocks.js'
import type { Town } from '../domain/town.js'
import type { Acting } from './effects.js'
import { hashToken } from './invite-staff.js'
import type { StaffMember, Tx } from './ports.js'

export type JoinResult =
  | { readonly ok: true; readonly staff: StaffMember }
  | { readonly ok: false; readonly why: 'unknown' | 'used' | 'expired' | 'already' }

/** The first digest is tomorrow's and covers from now on: of the time before there is nothing to tell this person. */
export async function startDigests(
  tx: Pick<Tx, 'digests'>,
  town: Town,
  { id, role }: Pick<StaffMember, 'id' | 'role'>,
  now: Date,
): Promise<void> {
  if (role === 'supervisor') await tx.digests.record(id, localDate(town, now), now)
}

/** Whoever brings a token that is good becomes what its invitation says. Two who bring it at once: one joins. */
export async function joinStaff(
  tx: Pick<Tx, 'staff' | 'digests'>,
  { from, actor, name, locale, now, town }: Omit<Acting, 'staff'>,
  { token }: { token: string },
): Promise<JoinResult> {
  if (await tx.staff.find(from.channel, actor)) return { ok: false, why: 'already' }
  const hash = hashToken(token)
  const invite = await tx.staff.lockInvite(hash)
  if (!invite) return { ok: false, why: 'unknown' }
  if (invite.usedAt) return { ok: false, why: 'used' }
  if (invite.expiresAt <= now) return { ok: false, why: 'expired' }
  const { role, frontDesk, offices } = invite
  const staff = await tx.staff.add({
    name: name ?? actor,
    role,
    frontDesk,
    offices,
    locale,
    address: from,
    actor,
  })
  await tx.staff.useInvite(hash, staff.id, now)
  await startDigests(tx, town, staff, now)
  return { ok: true, staff }
}

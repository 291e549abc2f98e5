import { createHash } from 'node:crypto'
import { findOffice, type Town } from '../domain/town.js'
import { DAY } from '../kernel/clock.js'
import type { Invite, StaffMember, Tx } from './ports.js'

export const INVITE_MS = 7 * DAY

export type InviteResult =
  | { readonly ok: true; readonly token: string; readonly expiresAt: Date }
  | {
      readonly ok: false
      readonly why: 'not-yours' | 'office-required' | 'unknown-office' | 'no-desk-for-observers'
    }

/** What is kept of a token. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/**
 * A one-time invitation. The token is returned once and only its hash is kept. `by` missing: the administrator, from
 * the command line. `token`: 32 random bytes, base64url (fits Telegram's start parameter of 64 characters).
 */
export async function inviteStaff(
  tx: Pick<Tx, 'staff'>,
  { town, now, by }: { readonly town: Town; readonly now: Date; readonly by?: StaffMember },
  invite: Invite,
  token: string,
): Promise<InviteResult> {
  if (by && by.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  if (invite.role === 'observer' && invite.frontDesk) return { ok: false, why: 'no-desk-for-observers' }
  if (invite.role === 'operator' && invite.offices.length === 0) return { ok: false, why: 'office-required' }
  if (invite.offices.some((office) => !findOffice(town, office))) return { ok: false, why: 'unknown-office' }
  const expiresAt = new Date(now.getTime() + INVITE_MS)
  await tx.staff.addInvite(hashToken(token), invite, { createdAt: now, expiresAt, createdBy: by?.id })
  return { ok: true, token, expiresAt }
}

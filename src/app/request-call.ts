import { staffCommand } from '../domain/staff-command.js'
import { text, verbatim } from '../kernel/text.js'
import type { Acting } from './effects.js'
import type { Tx } from './ports.js'
import { tellStaff } from './tell-staff.js'

/** "Call me back": the front desk, or else the supervisors, hear of it and phone. Without a number nobody can. */
export async function requestCall(
  tx: Pick<Tx, 'citizens' | 'calls' | 'staff' | 'outbox'>,
  { from, locale, name, phone: own, now }: Acting,
  phone?: string,
): Promise<{ ok: true } | { ok: false; why: 'no-phone' }> {
  const citizen = await tx.citizens.at(from, { locale, name, phone: own })
  const number = phone ?? citizen.phone
  if (!number) return { ok: false, why: 'no-phone' }
  const say = [
    citizen.name ? text('call.asked_for', { name: verbatim(citizen.name) }) : text('call.asked_for_unnamed'),
  ]
  const call = await tx.calls.add({ citizen: citizen.id, phone: number, reason: 'call_back', say, at: now })
  const desk = await tx.staff.atFrontDesk()
  // "We will call" must reach somebody: a town that gave nobody the front desk's right has supervisors.
  tellStaff(tx, desk.length > 0 ? desk : await tx.staff.supervisors(), (locale) => ({
    body: [text('staff.call.asked')],
    choices: [
      { id: `call:${call}`, label: text('staff.button.call'), command: staffCommand('call', locale, call) },
    ],
  }))
  return { ok: true }
}

import { text, verbatim } from '../kernel/text.js'
import type { Acting } from './effects.js'
import type { Tx } from './ports.js'

/** "Call me back": the front desk phones. Without a number nobody can. */
export async function requestCall(
  tx: Pick<Tx, 'citizens' | 'calls'>,
  { from, locale, name, now }: Acting,
  phone?: string,
): Promise<{ ok: true } | { ok: false; why: 'no-phone' }> {
  const citizen = await tx.citizens.at(from, { locale, name })
  const number = phone ?? citizen.phone
  if (!number) return { ok: false, why: 'no-phone' }
  const say = [text('call.asked_for', { name: verbatim(citizen.name ?? '') })]
  await tx.calls.add({ citizen: citizen.id, phone: number, reason: 'call_back', say, at: now })
  return { ok: true }
}

import { DAY, HOUR, MINUTE } from '../kernel/clock.js'
import { text } from '../kernel/text.js'
import type { Address } from '../messaging/inbound.js'
import type { Acting } from './effects.js'
import { hashToken } from './invite-staff.js'
import { joinCitizens, partCitizens } from './join-citizens.js'
import type { Link, LinkEnd } from './link-port.js'
import type { Tx } from './ports.js'

/** A code must be typed within this time. */
export const CODE_MS = 10 * MINUTE
/** So long both sides may take to say yes, once it was typed. */
export const CONFIRM_MS = 30 * MINUTE
/** Wrong codes that one chat may type in an hour: a hundred million codes are not to be guessed so. */
export const MOST_TRIES = 5
const TRIES_MS = HOUR
/** So long it is known of an old code that it was one. */
const REMEMBERED_MS = DAY

type Linking = Pick<Tx, 'links' | 'citizens' | 'timers' | 'outbox'>

/**
 * A code under which another chat of the same person can be linked to this one; it takes the place of an earlier one.
 * @param newCode eight digits, drawn anew each time
 */
export async function offerLink(
  tx: Linking,
  { from, locale, name, now }: Acting,
  newCode: () => string,
): Promise<{ code: string; minutes: number }> {
  await tx.citizens.at(from, { locale, name })
  await tx.links.forgetBefore(new Date(now.getTime() - REMEMBERED_MS))
  for (;;) {
    const code = newCode()
    if (await tx.links.offer(from, hashToken(code), new Date(now.getTime() + CODE_MS)))
      return { code, minutes: CODE_MS / MINUTE }
  }
}

export type Typed =
  | { readonly ok: true; readonly link: number }
  | { readonly ok: false; readonly why: 'unknown' | 'expired' | 'used' | 'own' | 'linked' | 'too-many' }

/**
 * Somebody types a code. It joins nothing: it is used up, and both sides are asked. What is told to the one who types
 * says nothing about the one who gave it.
 */
export async function typeLinkCode(
  tx: Linking,
  { from, locale, name, now }: Acting,
  { code }: { code: string },
): Promise<Typed> {
  if ((await tx.links.countTries(from, new Date(now.getTime() - TRIES_MS))) >= MOST_TRIES)
    return { ok: false, why: 'too-many' }
  const link = await tx.links.lockByCode(hashToken(code))
  const wrong = whyWrong(link, now)
  if (!link || wrong) {
    await tx.links.recordTry(from, now)
    return { ok: false, why: wrong ?? 'unknown' }
  }
  if (isSame(link.given.chat, from)) return { ok: false, why: 'own' }
  const citizen = await tx.citizens.at(from, { locale, name })
  if ((await tx.citizens.find(link.given.chat))?.id === citizen.id) return { ok: false, why: 'linked' }
  const expiresAt = new Date(now.getTime() + CONFIRM_MS)
  await tx.links.save({ ...link, typed: { chat: from, yes: false }, expiresAt })
  // The other chat is asked in a transaction of its own: two turns must not lock each other's conversation.
  await tx.timers.set({ kind: 'ask_link', key: String(link.id), dueAt: now })
  await tx.timers.set({ kind: 'end_link', key: String(link.id), dueAt: expiresAt })
  return { ok: true, link: link.id }
}

function whyWrong(link: Link | undefined, now: Date): 'unknown' | 'expired' | 'used' | undefined {
  if (!link) return 'unknown'
  if (link.typed || (link.ended && link.ended !== 'replaced')) return 'used'
  return link.ended === 'replaced' || link.expiresAt <= now ? 'expired' : undefined
}

export type LinkAnswer = 'joined' | 'waits' | 'refused' | 'gone'

/** One side says yes or no; only when both have said yes the two are one. The other side hears of the end. */
export async function answerLink(
  tx: Linking & Pick<Tx, 'joins' | 'history'>,
  { from, now }: Acting,
  { link: id, yes }: { link: number; yes: boolean },
): Promise<LinkAnswer> {
  const link = await tx.links.lock(id)
  const side = link && !link.ended && link.expiresAt > now ? sideOf(link, from) : undefined
  if (!link?.typed || !side) return 'gone'
  const answered: Link = { ...link, [side]: { chat: from, yes } }
  const ended = yes ? (answered.given.yes && answered.typed?.yes ? 'joined' : undefined) : 'refused'
  await tx.links.save({ ...answered, ended })
  if (!ended) return 'waits'
  await tx.timers.cancel('ask_link', String(id))
  await tx.timers.cancel('end_link', String(id))
  if (ended === 'joined') {
    const keep = await tx.citizens.find(link.given.chat)
    const other = await tx.citizens.find(link.typed.chat)
    if (keep && other) await joinCitizens(tx, keep.id, other.id, now, 'citizen')
  }
  await tell(tx, side === 'given' ? link.typed : link.given, `link.${ended}_there`)
  return ended
}

const sideOf = ({ given, typed }: Link, from: Address): 'given' | 'typed' | undefined =>
  isSame(given.chat, from) ? 'given' : typed && isSame(typed.chat, from) ? 'typed' : undefined

/** The timer `end_link`: who has not said yes by now has not linked anything. Both hear of it. */
export async function endLink(tx: Linking, now: Date, id: number): Promise<void> {
  const link = await tx.links.lock(id)
  if (!link?.typed || link.ended || link.expiresAt > now) return
  await tx.links.save({ ...link, ended: 'expired' })
  await tell(tx, link.given, 'link.expired_there')
  await tell(tx, link.typed, 'link.expired_there')
}

/** Each chat has again what it had before the newest link; all of them hear of it. False: there is none. */
export async function unlink(
  tx: Linking & Pick<Tx, 'joins' | 'history'>,
  { from, now }: Acting,
): Promise<{ ok: boolean }> {
  const citizen = await tx.citizens.find(from)
  if (!citizen) return { ok: false }
  const chats = await tx.citizens.addressesOf(citizen.id)
  if (!(await partCitizens(tx, citizen.id, now))) return { ok: false }
  for (const chat of chats)
    if (!isSame(chat, from)) await tell(tx, { chat, yes: true }, 'link.unlinked_there')
  return { ok: true }
}

async function tell(
  tx: Pick<Tx, 'citizens' | 'outbox'>,
  { chat }: LinkEnd,
  key: 'link.joined_there' | 'link.refused_there' | 'link.expired_there' | 'link.unlinked_there',
): Promise<void> {
  const citizen = await tx.citizens.find(chat)
  if (citizen) tx.outbox.put({ to: chat, locale: citizen.locale, message: { body: [text(key)] } })
}

const isSame = (one: Address, other: Address): boolean =>
  one.channel === other.channel && one.chat === other.chat

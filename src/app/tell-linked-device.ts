import { MINUTE } from '../kernel/clock.js'
import type { MediaKey } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { Choice, OutboundMessage } from '../messaging/outbound.js'
import type { DeviceState } from './linked-device-port.js'
import type { StaffMember, Tx } from './ports.js'
import { tellStaff } from './tell-staff.js'

/** A short break is nobody's business: phones and lines come back by themselves. */
const TELL_AFTER_MS = 10 * MINUTE
const TIMER = { kind: 'device_down', key: 'whatsapp' } as const

/** How the link stands, as the process that holds it sees it. */
export type SeenDevice = Pick<DeviceState, 'state' | 'why'>

/**
 * Notes how the link to WhatsApp stands, and tells the supervisors what they must know, once for each outage: at once
 * where only a person can mend it, after ten minutes where it may mend itself, and when it is back.
 */
export async function noteLink(
  tx: Pick<Tx, 'device' | 'timers' | 'staff' | 'outbox'>,
  now: Date,
  seen: SeenDevice,
): Promise<void> {
  const before = await tx.device.lock()
  if (before.since && before.state === seen.state && before.why === seen.why) return
  if (seen.state === 'open') {
    await tx.timers.cancel(TIMER.kind, TIMER.key)
    if (before.told) await tell(tx, [text('staff.link.back')])
    await tx.device.save({ state: 'open', since: now, told: false })
    // asked for while a code was shown, which was enough
    await tx.device.dropCodeWish()
    return
  }
  const outage = before.state === 'open' ? undefined : before
  const since = outage?.since ?? now
  if (seen.state === 'down') {
    // An outage that was told of is no news again, whatever its next attempt brings.
    const told = outage?.told ?? false
    if (!told && before.state !== 'down') {
      await tx.timers.set({ ...TIMER, dueAt: new Date(now.getTime() + TELL_AFTER_MS) })
    }
    await tx.device.save({ ...seen, since, told })
    return
  }
  await tx.timers.cancel(TIMER.kind, TIMER.key)
  await tell(tx, [reasonOf(seen)], seen.state === 'unlinked' ? [CODE_BUTTON] : [])
  await tx.device.save({ ...seen, since, told: true })
}

/** A supervisor who joins while nothing is linked was not there when the others were told, and gets the button too. */
export async function tellNewSupervisor(
  tx: Pick<Tx, 'device' | 'outbox'>,
  staff: StaffMember,
): Promise<void> {
  if (staff.role !== 'supervisor') return
  const link = await tx.device.lock()
  if (link.state !== 'unlinked' || !link.since) return
  tellStaff(tx, [staff], () => ({ body: [reasonOf(link)], choices: [CODE_BUTTON] }))
}

/** Ten minutes have passed and it is not back. */
export async function linkStillDown(tx: Pick<Tx, 'device' | 'staff' | 'outbox'>): Promise<void> {
  const link = await tx.device.lock()
  if (link.state !== 'down' || link.told || !link.since) return
  await tell(tx, [text('staff.link.down', { since: { at: link.since.toISOString(), style: 'time' } })])
  await tx.device.save({ ...link, told: true })
}

/** What links the device: a picture to be scanned, or a code to be typed. Both live for about a minute. */
export type LinkCode =
  | { readonly type: 'picture'; readonly picture: MediaKey }
  | { readonly type: 'code'; readonly code: string }

/** Shows it to whoever asked; to all supervisors where nobody did, or who asked is one no more. */
export async function showLinkCode(
  tx: Pick<Tx, 'device' | 'staff' | 'outbox'>,
  shown: LinkCode,
): Promise<void> {
  const id = await tx.device.askedBy()
  const supervisors = await tx.staff.supervisors()
  const asker = supervisors.filter((each) => each.id === id)
  const body = [
    shown.type === 'picture'
      ? text('staff.link.scan')
      : text('staff.link.type', { code: { verbatim: shown.code } }),
  ]
  const media = shown.type === 'picture' ? { media: [shown.picture] } : {}
  tellStaff(tx, asker.length > 0 ? asker : supervisors, () => ({
    body,
    secret: true,
    choices: [{ ...CODE_BUTTON, label: text('staff.link.new_code') }],
    ...media,
  }))
}

export type CodeAsked =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: 'not-yours' | 'linked' | 'trying' }

/** A supervisor has the town's phone at hand and wants to link it; the code comes in a message of its own. */
export async function askLinkCode(
  tx: Pick<Tx, 'device'>,
  { staff }: { readonly staff: StaffMember },
): Promise<CodeAsked> {
  if (staff.role !== 'supervisor') return { ok: false, why: 'not-yours' }
  const { state } = await tx.device.lock()
  if (state === 'open') return { ok: false, why: 'linked' }
  if (state !== 'unlinked') return { ok: false, why: 'trying' }
  await tx.device.askForCode(staff.id)
  return { ok: true }
}

const CODE_BUTTON: Choice = { id: 'link:0', label: text('staff.link.code') }

const REASONS = {
  never: text('staff.link.never'),
  'logged-out': text('staff.link.logged_out'),
  forbidden: text('staff.link.forbidden'),
  outdated: text('staff.link.outdated'),
} as const

const reasonOf = ({ why }: SeenDevice): Text =>
  why !== undefined && Object.hasOwn(REASONS, why)
    ? REASONS[why as keyof typeof REASONS]
    : text('staff.link.trouble', { why: { verbatim: why ?? '' } })

async function tell(
  tx: Pick<Tx, 'staff' | 'outbox'>,
  body: readonly Text[],
  choices: readonly Choice[] = [],
): Promise<void> {
  const message: OutboundMessage = { body, ...(choices.length > 0 && { choices }) }
  tellStaff(tx, await tx.staff.supervisors(), () => message)
}

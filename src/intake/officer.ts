import { addNote } from '../app/add-note.js'
import { changeReport } from '../app/change-report.js'
import { decideReopening } from '../app/decide-reopening.js'
import type { Acting, Effects } from '../app/effects.js'
import { inviteStaff } from '../app/invite-staff.js'
import { joinStaff } from '../app/join-staff.js'
import { openReport } from '../app/open-report.js'
import type { StaffMember } from '../app/ports.js'
import { chaseOffice } from '../app/remind-office.js'
import { replyToCitizen } from '../app/reply-to-citizen.js'
import { partyOf } from '../app/rights.js'
import { digestNow } from '../app/send-digest.js'
import { showCall } from '../app/show-call.js'
import { showContacts } from '../app/show-contacts.js'
import { askLinkCode, tellNewSupervisor } from '../app/tell-linked-device.js'
import { viewQueue } from '../app/view-queue.js'
import { makeCall, viewCalls } from '../app/work-off-calls.js'
import { digestMessage } from '../domain/digest.js'
import type { Town } from '../domain/town.js'
import type { ChannelName } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Plain, StaffEffects } from '../staff/effects.js'

/** What only the outside knows. */
export interface Outside {
  /** 32 random bytes, base64url. */
  newToken(): string
  /** The link that opens the staff bot of this channel with the token, or the words to write to it. */
  linkFor(channel: ChannelName, token: string): string
  /** What the digest reminds of. */
  readonly remarks?: readonly Text[]
}

type Here = { readonly staff: StaffMember; readonly town: Town; readonly now: Date }
const NOT_YOURS = { ok: false, why: 'not-yours' } as const

const plain = <T>(value: T): Plain<T> => JSON.parse(JSON.stringify(value))

/** Whoever is no staff (any more) may do nothing here; what each one may do, the use cases decide. */
async function asStaff<T>(
  { staff, town, now }: Acting,
  work: (here: Here) => Promise<T>,
): Promise<Plain<T> | typeof NOT_YOURS> {
  return staff ? plain(await work({ staff, town, now })) : NOT_YOURS
}

/** Carries out what the staff's dialogs ask for. */
export const staffEffects = ({ newToken, linkFor, remarks }: Outside): Effects<StaffEffects> => ({
  view_queue: (tx, input, acting) => asStaff(acting, (here) => viewQueue(tx, here, input)),
  open_report: (tx, input, acting) => asStaff(acting, (here) => openReport(tx, here, input)),
  change_report: (tx, input, acting) =>
    asStaff(acting, async (here) => {
      const party = partyOf(here.staff)
      return party ? changeReport(tx, here, { ...input, by: { party, staff: here.staff } }) : NOT_YOURS
    }),
  reply_to_citizen: (tx, input, acting) => asStaff(acting, (here) => replyToCitizen(tx, here, input)),
  add_note: (tx, input, acting) => asStaff(acting, (here) => addNote(tx, here, input)),
  show_contacts: (tx, input, acting) => asStaff(acting, (here) => showContacts(tx, here, input)),
  view_calls: (tx, input, acting) => asStaff(acting, (here) => viewCalls(tx, here, input)),
  make_call: (tx, input, acting) => asStaff(acting, (here) => makeCall(tx, here, input)),
  show_call: (tx, input, acting) => asStaff(acting, (here) => showCall(tx, here, input)),
  ask_link_code: (tx, _, acting) => asStaff(acting, (here) => askLinkCode(tx, here)),
  chase_office: (tx, { report }, acting) =>
    asStaff(acting, (here) => chaseOffice(tx, here, { report, by: here.staff })),
  decide_reopening: (tx, input, acting) => asStaff(acting, (here) => decideReopening(tx, here, input)),
  digest_now: (tx, _, acting) =>
    asStaff(acting, async (here) => {
      const result = await digestNow(tx, { ...here, remarks })
      if (!result.ok) return result
      return { ok: true as const, ...digestMessage(here.town, result.digest, here.staff.locale) }
    }),
  invite_staff: (tx, invite, acting) =>
    asStaff(acting, async ({ staff, town, now }) => {
      const result = await inviteStaff(tx, { town, now, by: staff }, invite, newToken())
      if (!result.ok) return result
      const link = linkFor(acting.from.channel, result.token)
      return { ok: true as const, link, expiresAt: result.expiresAt.toISOString() }
    }),
  join_staff: async (tx, input, acting) => plain(await joinStaff(tx, acting, input)),
  tell_of_link: async (tx, _, { from, actor }) => {
    // Staff since this turn: those who acted at its beginning do not count them yet.
    const staff = await tx.staff.find(from.channel, actor)
    if (staff) await tellNewSupervisor(tx, staff)
    return null
  },
  set_locale: (tx, { locale }, acting) =>
    asStaff(acting, async ({ staff }) => {
      await tx.staff.setLocale(staff.id, locale)
      return { ok: true as const }
    }),
})

import type { NoteResult } from '../app/add-note.js'
import type { Change } from '../app/admit-change.js'
import type { ChangeResult } from '../app/change-report.js'
import type { Decided } from '../app/decide-reopening.js'
import type { JoinResult } from '../app/join-staff.js'
import type { OpenResult } from '../app/open-report.js'
import type { Invite, QueueFilter } from '../app/ports.js'
import type { ChaseResult } from '../app/remind-office.js'
import type { ReplyResult } from '../app/reply-to-citizen.js'
import type { CallResult } from '../app/show-call.js'
import type { ContactsResult } from '../app/show-contacts.js'
import type { CodeAsked } from '../app/tell-linked-device.js'
import type { QueueView } from '../app/view-queue.js'
import type { CallEnd, CallMade, CallsView } from '../app/work-off-calls.js'
import type { DialogEvent, Effect } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { Locale, ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'

/** A value after JSON: dates are ISO strings. */
export type Plain<T> = T extends Date
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : { readonly [Key in keyof T]: Plain<T[Key]> }

/** What the desk may do to a report by itself. */
export type DeskAction = Extract<Change['action'], 'claim' | 'start' | 'transfer' | 'close' | 'undo_close'>

type NotYours = { readonly ok: false; readonly why: 'not-yours' }
type OfReport = { readonly report: ReportId }

/** What the staff's dialogs ask to be done, and what comes back. */
export type StaffEffects = {
  view_queue: { input: { filter: QueueFilter; page: number }; result: Plain<QueueView> }
  open_report: { input: OfReport; result: Plain<OpenResult> }
  change_report: {
    input: Omit<Change, 'action' | 'by'> & { action: DeskAction }
    result: Plain<ChangeResult>
  }
  reply_to_citizen: { input: OfReport & { text: string }; result: Plain<ReplyResult> }
  add_note: { input: OfReport & { text: string }; result: Plain<NoteResult> }
  show_contacts: { input: OfReport; result: Plain<ContactsResult> }
  view_calls: { input: { page: number }; result: Plain<CallsView> }
  make_call: { input: { call: number; how: CallEnd }; result: Plain<CallMade> }
  show_call: { input: { call: number }; result: Plain<CallResult> }
  decide_reopening: { input: OfReport & { reopen: boolean }; result: Plain<Decided> }
  ask_link_code: { input: Record<string, never>; result: CodeAsked }
  /** Who has just joined hears what the other supervisors were told before. */
  tell_of_link: { input: Record<string, never>; result: null }
  chase_office: { input: OfReport; result: Plain<ChaseResult> }
  digest_now: {
    input: Record<string, never>
    result: Plain<{ ok: true; body: readonly Text[]; choices: readonly Choice[] }> | NotYours
  }
  invite_staff: {
    input: Invite
    /** `link`: opens the staff bot, or what to write to it. */
    result:
      | { readonly ok: true; readonly link: string; readonly expiresAt: string }
      | {
          readonly ok: false
          readonly why: 'not-yours' | 'office-required' | 'unknown-office' | 'no-desk-for-observers'
        }
  }
  join_staff: { input: { token: string }; result: Plain<JoinResult> }
  set_locale: { input: { locale: Locale }; result: { readonly ok: true } | NotYours }
}

export type Done = Extract<DialogEvent, { type: 'done' }>

/** Asks for an effect whose result comes back; `purpose` tells apart why it was asked for. */
export const ask = <Name extends keyof StaffEffects>(
  type: Name,
  input: StaffEffects[Name]['input'],
  purpose: string = '',
): Effect => ({
  type,
  ref: [type, purpose, 'report' in input ? input.report : ''].join('.'),
  input: input as Json,
})

/** The result of this effect, if the event brings it: the intake keeps to `StaffEffects`. `number`: of the report. */
export function answerTo<Name extends keyof StaffEffects>(
  name: Name,
  event: DialogEvent,
):
  | { readonly purpose: string; readonly number: number; readonly result: StaffEffects[Name]['result'] }
  | undefined {
  if (event.type !== 'done') return undefined
  const [type, purpose = '', number] = event.ref.split('.')
  if (type !== name) return undefined
  return { purpose, number: Number(number), result: event.result as unknown as StaffEffects[Name]['result'] }
}

import type { LinkAnswer, Typed } from '../app/link-citizens.js'
import type { Effect } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { Outcome, Place, Status } from '../domain/report.js'
import type { AttachmentId, CategoryCode, Locale, ReportId } from '../kernel/ids.js'
import type { Localised, Text } from '../kernel/text.js'
import type { MediaKind, MediaRef } from '../messaging/inbound.js'

/** A report that cannot be reopened any more, and what was sent about it. */
export interface Earlier {
  readonly text?: string
  readonly category: CategoryCode
  readonly place: Place
  readonly photos: readonly AttachmentId[]
  readonly voices: readonly AttachmentId[]
}

/** How a report ended, beside its outcome. */
export interface Ending {
  /** What the office wrote. */
  readonly message?: Text
  readonly duplicateOf?: ReportId
}

export interface OwnReport {
  readonly id: ReportId
  readonly title: Text
  readonly category: CategoryCode
  readonly status: Status
  /** It is closed, and they were told how it ended. */
  readonly outcome?: Outcome
  readonly office: Localised
  /** ISO. */
  readonly submittedAt: string
  readonly may: readonly OwnAction[]
}

/** What a citizen may do with a report that is the own one, or followed. */
export type OwnAction = 'add' | 'withdraw' | 'reopen'

/** What a citizen's conversation can cause: the names, and the shapes of question and answer. JSON. */
export interface CitizenEffects {
  submit: {
    input: {
      category: CategoryCode
      place: Place
      description: string
      attachments: readonly AttachmentId[]
      urgent: boolean
      followUpOf?: ReportId
    }
    result:
      | { ok: true; report: ReportId; office: Localised; dueAt: string; askPhone: boolean }
      | { ok: false; why: 'too-many' | 'unknown-category' }
  }
  /** Open reports that may be the same problem. */
  find_nearby: {
    input: { category: CategoryCode; place: Place }
    result: { reports: { id: ReportId; place: string; submittedAt: string }[] }
  }
  follow: {
    /** With what the citizen had said about the problem so far. */
    input: { report: ReportId; text: string; attachments: readonly AttachmentId[]; urgent: boolean }
    result: { ok: true; report: ReportId } | { ok: false; why: 'closed' }
  }
  keep_media: { input: { id: AttachmentId; kind: MediaKind; ref: MediaRef }; result: null }
  my_reports: { input: null; result: { reports: OwnReport[] } }
  show_ending: { input: { report: ReportId }; result: Ending & { report: ReportId } }
  add_to_report: {
    input: { report: ReportId; text?: string; attachments: readonly AttachmentId[] }
    result:
      | { ok: true; report: ReportId; withoutFiles?: true }
      | {
          ok: false
          report: ReportId
          why: 'not-yours' | 'closed' | 'enough' | 'enough-files'
          text?: string
        }
      | ({ ok: false; why: 'reopenable'; outcome?: Outcome } & CitizenEffects['reopen']['input'])
  }
  withdraw: {
    input: { report: ReportId }
    result: { ok: true; report: ReportId } | { ok: false; why: 'not-yours' | 'closed' }
  }
  reopen: {
    /** With what the citizen said about it. */
    input: { report: ReportId; text?: string; attachments?: readonly AttachmentId[] }
    /** `asked`: it was reopened twice before, and a supervisor decides. */
    result:
      | { ok: true; report: ReportId; asked?: true }
      | { ok: false; why: 'not-yours' | 'not-closed' }
      /** With what a new report about it begins with. */
      | ({ ok: false; why: 'too-late' } & Earlier)
  }
  set_locale: { input: { locale: Locale }; result: null }
  save_phone: { input: { phone: string }; result: null }
  request_call: { input: { phone?: string }; result: { ok: true } | { ok: false; why: 'no-phone' } }
  record_notice: { input: { version: string }; result: null }
  /** Remember the unfinished draft: mentioned after a day, gone after seven. */
  watch_draft: { input: null; result: null }
  /** Count both from now; what was mentioned already is not mentioned again. */
  rewatch_draft: { input: null; result: null }
  forget_draft: { input: null; result: null }
  /** Files that are part of no draft any more. */
  drop_files: { input: { files: readonly AttachmentId[] }; result: null }
  /** A code for the citizen's other chat. */
  offer_link: { input: null; result: { code: string; minutes: number } }
  type_link_code: { input: { code: string }; result: Typed }
  answer_link: { input: { link: number; yes: boolean }; result: LinkAnswer }
  unlink: { input: null; result: { ok: boolean } }
}

/** With `ref` the answer comes back as `done`. */
export const effect = <Name extends keyof CitizenEffects>(
  type: Name,
  input: CitizenEffects[Name]['input'],
  ref?: Name,
): Effect => ({ type, input: input as Json, ref })

/** The answer of an effect, as the intake gave it. */
export const resultOf = <Name extends keyof CitizenEffects>(
  _name: Name,
  result: Json,
): CitizenEffects[Name]['result'] => result as CitizenEffects[Name]['result']

import type { AttachmentId, ExternalId, Locale, ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { MediaKind, MediaRef } from '../messaging/inbound.js'
import type { OutboundMessage, Point } from '../messaging/outbound.js'
import type { Json, Session } from './session.js'
import type { World } from './world.js'

/** What a dialog hears: an inbound event that the engine has already related to the open question. */
export type DialogEvent =
  /** One of the choices of the open question, pressed or typed; or a standing choice (`claim:12:3`). */
  | { readonly type: 'choice'; readonly id: string }
  | { readonly type: 'text'; readonly text: string; readonly about?: ReportId }
  | { readonly type: 'location'; readonly point: Point; readonly label?: string; readonly about?: ReportId }
  | {
      readonly type: 'media'
      readonly kind: MediaKind
      readonly attachment: AttachmentId
      readonly ref: MediaRef
      readonly caption?: string
      readonly album?: string
      readonly about?: ReportId
    }
  | { readonly type: 'contact'; readonly phone: string; readonly own: boolean }
  | { readonly type: 'edited'; readonly message: ExternalId; readonly text: string }
  | { readonly type: 'command'; readonly name: string; readonly rest: string }
  | { readonly type: 'unsupported'; readonly what: string }
  | { readonly type: 'back' }
  | { readonly type: 'cancel' }
  /** The answer to an effect that was asked for, in the same transaction. */
  | { readonly type: 'done'; readonly ref: string; readonly result: Json }
  /** Not from the person: a timer that fired, a file that was examined. */
  | { readonly type: 'nudge'; readonly kind: string; readonly payload: Json }

/** The message that the event came in, for what is bound to it (an edit later). */
export interface Envelope {
  readonly message?: ExternalId
  readonly at: string
}

/**
 * Something to be done in the transaction of this turn. The audience's intake knows the names;
 * with `ref` the result comes back as `done`.
 */
export interface Effect {
  readonly type: string
  readonly ref?: string
  readonly input: Json
}

/** A choice as a dialog offers it; the engine puts the question's number before the id unless it is standing. */
export interface Option {
  readonly id: string
  readonly label: Text
  readonly row?: number
  /** Goes out as it is and outlives the question. */
  readonly standing?: boolean
  /** The press leaves the question open (a list from which one opens one after the other). */
  readonly keep?: boolean
  readonly command?: string
  readonly word?: Text
  readonly everyPage?: true
}

export interface Question {
  readonly body: readonly Text[]
  readonly options: readonly Option[]
  readonly ask?: 'location' | 'phone'
  /** The ways out that are offered beside the options; both words work at any step. */
  readonly ways?: readonly ('back' | 'cancel')[]
  readonly media?: OutboundMessage['media']
  readonly pin?: Point
  readonly about?: ReportId
  readonly news?: OutboundMessage['news']
}

export interface Ctx {
  readonly world: World
  readonly locale: Locale
  readonly memory: Session['memory']
  readonly envelope: Envelope
}

export type Saying =
  | (Omit<OutboundMessage, 'choices' | 'tag' | 'replaces'> & { readonly leads?: undefined })
  /** Stands over the next question, in one message with it; alone when nothing is asked. */
  | { readonly body: readonly Text[]; readonly leads: true }

/** What a dialog decides. */
export interface Move {
  /** Said before the next question. */
  readonly say?: readonly Saying[]
  readonly effects?: readonly Effect[]
  /** Stay with this state; or end; default: stay unchanged. */
  readonly state?: Json
  readonly end?: boolean
  /**
   * With `end`: this event was not for this dialog; whoever is below hears it. From `first`, with `quiet`: after what
   * is said the event goes its way; what is remembered must keep `first` from saying it again.
   */
  readonly pass?: boolean
  /** A dialog to begin on top (after this one's own change). */
  readonly begin?: { readonly dialog: string; readonly state: Json }
  /** A dialog that is begun when the person is idle. */
  readonly later?: { readonly dialog: string; readonly state: Json }
  readonly remember?: { readonly [key: string]: Json | undefined }
  readonly locale?: Locale
  /** The question is not put again (the answer was silent: one more picture of an album). */
  readonly quiet?: boolean
}

/** A dialog: what it asks in a state, and what it makes of an event. Pure. */
export interface Dialog<S extends Json = Json> {
  readonly name: string
  /** In this state one only looks, or is asked something that may stay open: it gives way to a question that waits. */
  light?(state: S): boolean
  /** Null: nothing to ask (it waits for `done`, or has just begun and acts on its first event). */
  question(state: S, ctx: Ctx): Question | null
  /** `null`: not mine; the audience's `rest` decides (and `cancel` ends the dialog). */
  handle(state: S, event: DialogEvent, ctx: Ctx): Move | null
}

/** All dialogs of an audience, and what happens to an event that no dialog under way takes. */
export interface Dialogs {
  readonly byName: ReadonlyMap<string, Dialog>
  /**
   * Words and commands that work at any step are heard here first. It may answer with a move, put another event in
   * its place ("indietro" is `back`), or leave it (null) to the dialog on top.
   */
  first(event: DialogEvent, session: Session, ctx: Ctx): Move | { readonly instead: DialogEvent } | null
  /** Words that `first` hears at any step: of what is offered they choose only what is called exactly so. */
  isCommand(words: string): boolean
  /** What no dialog took. */
  rest(event: DialogEvent, session: Session, ctx: Ctx): Move
}

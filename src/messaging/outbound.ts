import type { ExternalId, Locale, MediaKey, ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { News } from './news.js'

export interface Point {
  readonly lat: number
  readonly lon: number
}

/** One thing to choose. Where there are no buttons it becomes a numbered line, or its `command` for who types. */
export interface Choice {
  /** Travels in the button: at most 64 bytes (Bot API, InlineKeyboardButton.callback_data). */
  readonly id: string
  readonly label: Text
  /** What a person types instead, of a choice that outlives its question (announcements, digests): `/claim 12`. */
  readonly command?: string
  /** Without buttons it gets no number but stands in one line with the others: the word by which it is typed. */
  readonly word?: Text
  /** Where a list turns its pages, it stands on each of them ("other", "none of these"). */
  readonly everyPage?: true
  /** Buttons with the same row stand side by side where there are buttons; default: a row each. */
  readonly row?: number
}

/** Points at an earlier message of the same chat by its tag. */
export interface Replaces {
  readonly tag: string
  /** When it cannot be changed any more, or the app cannot change messages: say it anew, or leave it. */
  readonly otherwise: 'send' | 'drop'
}

/** What is to be said: meaning, not words. Translated and fitted to the channel when sent. JSON in and out. */
export interface OutboundMessage {
  /** Paragraphs. */
  readonly body: readonly Text[]
  readonly choices?: readonly Choice[]
  /** The part of the choices that is shown, from 0, where a list cannot take all; beyond the last comes the first. */
  readonly page?: number
  /** The app's own button for it, where it has one. */
  readonly ask?: 'location' | 'phone'
  /** Takes the app's own button away again. */
  readonly hideAsk?: boolean
  /** Pictures and voice messages; which is which, the ending of the key says. */
  readonly media?: readonly MediaKey[]
  readonly pin?: Point
  /** A name by which a later message of this chat can replace this one; unique within the chat while it matters. */
  readonly tag?: string
  readonly replaces?: Replaces
  /** Replies to this message are about this report. */
  readonly about?: ReportId
  /** It was refused in another chat of this person, and comes here instead; it goes no further. */
  readonly moved?: true
  /** The network said that this person has been silent for too long: only approved texts get through. */
  readonly windowShut?: true
  /** It says what lets somebody in: its words are forgotten when it is out, or refused. */
  readonly secret?: true
  /** What kind of news it is, where the person has not written just before. */
  readonly news?: News
}

/** A button as drawn. */
export interface Button {
  readonly id: string
  readonly label: string
}

/** A line of a list that opens on a press. */
export interface ListRow extends Button {
  /** The whole label, where it had to be cut. */
  readonly detail?: string
}

/** One network message, in words, within the limits of its channel. */
export type Rendered =
  | {
      readonly type: 'text'
      readonly text: string
      readonly buttons?: readonly (readonly Button[])[]
      /** Instead of buttons: opens on a press of `label`. */
      readonly list?: { readonly label: string; readonly rows: readonly ListRow[] }
      /** Approved beforehand, to be sent instead of the words where only that gets through. */
      readonly template?: {
        readonly name: string
        readonly language: string
        readonly values: readonly string[]
        /** Data of its buttons, in order. */
        readonly presses: readonly string[]
      }
      /** Labels of the app's own keyboard: the first one asks for what `ask` says, the others are typed answers. */
      readonly ask?: {
        readonly what: 'location' | 'phone'
        readonly label: string
        readonly others: readonly string[]
      }
      readonly hideAsk?: boolean
    }
  | { readonly type: 'photos'; readonly media: readonly MediaKey[] }
  | { readonly type: 'pin'; readonly point: Point }
  /** OGG/Opus, M4A or MP3, as the ending says. */
  | { readonly type: 'voice'; readonly media: MediaKey }
  | {
      readonly type: 'edit'
      readonly target: ExternalId
      readonly text: string
      readonly buttons?: readonly (readonly Button[])[]
    }

export interface Addressed {
  readonly locale: Locale
  readonly message: OutboundMessage
}

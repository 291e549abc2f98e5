import type { Locale, ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'

/** A session of another version starts again politely. */
export const SESSION_VERSION = 1

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** A dialog under way; the topmost one is spoken with, those below wait and go on when it ends. */
export interface Frame {
  readonly dialog: string
  readonly state: Json
}

/** What was asked last and is still open: buttons and digits bind to it. */
export interface OpenQuestion {
  readonly number: number
  readonly body: readonly Text[]
  readonly choices: readonly (Choice & { readonly keep?: boolean })[]
  /** The part of the choices that was asked for last, from 0. */
  readonly page?: number
  readonly ask?: 'location' | 'phone'
  /** What is written under it later is still about this report. */
  readonly about?: ReportId
}

/** A question that another part of the product wants to put; waits until the person is idle. */
export interface Waiting {
  readonly dialog: string
  readonly state: Json
}

/** Everything a conversation remembers. JSON. */
export interface Session {
  readonly v: typeof SESSION_VERSION
  readonly locale: Locale
  /** Counts questions; a press on a button of another question is told so. */
  readonly asked: number
  readonly frames: readonly Frame[]
  readonly open?: OpenQuestion
  readonly waiting: readonly Waiting[]
  /** The app's own keyboard was called up; the first words after its question that carry no buttons take it away. */
  readonly keyboard?: true
  /** Memory of the audience's own dialogs that outlives a frame (notice shown, albums seen …). */
  readonly memory: { readonly [key: string]: Json | undefined }
}

export const newSession = (locale: Locale): Session => ({
  v: SESSION_VERSION,
  locale,
  asked: 0,
  frames: [],
  waiting: [],
  memory: {},
})

import type { Readable } from 'node:stream'
import type { ChannelName, ExternalId } from '../kernel/ids.js'
import type { Address, InboundEvent, MediaRef } from './inbound.js'
import type { Templates } from './news.js'
import type { Rendered } from './outbound.js'

/** Facts about an app; `fit` reads them, nobody asks "is it WhatsApp?". */
export interface Capabilities {
  /** Buttons under one message; 0: numbered lines instead. */
  readonly maxButtons: number
  /** Rows of a list that opens on a press; 0: there are no lists. */
  readonly maxListRows: number
  /** UTF-16 units on one row, and on the smaller line below it. Missing: as on a button; none. */
  readonly maxRowLabel?: number
  readonly maxRowDetail?: number
  /** Numbered lines that are read at one glance; what is more turns its pages. Missing: all stand in one message. */
  readonly maxLines?: number
  readonly locationRequest: boolean
  /** The request for the place carries nothing else: what there is to choose is written. */
  readonly locationRequestAlone?: boolean
  readonly phoneRequest: boolean
  /** UTF-16 units in one message. */
  readonly maxText: number
  /** UTF-16 units above buttons, a list or a request. Missing: `maxText`. */
  readonly maxTextWithButtons?: number
  /** UTF-16 units on one button. */
  readonly maxLabel: number
  /** Pictures in one album. */
  readonly maxAlbum: number
  /** Bytes that a bot may fetch. */
  readonly maxMediaBytes: number
  readonly edits: boolean
  /** `template-after-24h`: a day after the person wrote last, only approved texts get through. */
  readonly proactive: 'free' | 'template-after-24h' | 'reply-only'
  /** The texts that were approved. */
  readonly templates?: Templates
}

/** `blocked`: nobody reads there; `restricted`: the network lets us send to nobody. */
export type Refusal = 'blocked' | 'window-closed' | 'invalid' | 'restricted' | 'gone'

export type SendResult =
  | { readonly type: 'sent'; readonly externalIds: readonly ExternalId[] }
  | {
      readonly type: 'retry'
      readonly why: 'throttled' | 'unreachable'
      readonly afterMs?: number
      readonly detail?: string
    }
  | {
      readonly type: 'refused'
      readonly why: Refusal
      /** Of `restricted`: trying again would make it worse. */
      readonly final?: boolean
      readonly detail?: string
    }

/** Resolves once the events are stored: confirm to the network only then. */
export type OnEvents = (events: readonly InboundEvent[]) => Promise<void>

/** The file will never come: it is gone, or larger than a bot may fetch. Anything else is worth another try. */
export class MediaUnavailable extends Error {}

/** One app's line. Failures of `send` are values; it never throws. */
export interface ChannelAdapter {
  readonly name: ChannelName
  /** Who is on the other end: rights are looked up only on staff channels. */
  readonly audience: 'citizen' | 'staff'
  readonly capabilities: Capabilities
  start(onEvents: OnEvents): Promise<void>
  /** Takes nothing new in; resolves when what was taken is stored. `send` still works afterwards. */
  stop(): Promise<void>
  send(to: Address, message: Rendered): Promise<SendResult>
  /** Missing: always. Where a line must be held open: whether it stands, and is held by this process. */
  sendsHere?(): boolean
  /** Ends a line that is held open for sending, after the last message. */
  hangUp?(): Promise<void>
  /** Rejects with `MediaUnavailable` when the file will never come, with anything else when it may come later. */
  fetchMedia(ref: MediaRef): Promise<Readable>
}

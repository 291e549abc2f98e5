import type { ChannelName, ChatId, ExternalId, UserId } from '../kernel/ids.js'
import type { Refusal } from './channel.js'

export interface Address {
  readonly channel: ChannelName
  readonly chat: ChatId
}

/** Where a file waits on its network; only the adapter that made it can read it. JSON. */
export interface MediaRef {
  readonly id: string
  readonly mime?: string
  /** Bytes, where the network tells. */
  readonly size?: number
  readonly fileName?: string
}

export type MediaKind = 'photo' | 'voice' | 'document' | 'video'

/** Things a person can send that the conversation has no use for; each gets a clear answer. */
export type Unsupported = 'sticker' | 'poll' | 'file' | 'game' | 'other'

interface Envelope {
  /** The network's own id of the update; the inbox drops repeats by it. */
  readonly id: string
  readonly from: Address
  /** The person: rights come from here, never from the chat. */
  readonly actor: UserId
  /** Real time at which the network took it. ISO in JSON. */
  readonly at: string
  /** Position of this update in its network's numbering: batches are sorted by it. */
  readonly order: number
  /** The message itself, as the network numbers it. */
  readonly message?: ExternalId
  readonly replyTo?: ExternalId
  /** The app's language, a first guess. */
  readonly locale?: string
  /** Of the person, as the app shows it; a command has a name of its own. */
  readonly personName?: string
  /** The number that the person writes from, where the network tells it: E.164. */
  readonly phone?: string
  /** False in groups. */
  readonly private: boolean
}

export type InboundContent =
  | { readonly type: 'text'; readonly text: string }
  /** A button was pressed; `choice` is the data it carried, untrusted. */
  | { readonly type: 'choice'; readonly choice: string; readonly question?: ExternalId }
  | {
      readonly type: 'location'
      readonly lat: number
      readonly lon: number
      readonly label?: string
      readonly live?: boolean
    }
  | {
      readonly type: 'media'
      readonly kind: MediaKind
      readonly ref: MediaRef
      readonly caption?: string
      /** Items of one album share it. */
      readonly album?: string
    }
  /** `/name rest`, without the slash, lower case. */
  | { readonly type: 'command'; readonly name: string; readonly rest: string }
  | { readonly type: 'contact'; readonly phone: string; readonly own: boolean }
  /** The person changed a message that was sent before. */
  | { readonly type: 'edited'; readonly message: ExternalId; readonly text: string }
  | { readonly type: 'reachability'; readonly reachable: boolean }
  | { readonly type: 'unsupported'; readonly what: Unsupported }
  /** Not from the person: what the network says of a message of ours after it took it. `actor` is the receiver. */
  | {
      readonly type: 'receipt'
      readonly message: ExternalId
      readonly status: 'delivered' | 'read' | 'refused'
      /** Of a refusal. */
      readonly why?: Refusal
      /** The network's own words, for the log. */
      readonly detail?: string
    }

/** What comes in from any network, mapped at the edge. JSON in and out. */
export type InboundEvent = Envelope & InboundContent

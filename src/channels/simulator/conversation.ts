import type { ChannelName, ChatId, ExternalId, Locale } from '../../kernel/ids.js'
import type { InboundEvent } from '../../messaging/inbound.js'
import type { Button, Point, Rendered } from '../../messaging/outbound.js'

/** The app's own keyboard below the chat, until a message takes it away. */
export type Keyboard = NonNullable<Extract<Rendered, { type: 'text' }>['ask']>

export type MessageContent =
  | { readonly type: 'text'; readonly text: string; readonly buttons?: readonly (readonly Button[])[] }
  | { readonly type: 'photo'; readonly file: string; readonly caption?: string; readonly album?: string }
  | { readonly type: 'document'; readonly file: string; readonly fileName: string; readonly caption?: string }
  | { readonly type: 'voice'; readonly file: string }
  | { readonly type: 'pin'; readonly point: Point }
  | { readonly type: 'contact'; readonly phone: string }
  | { readonly type: 'sticker' }

/** One bubble, as the phone shows it. */
export interface PhoneMessage {
  readonly id: ExternalId
  readonly by: 'person' | 'bot'
  /** Business time, ISO. */
  readonly at: string
  /** The network has it (✓), the bot has stored it (✓✓). */
  readonly status?: 'taken' | 'stored'
  readonly replyTo?: ExternalId
  readonly edited?: boolean
  readonly content: MessageContent
}

export interface Owner {
  readonly name: string
  readonly locale: Locale
}

/** A line of a phone's journal. What a phone shows is these, applied in order. */
export type Entry =
  /** The first line. `line` is drawn anew for each phone, so that ids never repeat after its folder was deleted. */
  | { readonly type: 'opened'; readonly channel: ChannelName; readonly chat: ChatId; readonly line: string }
  | { readonly type: 'owner'; readonly owner: Owner }
  /** Written before the events are handed over. */
  | {
      readonly type: 'taken'
      readonly messages: readonly PhoneMessage[]
      readonly events: readonly InboundEvent[]
    }
  /** Written when the bot has confirmed them. */
  | { readonly type: 'stored'; readonly events: readonly string[] }
  | { readonly type: 'said'; readonly messages: readonly PhoneMessage[]; readonly keyboard?: Keyboard | null }
  | {
      readonly type: 'edited'
      readonly message: ExternalId
      readonly text: string
      readonly buttons?: readonly (readonly Button[])[]
    }
  | { readonly type: 'blocked'; readonly blocked: boolean }

/** What a phone knows. Only `apply` changes it. */
export interface Conversation {
  line: string
  owner?: Owner
  blocked: boolean
  keyboard?: Keyboard
  readonly messages: PhoneMessage[]
  /** Taken, not yet confirmed; oldest first. */
  pending: InboundEvent[]
  /** The highest position that an event of this phone had in the network's numbering. */
  lastOrder: number
}

export const newConversation = (): Conversation => ({
  line: '',
  blocked: false,
  messages: [],
  pending: [],
  lastOrder: 0,
})

/** Applies an entry and tells which bubbles are new or changed. */
export function apply(phone: Conversation, entry: Entry): readonly PhoneMessage[] {
  switch (entry.type) {
    case 'opened':
      phone.line = entry.line
      return []
    case 'owner':
      phone.owner = entry.owner
      return []
    case 'blocked':
      phone.blocked = entry.blocked
      return []
    case 'taken':
      phone.messages.push(...entry.messages)
      phone.pending.push(...entry.events)
      phone.lastOrder = Math.max(phone.lastOrder, ...entry.events.map((event) => event.order))
      return entry.messages
    case 'stored':
      return applyStored(phone, new Set(entry.events))
    case 'said':
      phone.messages.push(...entry.messages)
      if (entry.keyboard !== undefined) phone.keyboard = entry.keyboard ?? undefined
      return entry.messages
    case 'edited':
      return change(phone, entry.message, (message) => ({
        ...message,
        edited: true,
        content: { type: 'text', text: entry.text, ...(entry.buttons && { buttons: entry.buttons }) },
      }))
  }
  entry satisfies never
}

function applyStored(phone: Conversation, ids: ReadonlySet<string>): readonly PhoneMessage[] {
  const stored = phone.pending.filter((event) => ids.has(event.id))
  phone.pending = phone.pending.filter((event) => !ids.has(event.id))
  return stored.flatMap((event) =>
    event.message ? change(phone, event.message, (message) => ({ ...message, status: 'stored' })) : [],
  )
}

function change(
  phone: Conversation,
  id: ExternalId,
  by: (message: PhoneMessage) => PhoneMessage,
): readonly PhoneMessage[] {
  const at = phone.messages.findLastIndex((message) => message.id === id)
  const message = phone.messages[at]
  if (!message) return []
  const changed = by(message)
  phone.messages[at] = changed
  return [changed]
}

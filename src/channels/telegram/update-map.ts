import type { Chat, Contact, Message, PhotoSize, Update, User } from 'grammy/types'
import { SECOND } from '../../kernel/clock.js'
import { as, type ChannelName, type ChatId, type ExternalId, type UserId } from '../../kernel/ids.js'
import type { InboundContent, InboundEvent, MediaKind, Unsupported } from '../../messaging/inbound.js'
import { MAX_MEDIA_BYTES } from './capabilities.js'

export type RawUpdate = Update

export interface Line {
  readonly channel: ChannelName
  /** Without the @; commands for another bot are not ours. */
  readonly botUsername: string
  /** The citizens' bot leaves groups; the staff's hears commands and presses there. */
  readonly groups: 'leave' | 'hear'
}

export interface Mapped {
  readonly events: readonly InboundEvent[]
  /** A callback query: the app shows a clock on the button until it is answered. */
  readonly press?: string
  /** A group in which the bot does not want to be. */
  readonly leave?: ChatId
}

type AnyMessage = Message & Update.NonChannel
type Content = InboundContent & { readonly message?: ExternalId }

// Postgres stores no U+0000, neither in text nor in jsonb
const clean = (text: string) => text.replaceAll('\u0000', '')
const cleanIfAny = (text: string | undefined) => (text === undefined ? undefined : clean(text))
const messageId = (id: number) => as<ExternalId>(String(id))
const isoTime = (seconds: number) => new Date(seconds * SECOND).toISOString()

const COMMAND = /^\/([a-z0-9_]+)(?:@([a-z0-9_]+))?(?:\s+([\s\S]*))?$/i

/** A command, a text, or nothing when the command is another bot's. */
function fromText(text: string, botUsername: string): InboundContent | undefined {
  const [, name, bot, rest] = COMMAND.exec(text) ?? []
  if (name === undefined) return { type: 'text', text }
  if (bot !== undefined && bot.toLowerCase() !== botUsername.toLowerCase()) return undefined
  return { type: 'command', name: name.toLowerCase(), rest: rest?.trim() ?? '' }
}

interface RawFile {
  readonly file_id: string
  readonly mime_type?: string
  readonly file_size?: number
  readonly file_name?: string
}

function media(kind: MediaKind, file: RawFile, message: Message): InboundContent {
  return {
    type: 'media',
    kind,
    ref: {
      id: file.file_id,
      mime: cleanIfAny(file.mime_type),
      size: file.file_size,
      fileName: cleanIfAny(file.file_name),
    },
    caption: cleanIfAny(message.caption),
    album: message.media_group_id,
  }
}

/** The largest that a bot may fetch; Telegram lists the same picture in several sizes. */
function largest(sizes: readonly PhotoSize[]): RawFile | undefined {
  const bySize = [...sizes].sort((a, b) => b.width * b.height - a.width * a.height)
  const found = bySize.find((size) => (size.file_size ?? 0) <= MAX_MEDIA_BYTES) ?? bySize.at(-1)
  // compressed photos are always JPEG
  return found && { file_id: found.file_id, file_size: found.file_size, mime_type: 'image/jpeg' }
}

function fromContact({ phone_number, user_id }: Contact, sender: User): InboundContent {
  const phone = clean(phone_number)
  // numbers of Telegram accounts are international, and come with or without the plus
  const international = user_id !== undefined && /^\d/.test(phone) ? `+${phone}` : phone
  return { type: 'contact', phone: international, own: user_id === sender.id }
}

/** Kinds of message that a person sends; what is in neither table is a notice of the app's own and gets no answer. */
const UNSUPPORTED: Partial<Record<keyof Message, Unsupported>> = {
  sticker: 'sticker',
  poll: 'poll',
  dice: 'game',
  game: 'game',
  paid_media: 'other',
  story: 'other',
  rich_message: 'other',
  checklist: 'other',
  giveaway: 'other',
  invoice: 'other',
}

function fromMessage(message: AnyMessage, botUsername: string): InboundContent | undefined {
  const { venue, location, contact } = message
  if (message.text !== undefined) return fromText(clean(message.text), botUsername)
  // a venue repeats its place as a location, an animation itself as a document, a live photo itself as a photo
  if (venue) {
    const label = [venue.title, venue.address].filter((part) => part !== '').join(', ')
    return {
      type: 'location',
      lat: venue.location.latitude,
      lon: venue.location.longitude,
      label: clean(label),
    }
  }
  if (location) {
    const live = location.live_period !== undefined
    return { type: 'location', lat: location.latitude, lon: location.longitude, ...(live ? { live } : {}) }
  }
  if (contact) return fromContact(contact, message.from)
  const video = message.animation ?? message.video ?? message.video_note
  if (video) return media('video', video, message)
  if (message.document) return media('document', message.document, message)
  const photo = message.photo && largest(message.photo)
  if (photo) return media('photo', photo, message)
  const voice = message.voice ?? message.audio
  if (voice) return media('voice', voice, message)
  const what = Object.entries(UNSUPPORTED).find(([field]) => field in message)?.[1]
  return what && { type: 'unsupported', what }
}

/** The text as it is now; a live location that moved has none: its first fix counts. */
function fromEdited(message: AnyMessage): Content | undefined {
  const text = message.text ?? message.caption
  if (text === undefined) return undefined
  return { type: 'edited', message: messageId(message.message_id), text: clean(text) }
}

/** Only `member` and `kicked` are said of a private chat (Bot API, "Update.my_chat_member"). */
function fromMembership(status: string): InboundContent | undefined {
  if (status !== 'member' && status !== 'kicked') return undefined
  return { type: 'reachability', reachable: status === 'member' }
}

interface Origin {
  readonly chat: Chat
  readonly from: User
  readonly at: string
  readonly content: Content | undefined
  readonly message?: number
  readonly replyTo?: number
}

function originOf(update: Update, line: Line, now: string): Origin | undefined {
  const { message, edited_message: edited, callback_query: press, my_chat_member: member } = update
  if (message) {
    return {
      chat: message.chat,
      from: message.from,
      at: isoTime(message.date),
      content: fromMessage(message, line.botUsername),
      message: message.message_id,
      replyTo: message.reply_to_message?.message_id,
    }
  }
  if (edited) {
    const at = isoTime(edited.edit_date)
    return {
      chat: edited.chat,
      from: edited.from,
      at,
      content: fromEdited(edited),
      message: edited.message_id,
    }
  }
  if (press?.message) {
    const { data, from } = press
    const question = messageId(press.message.message_id)
    const content: Content | undefined =
      data === undefined ? undefined : { type: 'choice', choice: clean(data), question }
    return { chat: press.message.chat, from, at: now, content }
  }
  if (member) {
    const content = fromMembership(member.new_chat_member.status)
    return { chat: member.chat, from: member.from, at: isoTime(member.date), content }
  }
  return undefined
}

const HEARD_IN_GROUPS: readonly InboundContent['type'][] = ['command', 'choice']

const isOut = (update: Update) =>
  ['left', 'kicked'].includes(update.my_chat_member?.new_chat_member.status ?? '')

/**
 * What an update of the Bot API means to us. No events: none of our business.
 * `now` (ISO, real time) dates presses, which Telegram does not.
 */
export function mapUpdate(update: RawUpdate, line: Line, now: string): Mapped {
  const press = update.callback_query?.id
  const origin = originOf(update, line, now)
  if (origin === undefined) return { events: [], press }
  const { chat, from, at, content, message, replyTo } = origin
  const id = as<ChatId>(String(chat.id))
  const isPrivate = chat.type === 'private'
  if (!isPrivate && line.groups === 'leave')
    return { events: [], press, leave: isOut(update) ? undefined : id }
  if (content === undefined || from === undefined) return { events: [], press }
  if (!isPrivate && !HEARD_IN_GROUPS.includes(content.type)) return { events: [], press }
  const event: InboundEvent = {
    id: String(update.update_id),
    order: update.update_id,
    from: { channel: line.channel, chat: id },
    actor: as<UserId>(String(from.id)),
    at,
    message: message === undefined ? undefined : messageId(message),
    replyTo: replyTo === undefined ? undefined : messageId(replyTo),
    locale: from.language_code,
    personName: clean([from.first_name, from.last_name].filter(Boolean).join(' ')),
    private: isPrivate,
    ...content,
  }
  return { events: [event], press }
}

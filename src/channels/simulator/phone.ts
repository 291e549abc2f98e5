import { randomUUID } from 'node:crypto'
import { as, type ExternalId, type Locale, type UserId } from '../../kernel/ids.js'
import type { Address, InboundContent, InboundEvent, MediaKind, MediaRef } from '../../messaging/inbound.js'
import type { Point } from '../../messaging/outbound.js'
import type { Conversation, Entry, Keyboard, MessageContent, Owner, PhoneMessage } from './conversation.js'
import type { Journal } from './journal.js'

/** What changed on a phone: bubbles that are new or look different now; empty when only its settings changed. */
export type PhoneChange = readonly PhoneMessage[]

export interface Sending {
  readonly replyTo?: ExternalId
}

/** What a person can do with one phone. Every sending resolves when the network has taken it (✓). */
export interface Phone {
  readonly address: Address
  readonly name: string
  readonly locale: Locale
  readonly blocked: boolean
  readonly keyboard: Keyboard | undefined
  readonly messages: readonly PhoneMessage[]
  /** Nothing waits to be stored by the bot. */
  readonly settled: boolean
  /** A text that begins with a slash is a command. */
  sendText(text: string, sending?: Sending): Promise<ExternalId>
  /** Any message and any data: a forged or an old press is taken too, as real networks do. */
  press(message: ExternalId, button: string): Promise<void>
  /** With a label it is a venue; a live one gives its first position. */
  sendLocation(
    point: Point,
    sending?: Sending & { readonly label?: string; readonly live?: boolean },
  ): Promise<ExternalId>
  /** Several are an album; the caption stands on the first. */
  sendPhotos(photos: readonly Buffer[], caption?: string, sending?: Sending): Promise<readonly ExternalId[]>
  /** A picture sent as a file keeps what the camera wrote into it. */
  sendDocument(content: Buffer, fileName: string, mime: string, sending?: Sending): Promise<ExternalId>
  sendVoice(content: Buffer, mime: string, sending?: Sending): Promise<ExternalId>
  sendVideo(content: Buffer, mime: string): Promise<ExternalId>
  sendContact(phone: string, own: boolean): Promise<ExternalId>
  sendSticker(): Promise<ExternalId>
  /** Changes an own text that was sent before. */
  editText(message: ExternalId, text: string): Promise<void>
  /** Blocks or unblocks the bot. A phone that blocks it cannot write (every sending rejects). */
  setBlocked(blocked: boolean): Promise<void>
  setLocale(locale: Locale): void
  /** Returns the function that ends it. */
  onChange(listener: (change: PhoneChange) => void): () => void
}

/** What the network gives a phone. */
export interface Line {
  readonly address: Address
  readonly conversation: Conversation
  readonly listeners: Set<(change: PhoneChange) => void>
  readonly journal: Pick<Journal, 'keep'>
  /** Business time. */
  now(): Date
  /** The next position in the network's numbering. */
  nextOrder(): number
  /** Writes the entry down, applies it, tells the listeners, and hands over what waits. */
  record(entry: Entry): void
}

const COMMAND = /^\/([\p{L}\d_]+)(?:@\w+)?(?:\s+([\s\S]*))?$/u

const contentOf = (typed: string): InboundContent => {
  const [, name, rest] = COMMAND.exec(typed) ?? []
  return name
    ? { type: 'command', name: name.toLowerCase(), rest: rest?.trim() ?? '' }
    : { type: 'text', text: typed }
}

export const extensionOf = (name: string): string =>
  /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? 'bin'

/** The id of the n-th bubble from now on. */
export const messageId = ({ line, messages }: Conversation, n = 1): ExternalId =>
  as<ExternalId>(`${line}.${messages.length + n}`)

/** The person's side of a line. */
export function createPhone(line: Line): Phone {
  const { address, conversation, journal } = line
  const owner = (): Owner => conversation.owner ?? { name: address.chat, locale: 'it' }

  const event = (content: InboundContent, message?: ExternalId, sending?: Sending): InboundEvent => {
    const order = line.nextOrder()
    return {
      id: `${conversation.line}-${order}`,
      from: address,
      actor: as<UserId>(address.chat),
      at: new Date().toISOString(),
      order,
      private: true,
      locale: owner().locale,
      personName: owner().name,
      ...(message && { message }),
      ...(sending?.replyTo && { replyTo: sending.replyTo }),
      ...content,
    }
  }

  const send = (
    items: readonly { readonly shown: MessageContent; readonly content: InboundContent }[],
    sending?: Sending,
  ): readonly ExternalId[] => {
    if (conversation.blocked) throw new Error('This phone has blocked the bot')
    const at = line.now().toISOString()
    const messages = items.map(
      ({ shown }, index): PhoneMessage => ({
        id: messageId(conversation, index + 1),
        by: 'person',
        at,
        status: 'taken',
        ...(sending?.replyTo && { replyTo: sending.replyTo }),
        content: shown,
      }),
    )
    const events = items.map(({ content }, index) => event(content, messages[index]?.id, sending))
    line.record({ type: 'taken', messages, events })
    return messages.map(({ id }) => id)
  }

  const sendOne = (shown: MessageContent, content: InboundContent, sending?: Sending): ExternalId =>
    send([{ shown, content }], sending)[0] as ExternalId

  const media = (kind: MediaKind, file: string, content: Buffer, mime: string, fileName?: string) => {
    const ref: MediaRef = { id: file, mime, size: content.length, ...(fileName && { fileName }) }
    return { type: 'media' as const, kind, ref }
  }

  return {
    address,
    get name() {
      return owner().name
    },
    get locale() {
      return owner().locale
    },
    get blocked() {
      return conversation.blocked
    },
    get keyboard() {
      return conversation.keyboard
    },
    get messages() {
      return conversation.messages
    },
    get settled() {
      return conversation.pending.length === 0
    },
    sendText: async (text, sending) => sendOne({ type: 'text', text }, contentOf(text), sending),
    async press(message, button) {
      if (conversation.blocked) throw new Error('This phone has blocked the bot')
      const pressed = event({ type: 'choice', choice: button, question: message })
      line.record({ type: 'taken', messages: [], events: [pressed] })
    },
    sendLocation: async (point, sending) => {
      const { label, live } = sending ?? {}
      const place = { lat: point.lat, lon: point.lon, ...(label && { label }), ...(live && { live }) }
      return sendOne({ type: 'pin', point }, { type: 'location', ...place }, sending)
    },
    async sendPhotos(photos, caption, sending) {
      const album = photos.length > 1 ? randomUUID() : undefined
      const files = await Promise.all(photos.map((photo) => journal.keep(photo, 'jpg')))
      const items = photos.map((photo, index) => {
        const words = { ...(caption && index === 0 && { caption }), ...(album && { album }) }
        const file = files[index] as string
        return {
          shown: { type: 'photo' as const, file, ...words },
          content: { ...media('photo', file, photo, 'image/jpeg'), ...words },
        }
      })
      return send(items, sending)
    },
    async sendDocument(content, fileName, mime, sending) {
      const file = await journal.keep(content, extensionOf(fileName))
      return sendOne(
        { type: 'document', file, fileName },
        media('document', file, content, mime, fileName),
        sending,
      )
    },
    async sendVoice(content, mime, sending) {
      const file = await journal.keep(content, 'ogg')
      return sendOne({ type: 'voice', file }, media('voice', file, content, mime), sending)
    },
    async sendVideo(content, mime) {
      const file = await journal.keep(content, 'mp4')
      return sendOne({ type: 'document', file, fileName: 'video.mp4' }, media('video', file, content, mime))
    },
    sendContact: async (phone, own) => sendOne({ type: 'contact', phone }, { type: 'contact', phone, own }),
    sendSticker: async () => sendOne({ type: 'sticker' }, { type: 'unsupported', what: 'sticker' }),
    async editText(message, text) {
      if (conversation.blocked) throw new Error('This phone has blocked the bot')
      line.record({ type: 'edited', message, text })
      const edited = event({ type: 'edited', message, text }, message)
      line.record({ type: 'taken', messages: [], events: [edited] })
    },
    async setBlocked(blocked) {
      if (blocked === conversation.blocked) return
      line.record({ type: 'blocked', blocked })
      const told = event({ type: 'reachability', reachable: !blocked })
      line.record({ type: 'taken', messages: [], events: [told] })
    },
    setLocale: (locale) => line.record({ type: 'owner', owner: { ...owner(), locale } }),
    onChange(listener) {
      line.listeners.add(listener)
      return () => line.listeners.delete(listener)
    },
  }
}

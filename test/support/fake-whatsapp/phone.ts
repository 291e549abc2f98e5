import { jidEncode, type proto } from '@whiskeysockets/baileys'
import * as contents from './contents.js'
import { createHandset } from './handset.js'
import { createInbox } from './inbox.js'
import { createMessageLog, type MessageLog } from './message-log.js'
import { node } from './node.js'
import { createOutbox, type SentMessage } from './outbox.js'
import { postBare } from './post.js'
import type { ReceivedMessage } from './received.js'
import type { PhoneEnd, World } from './world.js'

export interface NewPhone {
  /** The name that goes with every message. */
  name?: string
  /** Digits; without it one is made of the number. */
  lid?: string
  /** What `from` holds: the LID (as WhatsApp does today), or the number (as it did, and still may). */
  addressing?: 'lid' | 'pn'
  /** A phone whose owner does not show the number: messages name the LID alone. */
  hidesNumber?: boolean
}

export interface SayOptions {
  /** A message of the town that is answered by swiping it, or its id. */
  quotes?: ReceivedMessage | string
  /** As in a chat where messages disappear. */
  ephemeral?: boolean
}

export interface PhotoOptions extends SayOptions {
  viewOnce?: boolean
  mime?: string
}

/** A robot that holds a phone with WhatsApp on it, and writes to the town. */
export interface Phone {
  readonly name: string
  /** `…@lid` */
  readonly lid: string
  /** `…@s.whatsapp.net`, if the town is told. */
  readonly pn: string | undefined
  sends(text: string, options?: SayOptions): Promise<SentMessage>
  /** Answers a message of the town. */
  quotes(message: ReceivedMessage, text: string): Promise<SentMessage>
  sendsPhoto(bytes: Uint8Array, caption?: string, options?: PhotoOptions): Promise<SentMessage>
  /** Photos sent together; the words go under the first. The frame that announces them is not in the result. */
  sendsAlbum(photos: readonly Uint8Array[], caption?: string): Promise<SentMessage[]>
  sendsDocument(
    bytes: Uint8Array,
    options?: { fileName?: string; mime?: string; caption?: string },
  ): Promise<SentMessage>
  sendsVideo(bytes: Uint8Array, caption?: string): Promise<SentMessage>
  sendsVoice(bytes: Uint8Array, seconds?: number): Promise<SentMessage>
  sendsSticker(bytes: Uint8Array): Promise<SentMessage>
  sendsPin(latitude: number, longitude: number, place?: contents.Place): Promise<SentMessage>
  sendsLivePin(latitude: number, longitude: number, caption?: string): Promise<SentMessage>
  sendsContact(name: string, number: string): Promise<SentMessage>
  sendsPoll(question: string, choices: string[]): Promise<SentMessage>
  picksButton(id: string, label: string): Promise<SentMessage>
  picksTemplateButton(id: string, label: string): Promise<SentMessage>
  picksRow(id: string, title: string): Promise<SentMessage>
  reacts(to: ReceivedMessage, emoji: string): Promise<SentMessage>
  edits(message: SentMessage, text: string): Promise<SentMessage>
  deletes(message: SentMessage): Promise<SentMessage>
  /** A photo to be seen once, as linked devices get it today: told that there is one, and not given it. */
  sendsWithheldPhoto(): string
  /** Words in a group (`…@g.us`) of which the town is a member, or as a status (`status@broadcast`). */
  sendsElsewhere(chat: string, text: string): Promise<SentMessage>
  /** Calls the town, which rings at the linked devices too, and gives up. The result is the call's id. */
  calls(): string
  /** Whatever else; `id` to choose it. */
  sendsContent(content: proto.IMessage, id?: string): Promise<SentMessage>
  /** The same message again, under the same id. */
  repeats(message: SentMessage): Promise<void>

  received(): ReceivedMessage[]
  receives: MessageLog['receives']
  /** Blue ticks for one message, or for all that came. */
  reads(message?: ReceivedMessage): void
  /** Blue ticks as soon as something comes; off at first. */
  readReceipts(on: boolean): void
  blocks(): void
  unblocks(): void
  switchesOff(): void
  switchesOn(): Promise<void>
  /** The next message (or `times`) cannot be read: the phone asks for it again. */
  cannotRead(times?: number): void
  /** A new phone with the old number: other keys, and no memory of the sessions. */
  changesHandset(): void
}

/** The account of a person: the robot for the test, and the phone as the server sees it. */
export function createPhone(
  world: World,
  number: string | undefined,
  options: NewPhone & { lid: string },
): { phone: Phone; end: PhoneEnd } {
  const { name = `Persona ${options.lid}`, addressing = 'lid', hidesNumber = false } = options
  const lid = jidEncode(options.lid, 'lid')
  const pn = number === undefined ? undefined : jidEncode(number, 's.whatsapp.net')
  const shownPn = hidesNumber ? undefined : pn
  const from = addressing === 'pn' ? { from: pn, sender_lid: lid } : { from: lid, sender_pn: shownPn }
  const attributes = { ...from, addressing_mode: addressing, notify: name }

  /** In a group the message comes from the group, and says which member wrote it. */
  const memberOf = (chat: string) => ({
    from: chat,
    participant: lid,
    participant_pn: shownPn,
    addressing_mode: 'lid',
    notify: name,
  })

  let handset = createHandset(options.lid)
  const log = createMessageLog(name)
  const town = jidEncode(world.town.lid, 'lid')
  const outbox = createOutbox(world, () => ({ handset, attributes }), town)
  const inbox = createInbox(world, () => handset, log)
  const publish = (bytes: Buffer) => world.urlOf(world.files.add(bytes))

  function contextOf(quotes: SayOptions['quotes']): proto.IContextInfo | undefined {
    if (quotes === undefined) return undefined
    const quoted = typeof quotes === 'string' ? log.find(quotes) : quotes
    const stanzaId = typeof quotes === 'string' ? quotes : quotes.id
    return {
      stanzaId,
      participant: town,
      quotedMessage: quoted?.raw ?? { conversation: '' },
    }
  }

  function send(content: proto.IMessage | Promise<proto.IMessage>, id?: string) {
    log.act()
    return outbox.send(content, id)
  }

  const wrap = (content: proto.IMessage, { ephemeral }: SayOptions) =>
    ephemeral ? contents.ephemeral(content) : content

  async function photo(
    bytes: Uint8Array,
    caption?: string,
    { viewOnce, mime, quotes, ...rest }: PhotoOptions = {},
  ) {
    const content = await contents.photoContent(bytes, publish, { caption, mime })
    const contextInfo = contextOf(quotes)
    if (contextInfo && content.imageMessage) content.imageMessage.contextInfo = contextInfo
    return wrap(viewOnce ? contents.viewOnce(content) : content, rest)
  }

  async function sendAlbum(photos: readonly Uint8Array[], caption?: string) {
    const album = await send(contents.albumContent(photos.length))
    const sent: SentMessage[] = []
    for (const [index, bytes] of photos.entries()) {
      const content = await photo(bytes, index === 0 ? caption : undefined)
      sent.push(await send(contents.inAlbum(content, album.key)))
    }
    return sent
  }

  /** How a phone refers to a message of the town. */
  const theirs = (id: string): proto.IMessageKey => ({ remoteJid: town, fromMe: false, id })

  const phone: Phone = {
    name,
    lid,
    pn: shownPn,
    sends: (text, say = {}) => send(wrap(contents.textContent(text, contextOf(say.quotes)), say)),
    quotes: (message, text) => phone.sends(text, { quotes: message }),
    sendsPhoto: (bytes, caption, say) => send(photo(bytes, caption, say)),
    sendsAlbum: (photos, caption) => sendAlbum(photos, caption),
    sendsDocument: (bytes, document) => send(contents.documentContent(bytes, publish, document)),
    sendsVideo: (bytes, caption) => send(contents.videoContent(bytes, publish, caption)),
    sendsVoice: (bytes, seconds = 3) => send(contents.voiceContent(bytes, publish, seconds)),
    sendsSticker: (bytes) => send(contents.stickerContent(bytes, publish)),
    sendsPin: (latitude, longitude, place) => send(contents.pinContent(latitude, longitude, place)),
    sendsLivePin: (latitude, longitude, caption) =>
      send(contents.livePinContent(latitude, longitude, caption)),
    sendsContact: (contact, phoneNumber) => send(contents.contactContent(contact, phoneNumber)),
    sendsPoll: (question, choices) => send(contents.pollContent(question, choices)),
    picksButton: (id, label) => send(contents.buttonContent(id, label)),
    picksTemplateButton: (id, label) => send(contents.templateButtonContent(id, label)),
    picksRow: (id, title) => send(contents.rowContent(id, title)),
    reacts: (to, emoji) => send(contents.reactionContent(theirs(to.id), emoji, world.now())),
    edits: (message, text) => send(contents.editContent(message.key, text, world.now())),
    deletes: (message) => send(contents.deletionContent(message.key)),
    sendsWithheldPhoto() {
      log.act()
      const id = world.newId()
      const withheld = node('unavailable', { type: 'view_once' })
      postBare(world, node('message', { ...attributes, id, type: 'media', t: world.seconds() }, [withheld]))
      return id
    },
    sendsElsewhere: (chat, text) =>
      createOutbox(world, () => ({ handset, attributes: memberOf(chat) }), chat).send(
        contents.textContent(text),
      ),
    calls() {
      const id = world.newId()
      for (const [tag, reason] of [['offer'], ['terminate', 'timeout']] as const) {
        const ringing = node(tag, { 'call-id': id, 'call-creator': lid, caller_pn: shownPn, reason })
        postBare(world, node('call', { from: lid, id: `${id}-${tag}`, t: world.seconds() }, [ringing]))
      }
      return id
    },
    sendsContent: (content, id) => send(content, id),
    repeats: (message) => outbox.repeat(message.id),

    received: log.all,
    receives: log.receives,
    reads: (message) => inbox.read(message?.id),
    readReceipts(on) {
      inbox.readReceipts = on
    },
    blocks: () => inbox.block(true),
    unblocks: () => inbox.block(false),
    switchesOff: () => void inbox.power(false),
    switchesOn: () => inbox.power(true),
    cannotRead: (times = 1) => inbox.cannotRead(times),
    changesHandset() {
      handset = createHandset(options.lid)
    },
  }
  const end: PhoneEnd = {
    lid,
    ...(shownPn && { pn: shownPn }),
    get handset() {
      return handset
    },
    take: inbox.take,
    sendAgain: outbox.sendAgain,
  }
  return { phone, end }
}

import {
  getContentType,
  isLidUser,
  isPnUser,
  jidDecode,
  jidNormalizedUser,
  normalizeMessageContent,
  proto,
  toNumber,
  type WAMessage,
  type WAMessageKey,
} from '@whiskeysockets/baileys'
import type { NetworkIds } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'
import { as, type ChannelName, type ChatId, type ExternalId, type UserId } from '../../../kernel/ids.js'
import type { InboundContent, InboundEvent, MediaKind } from '../../../messaging/inbound.js'
import { type MediaPart, refOf, type WhereMedia } from './media-ref.js'

/** Where the event belongs: the chat that this person has with us, and its place in the order of arrival. */
export interface Line {
  readonly channel: ChannelName
  readonly chat: ChatId
  readonly order: number
}

/** The app's own have twenty or so. */
const MAX_ID_CHARS = 128

// Postgres stores no U+0000, neither in text nor in jsonb
const clean = (words: string | null | undefined) => words?.replaceAll('\u0000', '')
const messageId = (id: string) => as<ExternalId>(id)

/** The names under which the network knows who wrote. */
export function identityOf({ remoteJid, remoteJidAlt }: WAMessageKey): NetworkIds {
  const ids = [remoteJid, remoteJidAlt].flatMap((jid) => (jid ? [jidNormalizedUser(jid)] : []))
  const lid = ids.find((jid) => isLidUser(jid))
  const phone = ids.find((jid) => isPnUser(jid))
  return { ...(lid ? { lid } : {}), ...(phone ? { phone } : {}) }
}

/** E.164. */
export function phoneOf({ phone }: NetworkIds): string | undefined {
  const digits = phone === undefined ? undefined : jidDecode(phone)?.user
  return digits === undefined ? undefined : `+${digits}`
}

type Kind = keyof proto.IMessage
type Reader<K extends Kind> = (
  part: NonNullable<proto.IMessage[K]>,
  message: WAMessage,
) => InboundContent | undefined

const media = (
  kind: MediaKind,
  type: WhereMedia['type'],
  part: MediaPart & { readonly caption?: string | null },
  message: WAMessage,
): InboundContent => {
  const ref = refOf(type, part, message)
  if (!ref) return { type: 'unsupported', what: 'other' }
  const [caption, album] = [clean(part.caption), albumOf(message)]
  return { type: 'media', kind, ref, ...(caption ? { caption } : {}), ...(album ? { album } : {}) }
}

/** Pictures that were sent together name the message that announced them. */
function albumOf({ message }: WAMessage): string | undefined {
  const inner = normalizeMessageContent(message)
  const association =
    inner?.messageContextInfo?.messageAssociation ?? message?.messageContextInfo?.messageAssociation
  const isAlbum = association?.associationType === proto.MessageAssociation.AssociationType.MEDIA_ALBUM
  return (isAlbum && association.parentMessageKey?.id) || undefined
}

function place(
  lat: number | null | undefined,
  lon: number | null | undefined,
  more: { readonly label?: string; readonly live?: boolean },
): InboundContent {
  return typeof lat === 'number' && typeof lon === 'number' && Number.isFinite(lat + lon)
    ? { type: 'location', lat, lon, ...more }
    : { type: 'unsupported', what: 'other' }
}

/** A card names a number in a field of its own, or with it the account (`waid`). */
function contact({ vcard }: proto.Message.IContactMessage, { key }: WAMessage): InboundContent {
  const [, account] = /waid=(\d+)/.exec(vcard ?? '') ?? []
  const [, typed] = /^(?:\w+\.)?TEL[^:\n]*:\s*([+\d][\d ()./-]+)/im.exec(vcard ?? '') ?? []
  const phone = account ? `+${account}` : typed?.trim()
  if (!phone) return { type: 'unsupported', what: 'other' }
  return { type: 'contact', phone, own: phone.replace(/[^+\d]/g, '') === phoneOf(identityOf(key)) }
}

/** A press on something that another sender of ours drew: its id where it has one, else what stood on it. */
const pressed = (
  id: string | null | undefined,
  label: string | null | undefined,
  question: string | null | undefined,
): InboundContent | undefined => {
  if (id)
    return { type: 'choice', choice: clean(id) ?? '', ...(question ? { question: messageId(question) } : {}) }
  return label ? { type: 'text', text: clean(label) ?? '' } : undefined
}

const words = (said: string | null | undefined): InboundContent => ({ type: 'text', text: clean(said) ?? '' })

function fromNativeFlow(part: proto.Message.IInteractiveResponseMessage): InboundContent | undefined {
  const id = /"id"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(part.nativeFlowResponseMessage?.paramsJson ?? '')?.[1]
  return pressed(id, part.body?.text, part.contextInfo?.stanzaId)
}

/** Only a changed text says something; a deleted message stays what it was. */
function fromProtocol({
  type,
  key,
  editedMessage,
}: proto.Message.IProtocolMessage): InboundContent | undefined {
  if (type !== proto.Message.ProtocolMessage.Type.MESSAGE_EDIT || !key?.id) return undefined
  const content = normalizeMessageContent(editedMessage)
  const text =
    content?.conversation ??
    content?.extendedTextMessage?.text ??
    content?.imageMessage?.caption ??
    content?.videoMessage?.caption ??
    content?.documentMessage?.caption
  return text == null ? undefined : { type: 'edited', message: messageId(key.id), text: clean(text) ?? '' }
}

const nothing = () => undefined
const unsupported = (what: Extract<InboundContent, { type: 'unsupported' }>['what']) => () =>
  ({ type: 'unsupported', what }) as const

/** What a person sends, kind by kind. What is in no row is a kind that we do not know, and is told so. */
const READERS: { readonly [K in Kind]?: Reader<K> } = {
  conversation: words,
  extendedTextMessage: ({ text }) => words(text),
  imageMessage: (part, message) => media('photo', 'image', part, message),
  audioMessage: (part, message) => media('voice', 'audio', part, message),
  documentMessage: (part, message) => media('document', 'document', part, message),
  videoMessage: (part, message) => media('video', 'video', part, message),
  ptvMessage: (part, message) => media('video', 'video', part, message),
  locationMessage: ({ degreesLatitude, degreesLongitude, name, address }) => {
    const label = [name, address].map(clean).filter(Boolean).join(', ')
    return place(degreesLatitude, degreesLongitude, label ? { label } : {})
  },
  liveLocationMessage: ({ degreesLatitude, degreesLongitude }) =>
    place(degreesLatitude, degreesLongitude, { live: true }),
  contactMessage: contact,
  buttonsResponseMessage: (part) =>
    pressed(part.selectedButtonId, part.selectedDisplayText, part.contextInfo?.stanzaId),
  templateButtonReplyMessage: (part) =>
    pressed(part.selectedId, part.selectedDisplayText, part.contextInfo?.stanzaId),
  listResponseMessage: (part) =>
    pressed(part.singleSelectReply?.selectedRowId, part.title, part.contextInfo?.stanzaId),
  interactiveResponseMessage: fromNativeFlow,
  protocolMessage: fromProtocol,
  stickerMessage: unsupported('sticker'),
  lottieStickerMessage: unsupported('sticker'),
  pollCreationMessage: unsupported('poll'),
  pollCreationMessageV2: unsupported('poll'),
  pollCreationMessageV3: unsupported('poll'),
  // what people do to messages, and what only announces other messages
  reactionMessage: nothing,
  encReactionMessage: nothing,
  pollUpdateMessage: nothing,
  keepInChatMessage: nothing,
  pinInChatMessage: nothing,
  albumMessage: nothing,
  secretEncryptedMessage: nothing,
}

function contentOf(message: WAMessage): InboundContent | undefined {
  const content = normalizeMessageContent(message.message)
  const kind = getContentType(content)
  // a picture that may be seen once is not shown to linked devices
  if (!content || !kind) return message.key.isViewOnce ? { type: 'unsupported', what: 'other' } : undefined
  const reader = READERS[kind] as
    | ((part: unknown, message: WAMessage) => InboundContent | undefined)
    | undefined
  return reader ? reader(content[kind], message) : { type: 'unsupported', what: 'other' }
}

/** The sender's app names it, so it may be anything. */
function writtenAt({ messageTimestamp }: WAMessage): Date | undefined {
  const at = new Date(toNumber(messageTimestamp) * SECOND)
  return at.getTime() > 0 ? at : undefined
}

/** The message that this one answers, whatever its kind. */
function quotedBy({ message }: WAMessage): string | undefined {
  const content = normalizeMessageContent(message)
  const kind = getContentType(content)
  const part = kind && content?.[kind]
  const context =
    typeof part === 'object' && part !== null && 'contextInfo' in part ? part.contextInfo : undefined
  return context?.stanzaId ?? undefined
}

/**
 * What a message of WhatsApp means to us; undefined: nothing. Own messages and groups say nothing: what is written to
 * others, or among others, is not for the town.
 * @param now when it was written, where the message names no time
 */
export function mapMessage(message: WAMessage, line: Line, now: Date): InboundEvent | undefined {
  const { key } = message
  const ids = identityOf(key)
  if (key.fromMe || !key.id || key.participant || (!ids.lid && !ids.phone)) return undefined
  const content = contentOf(message)
  if (!content) return undefined
  const [replyTo, phone, name] = [quotedBy(message), phoneOf(ids), clean(message.pushName)]
  return {
    // the sender's app chose it, so it may be anything; nobody knows another's
    id: clean(key.id)?.slice(0, MAX_ID_CHARS) ?? '',
    order: line.order,
    from: { channel: line.channel, chat: line.chat },
    actor: as<UserId>(line.chat),
    at: (writtenAt(message) ?? now).toISOString(),
    ...(content.type === 'edited' ? {} : { message: messageId(key.id) }),
    ...(replyTo ? { replyTo: messageId(replyTo) } : {}),
    ...(name ? { personName: name } : {}),
    ...(phone ? { phone } : {}),
    private: true,
    ...content,
  }
}

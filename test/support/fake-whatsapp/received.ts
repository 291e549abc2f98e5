import { type MediaType, normalizeMessageContent, type proto } from '@whiskeysockets/baileys'
import type { FileStore } from './file-store.js'
import { type FileClaims, openFile } from './media.js'

export type Kind =
  | 'text'
  | 'photo'
  | 'voice'
  | 'audio'
  | 'video'
  | 'document'
  | 'sticker'
  | 'pin'
  | 'contact'
  | 'reaction'
  | 'other'

/** A message of the town as the phone shows it. A snapshot: an edit makes a new one. */
export interface ReceivedMessage {
  readonly id: string
  /** When it arrived, milliseconds. */
  readonly at: number
  readonly kind: Kind
  /** The text, the caption, or the emoji of a reaction. */
  readonly text?: string
  readonly pin?: { latitude: number; longitude: number; name?: string; address?: string }
  /** The file, fetched and opened. */
  readonly bytes?: Buffer
  readonly mime?: string
  /** Id of the message that it quotes, or reacts to. */
  readonly quotes?: string
  readonly edited: boolean
  readonly deleted: boolean
  /** How often it came: more than once if this phone asked for it again. */
  readonly times: number
  readonly raw: proto.IMessage
}

type Shown = Pick<ReceivedMessage, 'kind' | 'text' | 'pin' | 'bytes' | 'mime' | 'quotes'>

/** Where the file of a message lies; a phone on loopback knows the server's paths. */
const pathOf = ({ directPath, url }: { directPath?: string | null; url?: string | null }) =>
  directPath || new URL(url ?? '').pathname

interface MediaMessage extends FileClaims {
  directPath?: string | null
  url?: string | null
  mimetype?: string | null
  caption?: string | null
  contextInfo?: proto.IContextInfo | null
}

const quoted = (info: proto.IContextInfo | null | undefined) =>
  info?.stanzaId ? { quotes: info.stanzaId } : {}

async function fileShown(
  files: FileStore,
  kind: Kind,
  type: MediaType,
  message: MediaMessage,
): Promise<Shown> {
  const sealed = files.at(pathOf(message))
  if (sealed === undefined) throw new Error(`The server has no file at ${pathOf(message)}`)
  const { caption, mimetype, contextInfo } = message
  return {
    kind,
    bytes: await openFile(sealed, message, type),
    ...(mimetype && { mime: mimetype }),
    ...(caption && { text: caption }),
    ...quoted(contextInfo),
  }
}

function pinShown({
  degreesLatitude,
  degreesLongitude,
  name,
  address,
  contextInfo,
}: proto.Message.ILocationMessage): Shown {
  const place = { ...(name && { name }), ...(address && { address }) }
  const pin = { latitude: degreesLatitude ?? 0, longitude: degreesLongitude ?? 0, ...place }
  return { kind: 'pin', pin, ...quoted(contextInfo) }
}

/** What a phone makes of a message. */
export async function show(files: FileStore, raw: proto.IMessage): Promise<Shown> {
  const message = normalizeMessageContent(raw) ?? {}
  if (message.conversation) return { kind: 'text', text: message.conversation }
  if (message.extendedTextMessage) {
    const { text, contextInfo } = message.extendedTextMessage
    return { kind: 'text', text: text ?? '', ...quoted(contextInfo) }
  }
  if (message.locationMessage) return pinShown(message.locationMessage)
  if (message.reactionMessage) {
    const { key, text } = message.reactionMessage
    return { kind: 'reaction', text: text ?? '', ...(key?.id && { quotes: key.id }) }
  }
  if (message.contactMessage) return { kind: 'contact', text: message.contactMessage.displayName ?? '' }
  if (message.imageMessage) return fileShown(files, 'photo', 'image', message.imageMessage)
  if (message.audioMessage)
    return fileShown(files, message.audioMessage.ptt ? 'voice' : 'audio', 'audio', message.audioMessage)
  if (message.videoMessage) return fileShown(files, 'video', 'video', message.videoMessage)
  if (message.documentMessage) return fileShown(files, 'document', 'document', message.documentMessage)
  if (message.stickerMessage) return fileShown(files, 'sticker', 'sticker', message.stickerMessage)
  return { kind: 'other' }
}

/** What an edit or a deletion is about, if the message is one. */
export function changeIn(raw: proto.IMessage): { of: string; to?: proto.IMessage } | undefined {
  const { protocolMessage, editedMessage } = raw
  const change = protocolMessage ?? editedMessage?.message?.protocolMessage
  const of = change?.key?.id
  if (!of) return undefined
  return change.editedMessage ? { of, to: change.editedMessage } : { of }
}

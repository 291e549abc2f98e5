import { type MediaType, proto } from '@whiskeysockets/baileys'
import { type SealedFile, sealFile } from './media.js'

/** Puts a sealed file where the client can fetch it; the result is its address. */
export type Publish = (bytes: Buffer) => string

export interface PhotoOptions {
  caption?: string
  mime?: string
}

const JPEG = 'image/jpeg'

/**
 * What a message says of its file. There is no `directPath`: the client would look for that behind `https:`, on a
 * host of WhatsApp's; the address alone may be on loopback.
 */
function fileFields(
  { bytes, mediaKey, fileSha256, fileEncSha256, fileLength }: SealedFile,
  publish: Publish,
) {
  return { url: publish(bytes), mediaKey, fileSha256, fileEncSha256, fileLength }
}

const upload = async (bytes: Uint8Array, type: MediaType, publish: Publish) =>
  fileFields(await sealFile(bytes, type), publish)

/** Plain words are a `conversation`; words that refer to something are an `extendedTextMessage`. */
export function textContent(text: string, contextInfo?: proto.IContextInfo): proto.IMessage {
  return contextInfo === undefined ? { conversation: text } : { extendedTextMessage: { text, contextInfo } }
}

export async function photoContent(
  bytes: Uint8Array,
  publish: Publish,
  { caption, mime = JPEG }: PhotoOptions = {},
): Promise<proto.IMessage> {
  const file = await upload(bytes, 'image', publish)
  return { imageMessage: { ...file, mimetype: mime, ...(caption && { caption }) } }
}

export async function documentContent(
  bytes: Uint8Array,
  publish: Publish,
  { caption, mime = JPEG, fileName = 'foto.jpg' }: PhotoOptions & { fileName?: string } = {},
): Promise<proto.IMessage> {
  const file = await upload(bytes, 'document', publish)
  const documentMessage = { ...file, mimetype: mime, fileName, ...(caption && { caption }) }
  // a document with words under it comes wrapped once more
  return caption ? { documentWithCaptionMessage: { message: { documentMessage } } } : { documentMessage }
}

export async function voiceContent(
  bytes: Uint8Array,
  publish: Publish,
  seconds: number,
): Promise<proto.IMessage> {
  const file = await upload(bytes, 'audio', publish)
  return { audioMessage: { ...file, mimetype: 'audio/ogg; codecs=opus', ptt: true, seconds } }
}

export async function videoContent(
  bytes: Uint8Array,
  publish: Publish,
  caption?: string,
): Promise<proto.IMessage> {
  const file = await upload(bytes, 'video', publish)
  return { videoMessage: { ...file, mimetype: 'video/mp4', seconds: 3, ...(caption && { caption }) } }
}

export async function stickerContent(bytes: Uint8Array, publish: Publish): Promise<proto.IMessage> {
  return { stickerMessage: { ...(await upload(bytes, 'sticker', publish)), mimetype: 'image/webp' } }
}

export interface Place {
  name?: string
  address?: string
}

export const pinContent = (latitude: number, longitude: number, place: Place = {}): proto.IMessage => ({
  locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, ...place },
})

export const livePinContent = (latitude: number, longitude: number, caption?: string): proto.IMessage => ({
  liveLocationMessage: {
    degreesLatitude: latitude,
    degreesLongitude: longitude,
    accuracyInMeters: 8,
    sequenceNumber: 1,
    ...(caption && { caption }),
  },
})

export const contactContent = (name: string, number: string): proto.IMessage => ({
  contactMessage: {
    displayName: name,
    vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${number.replace(/\D/g, '')}:${number}\nEND:VCARD`,
  },
})

export const buttonContent = (id: string, label: string): proto.IMessage => ({
  buttonsResponseMessage: {
    selectedButtonId: id,
    selectedDisplayText: label,
    type: proto.Message.ButtonsResponseMessage.Type.DISPLAY_TEXT,
  },
})

export const templateButtonContent = (id: string, label: string): proto.IMessage => ({
  templateButtonReplyMessage: { selectedId: id, selectedDisplayText: label, selectedIndex: 0 },
})

export const rowContent = (id: string, title: string): proto.IMessage => ({
  listResponseMessage: {
    title,
    listType: proto.Message.ListResponseMessage.ListType.SINGLE_SELECT,
    singleSelectReply: { selectedRowId: id },
  },
})

export const pollContent = (question: string, choices: string[]): proto.IMessage => ({
  pollCreationMessageV3: {
    name: question,
    options: choices.map((optionName) => ({ optionName })),
    selectableOptionsCount: 1,
  },
})

export const reactionContent = (key: proto.IMessageKey, emoji: string, at: number): proto.IMessage => ({
  reactionMessage: { key, text: emoji, senderTimestampMs: at },
})

export const editContent = (key: proto.IMessageKey, text: string, at: number): proto.IMessage => ({
  protocolMessage: {
    key,
    type: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
    editedMessage: { conversation: text },
    timestampMs: at,
  },
})

export const deletionContent = (key: proto.IMessageKey): proto.IMessage => ({
  protocolMessage: { key, type: proto.Message.ProtocolMessage.Type.REVOKE },
})

/** The frame of an album; the photos follow as messages of their own. */
export const albumContent = (expectedImageCount: number): proto.IMessage => ({
  albumMessage: { expectedImageCount },
})

export const inAlbum = (photo: proto.IMessage, album: proto.IMessageKey): proto.IMessage => ({
  ...photo,
  messageContextInfo: {
    messageAssociation: {
      associationType: proto.MessageAssociation.AssociationType.MEDIA_ALBUM,
      parentMessageKey: album,
    },
  },
})

/** As chats do in which messages disappear. */
export const ephemeral = (message: proto.IMessage): proto.IMessage => ({ ephemeralMessage: { message } })
/** To be looked at once. */
export const viewOnce = (message: proto.IMessage): proto.IMessage => ({ viewOnceMessageV2: { message } })

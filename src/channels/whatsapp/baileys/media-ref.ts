import type { MediaType, WAMessage } from '@whiskeysockets/baileys'
import type { MediaRef } from '../../../messaging/inbound.js'

/** Where a file lies and how it is opened. `mediaKey` opens it for whoever has it: it stands nowhere but in the reference. */
export interface WhereMedia {
  readonly type: Extract<MediaType, 'image' | 'audio' | 'document' | 'video'>
  readonly url?: string
  readonly directPath?: string
  /** Base64, as all bytes here. */
  readonly mediaKey: string
  readonly fileEncSha256?: string
  /** The message that brought it: the phone is asked for the file again under this name. */
  readonly message: string
  readonly from: string
}

export interface MediaPart {
  readonly url?: string | null
  readonly directPath?: string | null
  readonly mediaKey?: Uint8Array | null
  readonly fileEncSha256?: Uint8Array | null
  readonly fileLength?: number | { toNumber(): number } | null
  readonly mimetype?: string | null
  readonly fileName?: string | null
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** Undefined: nothing to be fetched. */
export function refOf(type: WhereMedia['type'], part: MediaPart, { key }: WAMessage): MediaRef | undefined {
  const { url, directPath, mediaKey, fileEncSha256, fileLength, mimetype, fileName } = part
  if (!mediaKey || mediaKey.length === 0 || !(url || directPath)) return undefined
  const where: WhereMedia = {
    type,
    ...(url ? { url } : {}),
    ...(directPath ? { directPath } : {}),
    mediaKey: base64(mediaKey),
    ...(fileEncSha256 ? { fileEncSha256: base64(fileEncSha256) } : {}),
    message: key.id ?? '',
    from: key.remoteJid ?? '',
  }
  const size = typeof fileLength === 'object' ? fileLength?.toNumber() : fileLength
  return {
    id: JSON.stringify(where),
    ...(mimetype ? { mime: mimetype.split(';')[0] } : {}),
    ...(size ? { size } : {}),
    ...(fileName ? { fileName: fileName.replaceAll('\u0000', '') } : {}),
  }
}

export const whereIs = ({ id }: MediaRef): WhereMedia => JSON.parse(id) as WhereMedia

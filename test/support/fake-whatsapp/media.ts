import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { getMediaKeys, type MediaType } from '@whiskeysockets/baileys'

const MAC = 10
const NO_KEY = Buffer.alloc(0)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const macOf = (key: Uint8Array, iv: Uint8Array, sealed: Uint8Array) =>
  createHmac('sha256', key).update(iv).update(sealed).digest().subarray(0, MAC)

/** A file as it lies on the server: AES-CBC and ten bytes of an HMAC. Only the message tells the key. */
export interface SealedFile {
  bytes: Buffer
  mediaKey: Buffer
  fileSha256: Buffer
  fileEncSha256: Buffer
  fileLength: number
}

/** `type` is what kind of media it is: the keys of the cipher depend on it. */
export async function sealFile(plain: Uint8Array, type: MediaType): Promise<SealedFile> {
  const mediaKey = randomBytes(32)
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, type)
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv)
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  const bytes = Buffer.concat([sealed, macOf(macKey ?? NO_KEY, iv, sealed)])
  return {
    bytes,
    mediaKey,
    fileSha256: sha256(plain),
    fileEncSha256: sha256(bytes),
    fileLength: plain.length,
  }
}

/** What a message says of its file. */
export interface FileClaims {
  mediaKey?: Uint8Array | null
  fileSha256?: Uint8Array | null
  fileEncSha256?: Uint8Array | null
}

/** Opens a file as a phone does, which trusts no server: every hash and the MAC must be as the message says. */
export async function openFile(bytes: Buffer, claims: FileClaims, type: MediaType): Promise<Buffer> {
  const { iv, cipherKey, macKey } = await getMediaKeys(claims.mediaKey ?? NO_KEY, type)
  const sealed = bytes.subarray(0, -MAC)
  if (!sha256(bytes).equals(claims.fileEncSha256 ?? NO_KEY))
    throw new Error('The file is not the one uploaded')
  if (!macOf(macKey ?? NO_KEY, iv, sealed).equals(bytes.subarray(-MAC)))
    throw new Error('The MAC does not fit')
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  const plain = Buffer.concat([decipher.update(sealed), decipher.final()])
  if (!sha256(plain).equals(claims.fileSha256 ?? NO_KEY)) throw new Error('The content is not as announced')
  return plain
}

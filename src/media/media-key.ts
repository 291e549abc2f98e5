import { createHash } from 'node:crypto'
import type { MediaKey } from '../kernel/ids.js'

const SHAPE = /^[0-9a-f]{64}\.[a-z0-9]{1,5}$/

/** SHA-256 of the content in hex, a dot, the extension: `….jpg`. */
export const mediaKeyOf = (bytes: Buffer, extension: string): MediaKey =>
  checkedMediaKey(`${createHash('sha256').update(bytes).digest('hex')}.${extension}`)

/** Throws for anything else than a key, above all for a path: keys become file names and addresses. */
export function checkedMediaKey(key: string): MediaKey {
  if (!SHAPE.test(key)) throw new Error(`This is no media key: ${JSON.stringify(key.slice(0, 80))}`)
  return key as MediaKey
}

/** With node's own code for it, by which who wanted the file knows that waiting does not help. */
export const missingMedia = (key: MediaKey) =>
  Object.assign(new Error(`The file ${key} is not in the media store (any more).`), { code: 'ENOENT' })

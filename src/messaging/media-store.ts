import type { MediaKey } from '../kernel/ids.js'

/** Files by what is in them: the same bytes have the same key, and a key's bytes never change. */
export interface MediaStore {
  /** Resolves once the file will outlive a power cut. Putting the same bytes again changes nothing. */
  put(bytes: Buffer, extension: string): Promise<MediaKey>
  /** Rejects when there is no such file. */
  get(key: MediaKey): Promise<Buffer>
  has(key: MediaKey): Promise<boolean>
  /** Resolves also when it was not there. */
  remove(key: MediaKey): Promise<void>
}

import { extname } from 'node:path'
import type { MediaKey } from '../../kernel/ids.js'
import type { BotApi } from './bot-api.js'
import type { FileSource } from './render.js'

/** About 200 bytes each. */
const MAX_KNOWN = 2_000

/** Remembers which of our files Telegram has already, under the file ids of this bot (they are worth nothing to another). */
export function createSentFiles(openMedia: (key: MediaKey) => Promise<Buffer>, upload: BotApi['upload']) {
  const known = new Map<MediaKey, string>()
  return {
    /** `name`, without its ending, is what the file is called there. Rejects when the file cannot be opened. */
    async sourceOf(key: MediaKey, name: string): Promise<FileSource> {
      return known.get(key) ?? upload(await openMedia(key), `${name}${extname(key)}`)
    },
    remember(key: MediaKey, fileId: string): void {
      // taken out first, so that the oldest stands at the front
      known.delete(key)
      known.set(key, fileId)
      const [oldest] = known.keys()
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    },
    /** False when none of them was known: another attempt would be the same. */
    forget(keys: readonly MediaKey[]): boolean {
      return keys.filter((key) => known.delete(key)).length > 0
    },
  }
}

import { extname } from 'node:path'
import { DAY } from '../../../kernel/clock.js'
import type { MediaKey } from '../../../kernel/ids.js'
import type { Called, Upload } from './graph.js'

/** Uploaded files live thirty days there ("Media"). */
const KNOWN_FOR_MS = 25 * DAY
const MAX_KNOWN = 2_000

const MIMES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.ogg': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.mp3': 'audio/mpeg',
}

/** Remembers which of our files WhatsApp has already, and uploads the others. */
export function createSentFiles(
  upload: (file: Upload, signal: AbortSignal) => Promise<Called<{ id: string }>>,
) {
  const known = new Map<MediaKey, { id: string; until: number }>()
  return {
    /**
     * The file's id there; `known`: from an earlier upload, which WhatsApp may have forgotten. `open` reads it; what it
     * rejects with is passed on.
     */
    async idOf(
      key: MediaKey,
      open: (key: MediaKey) => Promise<Buffer>,
      signal: AbortSignal,
    ): Promise<Called<{ id: string; known: boolean }>> {
      const found = known.get(key)
      if (found && found.until > Date.now()) return { ok: true, body: { id: found.id, known: true } }
      const ending = extname(key)
      const mime = MIMES[ending] ?? 'application/octet-stream'
      const uploaded = await upload({ bytes: await open(key), mime, fileName: `file${ending}` }, signal)
      if (!uploaded.ok) return uploaded
      // taken out first, so that the oldest stands at the front
      known.delete(key)
      known.set(key, { id: uploaded.body.id, until: Date.now() + KNOWN_FOR_MS })
      const [oldest] = known.keys()
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
      return { ok: true, body: { id: uploaded.body.id, known: false } }
    },
    forget(key: MediaKey): void {
      known.delete(key)
    },
  }
}

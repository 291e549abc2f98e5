import type { Readable } from 'node:stream'
import type { MediaKind } from '../messaging/inbound.js'
import type { Point } from '../messaging/outbound.js'
import { checkVoice } from './check-voice.js'
import { readAtMost } from './read-at-most.js'
import { sanitise } from './sanitise.js'

/** Twenty minutes as messengers record them. */
const MAX_VOICE_BYTES = 5_000_000

export type Examined =
  | {
      readonly ok: true
      readonly bytes: Buffer
      readonly extension: string
      /** Where a picture was taken, if it said so. */
      readonly gps?: Point
    }
  | { readonly ok: false; readonly why: string }

/**
 * What may be stored of a file that a person sent: of a picture a plain JPEG, a voice message as it is. Rejects only
 * when the stream does.
 */
export async function examine(content: Buffer | Readable, kind: MediaKind): Promise<Examined> {
  if (kind === 'voice') return examineVoice(content)
  const picture = await sanitise(content)
  return picture.ok ? { ok: true, bytes: picture.jpeg, extension: 'jpg', gps: picture.gps } : picture
}

async function examineVoice(content: Buffer | Readable): Promise<Examined> {
  const bytes = await readAtMost(content, MAX_VOICE_BYTES)
  if (!bytes) return { ok: false, why: 'too-large' }
  const extension = checkVoice(bytes)
  return extension ? { ok: true, bytes, extension } : { ok: false, why: 'not-a-voice' }
}

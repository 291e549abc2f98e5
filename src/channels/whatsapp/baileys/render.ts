import { extname } from 'node:path'
import type { AnyMessageContent } from '@whiskeysockets/baileys'
import type { MediaKey } from '../../../kernel/ids.js'
import type { Rendered } from '../../../messaging/outbound.js'

/** Only OGG with Opus is drawn as a voice note. */
const AUDIO: Readonly<Record<string, string>> = {
  '.ogg': 'audio/ogg; codecs=opus',
  '.m4a': 'audio/mp4',
  '.mp3': 'audio/mpeg',
}
const PICTURE: Readonly<Record<string, string>> = { '.png': 'image/png' }

/** The one file that goes with it. */
export function fileOf(message: Rendered): MediaKey | undefined {
  if (message.type === 'voice') return message.media
  return message.type === 'photos' ? message.media[0] : undefined
}

/**
 * What the library sends for it; `file` stands for its one file. Undefined: a linked device cannot say this.
 */
export function render(message: Rendered, file: Buffer = Buffer.alloc(0)): AnyMessageContent | undefined {
  switch (message.type) {
    case 'text':
      // no preview: it would fetch from here whatever address somebody wrote
      return { text: message.text, linkPreview: null }
    case 'pin':
      return { location: { degreesLatitude: message.point.lat, degreesLongitude: message.point.lon } }
    case 'photos':
      return message.media.length === 1
        ? { image: file, mimetype: PICTURE[extname(message.media[0] ?? '')] ?? 'image/jpeg' }
        : undefined
    case 'voice': {
      const ending = extname(message.media)
      return { audio: file, mimetype: AUDIO[ending] ?? 'audio/mpeg', ptt: ending === '.ogg' }
    }
    case 'edit':
      return undefined
    default:
      return message satisfies never
  }
}

import type { DialogEvent } from '../dialog/dialog.js'
import type { MediaKind } from '../messaging/inbound.js'

/** What a file can be for a report; undefined: nothing. A picture may come as a document, to stay as it is. */
export function usableAs({
  kind,
  ref,
}: Extract<DialogEvent, { type: 'media' }>): 'photo' | 'voice' | undefined {
  if (kind === 'voice' || kind === 'photo') return kind
  return kind === 'document' && ref.mime?.startsWith('image/') && !FOREIGN.has(ref.mime) ? 'photo' : undefined
}

/** What an iPhone's files are, and nothing here opens; sent as a photo, the app turns them into JPEG. */
const FOREIGN: ReadonlySet<string> = new Set(['image/heic', 'image/heif'])

export const isForeignPhoto = ({ ref }: Extract<DialogEvent, { type: 'media' }>): boolean =>
  FOREIGN.has(ref.mime ?? '')

/** What is said of a file that does not open: of a draft, of a report that was sent. */
export function failureOf(kind: MediaKind | undefined) {
  if (kind === 'voice') return { draft: 'report.voice_failed', sent: 'mine.voice_failed' } as const
  return kind === 'document'
    ? ({ draft: 'report.photo_as_file', sent: 'mine.photo_as_file' } as const)
    : ({ draft: 'report.photo_failed', sent: 'mine.photo_failed' } as const)
}

import type { DialogEvent } from '../dialog/dialog.js'

/** What a file can be for a report; undefined: nothing. A picture may come as a document, to stay as it is. */
export function usableAs({
  kind,
  ref,
}: Extract<DialogEvent, { type: 'media' }>): 'photo' | 'voice' | undefined {
  if (kind === 'voice' || kind === 'photo') return kind
  return kind === 'document' && ref.mime?.startsWith('image/') ? 'photo' : undefined
}

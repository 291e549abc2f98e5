import type { DialogEvent, Saying } from '../dialog/dialog.js'
import { text } from '../kernel/text.js'
import { isForeignPhoto } from './sent-file.js'

/** What the conversation has no use for gets a clear answer. */
export function unsupported(event: DialogEvent): Saying {
  if (event.type === 'media' && isForeignPhoto(event)) return { body: [text('unsupported.photo_as_file')] }
  const what = event.type === 'media' ? event.kind : event.type === 'unsupported' ? event.what : event.type
  switch (what) {
    case 'video':
      return { body: [text('unsupported.video')] }
    case 'document':
    case 'file':
      return { body: [text('unsupported.file')] }
    default:
      return { body: [text('unsupported.other')] }
  }
}

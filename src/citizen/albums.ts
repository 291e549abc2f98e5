import type { Ctx, Move } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { ReportId } from '../kernel/ids.js'

/** Albums that may still be arriving. */
const REMEMBERED = 5

/**
 * An album arrives as separate messages, some late, some after the report was sent: the session keeps where its first
 * item went, and the later ones follow silently.
 */
export function albumOf(memory: Ctx['memory'], album: string): 'draft' | ReportId | undefined {
  const albums = (memory.albums ?? {}) as Record<string, 'draft' | ReportId>
  return albums[album]
}

export function rememberAlbum(
  memory: Ctx['memory'],
  album: string,
  part: 'draft' | ReportId,
): Move['remember'] {
  const albums = Object.entries((memory.albums ?? {}) as Record<string, Json>).filter(
    ([name]) => name !== album,
  )
  return { albums: Object.fromEntries([...albums, [album, part]].slice(-REMEMBERED)) }
}

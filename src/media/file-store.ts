import { randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MediaStore } from '../messaging/media-store.js'
import { checkedMediaKey, mediaKeyOf, missingMedia } from './media-key.js'

/**
 * Media in a folder, fanned out by the first two letters of the key. Only our user can read them.
 * Errors of the disk reject as node says them (ENOSPC, EACCES), with the path.
 */
export function fileStore(folder: string): MediaStore {
  const pathOf = (key: string) => {
    const checked = checkedMediaKey(key)
    return join(folder, checked.slice(0, 2), checked)
  }
  const has = (key: string) =>
    access(pathOf(key)).then(
      () => true,
      () => false,
    )

  return {
    async put(bytes, extension) {
      const key = mediaKeyOf(bytes, extension)
      if (!(await has(key))) await writeDurably(pathOf(key), bytes)
      return key
    },
    async get(key) {
      const path = pathOf(key)
      return readFile(path).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? missingMedia(key) : error
      })
    },
    has: async (key) => has(key),
    remove: async (key) => rm(pathOf(key), { force: true }),
  }
}

/** Under its name there is either the whole file or none, also after a power cut. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
}

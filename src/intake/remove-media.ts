import type { UnitOfWork } from '../app/ports.js'
import type { MediaKey } from '../kernel/ids.js'
import type { MediaStore } from '../messaging/media-store.js'

/**
 * A file that nobody refers to any more is removed. Under the key's lock, which whoever stores the same bytes takes too:
 * what was just referred to again stays. Safe to run twice.
 */
export async function removeMedia(
  { unitOfWork, store }: { unitOfWork: UnitOfWork; store: Pick<MediaStore, 'remove'> },
  key: MediaKey,
): Promise<void> {
  await unitOfWork.run(async (tx) => {
    if (!(await tx.attachments.isUsed(key))) await store.remove(key)
  })
}

import type { UnitOfWork } from './app/ports.js'
import { type Jobs, startJobs } from './delivery/jobs.js'
import { fetchMedia, type MediaJobDeps } from './intake/media-job.js'
import { outlast } from './intake/outlast.js'
import { removeMedia } from './intake/remove-media.js'
import type { AttachmentId, MediaKey } from './kernel/ids.js'
import { examine } from './media/examine.js'
import type { MediaStore } from './messaging/media-store.js'
import type { Database } from './storage/database.js'
import { isOutage } from './storage/outage.js'
import type { Presence } from './storage/presence.js'
import { createWorkerRegistry } from './storage/worker-registry.js'

export interface MediaJobsDeps extends Omit<MediaJobDeps, 'examine' | 'store'> {
  readonly unitOfWork: UnitOfWork
  readonly store: MediaStore
  readonly database: Database
  readonly presence: Pick<Presence, 'owner'>
}

/** What is done with files in the background. Rejects when it cannot begin. */
export function startMediaJobs({ database, presence, ...deps }: MediaJobsDeps): Promise<Jobs> {
  const { unitOfWork, store, log } = deps
  // A database that is away for a while is no failure of the file.
  const patient = (over: AbortSignal) => outlast(unitOfWork, { isOutage, log }, over)
  return startJobs(
    database.pool,
    {
      'fetch-media': async (payload, { abortSignal, job }) =>
        fetchMedia(
          { ...deps, examine, unitOfWork: patient(abortSignal) },
          (payload as { attachment: AttachmentId }).attachment,
          // One is kept for a process that was killed during the last.
          { over: abortSignal, last: job.attempts >= job.max_attempts - 1 },
        ),
      'remove-media': async (payload, { abortSignal }) =>
        removeMedia({ unitOfWork: patient(abortSignal), store }, (payload as { media: MediaKey }).media),
    },
    createWorkerRegistry(database.dataSource, () => presence.owner),
    log,
  )
}

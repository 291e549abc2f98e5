import { addAbortSignal, type Readable } from 'node:stream'
import type { Attachment, UnitOfWork } from '../app/ports.js'
import type { AttachmentId, ChannelName, MediaKey } from '../kernel/ids.js'
import type { Log } from '../kernel/logger.js'
import { type ChannelAdapter, MediaUnavailable } from '../messaging/channel.js'
import type { MediaKind } from '../messaging/inbound.js'
import type { MediaStore } from '../messaging/media-store.js'
import type { Point } from '../messaging/outbound.js'
import { runTurns, type TurnDeps } from './turns.js'

/** What became of a file's bytes; `media/examine.ts` knows how. */
export type Examine = (
  content: Readable,
  kind: MediaKind,
) => Promise<{ ok: true; bytes: Buffer; extension: string; gps?: Point } | { ok: false; why: string }>

export interface MediaJobDeps {
  readonly unitOfWork: UnitOfWork
  readonly adapters: ReadonlyMap<ChannelName, ChannelAdapter>
  readonly store: Pick<MediaStore, 'put'>
  readonly examine: Examine
  readonly citizens: TurnDeps
  readonly log: Log
}

/** One attempt to fetch a file. */
export interface Attempt {
  /** Aborts when the process ends. */
  readonly over: AbortSignal
  /** Nobody will try again: what fails now has failed. */
  readonly last: boolean
}

/**
 * Fetches a file, proves that it is a picture or a voice, keeps it, and tells the conversation that it came from. Safe
 * to run twice: the second time finds the work done. Rejects when another try may help, and when `over` aborts; with
 * the last attempt the file has failed, as if it were none: who sent it is told, or the office sees it on the card.
 */
export async function fetchMedia(deps: MediaJobDeps, id: AttachmentId, attempt: Attempt): Promise<void> {
  const attachment = await deps.unitOfWork.run((tx) => tx.attachments.get(id))
  if (attachment?.status !== 'waiting') return
  const examined = await fetchAndKeep(deps, attachment, attempt.over).catch((error: unknown) => {
    if (!attempt.last) throw error
    deps.log.error({ error, attachment: id }, 'A file was given up: every attempt to fetch it failed')
    return { ok: false, why: 'given up' } as const
  })
  await deps.unitOfWork.run(async (tx) => {
    // First of all, as every turn does: the report that takes the file is then known, and nobody waits crosswise.
    await tx.turns.lockSessions([attachment.from])
    const now = await tx.attachments.get(id)
    if (now?.status !== 'waiting') return
    if (examined.ok) await tx.attachments.stored(id, examined.key)
    else await tx.attachments.failed(id, examined.why)
    const payload = {
      attachment: id,
      kind: now.kind,
      ok: examined.ok,
      gps: examined.ok && examined.gps ? { ...examined.gps } : undefined,
      report: now.report,
    }
    await runTurns(deps.citizens, tx, [
      { chat: now.from, incoming: { type: 'nudge', kind: 'media', payload } },
    ])
  })
}

type Kept =
  | { readonly ok: true; readonly key: MediaKey; readonly gps?: Point }
  | { readonly ok: false; readonly why: string }

async function fetchAndKeep(
  { adapters, examine, store }: MediaJobDeps,
  { from, ref, kind }: Attachment,
  over: AbortSignal,
): Promise<Kept> {
  const adapter = adapters.get(from.channel)
  if (!adapter) throw new Error(`This process does not serve ${from.channel}`)
  try {
    const examined = await examine(addAbortSignal(over, await adapter.fetchMedia(ref)), kind)
    if (!examined.ok) return examined
    return { ok: true, key: await store.put(examined.bytes, examined.extension), gps: examined.gps }
  } catch (error) {
    if (error instanceof MediaUnavailable) return { ok: false, why: error.message }
    throw error
  }
}

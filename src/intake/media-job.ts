import { addAbortSignal, type Readable } from 'node:stream'
import type { Attachment, UnitOfWork } from '../app/ports.js'
import type { AttachmentId, ChannelName } from '../kernel/ids.js'
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
  readonly store: Pick<MediaStore, 'put' | 'has'>
  readonly examine: Examine
  readonly citizens: TurnDeps
}

/**
 * Fetches a file, proves that it is a picture or a voice, keeps it, and tells the conversation that it came from. Safe
 * to run twice: the second time finds the work done. Rejects when another try may help, and when `over` aborts.
 */
export async function fetchMedia(deps: MediaJobDeps, id: AttachmentId, over: AbortSignal): Promise<void> {
  const attachment = await deps.unitOfWork.run((tx) => tx.attachments.get(id))
  if (attachment?.status !== 'waiting') return
  const adapter = deps.adapters.get(attachment.from.channel)
  if (!adapter) throw new Error(`This process does not serve ${attachment.from.channel}`)
  const examined = await examine(deps, adapter, attachment, over)
  const key = examined.ok ? await deps.store.put(examined.bytes, examined.extension) : undefined
  await deps.unitOfWork.run(async (tx) => {
    // First of all, as every turn does: the report that takes the file is then known, and nobody waits crosswise.
    await tx.turns.lockSessions([attachment.from])
    const now = await tx.attachments.get(id)
    // Thrown away while it was fetched: nobody wants the file.
    if (!now && key) await tx.attachments.sweep(key)
    if (now?.status !== 'waiting') return
    if (key) await tx.attachments.stored(id, key)
    else await tx.attachments.failed(id, examined.ok ? '' : examined.why)
    // The same picture may have been removed with another's draft just now: then it is fetched once more.
    if (key && !(await deps.store.has(key))) throw new Error('The file was removed meanwhile')
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

async function examine(
  deps: MediaJobDeps,
  adapter: ChannelAdapter,
  { ref, kind }: Attachment,
  over: AbortSignal,
): ReturnType<Examine> {
  try {
    return await deps.examine(addAbortSignal(over, await adapter.fetchMedia(ref)), kind)
  } catch (error) {
    if (error instanceof MediaUnavailable) return { ok: false, why: error.message }
    throw error
  }
}

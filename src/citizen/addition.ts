import type { Ctx, DialogEvent, Move } from '../dialog/dialog.js'
import { looksDangerous } from '../domain/danger.js'
import { misconductChannel } from '../domain/misconduct.js'
import type { ReportId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import { albumOf, rememberAlbum } from './albums.js'
import { effect } from './effects.js'
import { shortened } from './enough-words.js'
import { usableAs } from './sent-file.js'

/**
 * Text, a photo or a voice message for a report that was sent before. Null: nothing that can be added.
 * @param ref under which the answer comes back; an album's later items come without one, silently
 */
export function addition(
  report: ReportId,
  event: Extract<DialogEvent, { type: 'text' | 'media' }>,
  ctx: Ctx,
  ref?: 'add_to_report',
): Move | null {
  const { town } = ctx.world
  const said = (event.type === 'text' ? event.text : (event.caption ?? '')).trim()
  const { words, say: isLong } = shortened(said)
  const channel = misconductChannel(town, said)
  const body = [
    ...(looksDangerous(town, said) ? [text('danger.call_112', { phone: town.onCallPhone })] : []),
    ...(channel ? [text('misconduct.channel', { channel: { ...channel } })] : []),
    ...isLong,
  ]
  const say = body.length > 0 ? [{ body }] : undefined
  if (event.type === 'text') {
    if (!words) return { say: [{ body: [text('report.empty')] }] }
    return { say, effects: [effect('add_to_report', { report, text: words, attachments: [] }, ref)] }
  }
  if (!usableAs(event)) return null
  const inAlbum = event.album !== undefined && albumOf(ctx.memory, event.album) === report
  return {
    say,
    effects: [
      effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref }),
      effect(
        'add_to_report',
        { report, text: words || undefined, attachments: [event.attachment] },
        inAlbum ? undefined : ref,
      ),
    ],
    remember: event.album === undefined ? undefined : rememberAlbum(ctx.memory, event.album, report),
    quiet: inAlbum,
  }
}

const NOT_ADDED = {
  closed: 'mine.is_closed',
  'not-yours': 'mine.not_yours',
  enough: 'mine.enough_added',
  'enough-files': 'mine.enough_files',
  // Thanks are all that was said.
  resolved: 'citizen.welcome',
} as const

/** Why something was not added to a report. */
export const notAdded = (why: keyof typeof NOT_ADDED, number: ReportId, { world: { town } }: Ctx): Text =>
  text(NOT_ADDED[why], { number, phone: town.desk.phone })

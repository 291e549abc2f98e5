import type { Ctx, DialogEvent, Move, Saying } from '../dialog/dialog.js'
import { looksDangerous } from '../domain/danger.js'
import { misconductChannel } from '../domain/misconduct.js'
import type { ReportId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import { albumOf, rememberAlbum } from './albums.js'
import { type CitizenEffects, effect } from './effects.js'
import { shortened } from './enough-words.js'
import { usableAs } from './sent-file.js'
import { isThanks } from './words.js'

/** What somebody says about a report, no longer than is kept, and what must be answered at once (danger first). */
export function heard(said: string, { world: { town } }: Ctx): { words: string; say?: readonly Saying[] } {
  const { words, say: isLong } = shortened(said)
  const channel = misconductChannel(town, said)
  const body = [
    ...(looksDangerous(town, said) ? [text('danger.call_112', { phone: town.onCallPhone })] : []),
    ...(channel ? [text('misconduct.channel', { channel: { ...channel } })] : []),
    ...isLong,
  ]
  return { words, say: body.length > 0 ? [{ body }] : undefined }
}

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
  const { words, say } = heard((event.type === 'text' ? event.text : (event.caption ?? '')).trim(), ctx)
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
  reopenable: 'citizen.welcome',
} as const

type NotAdded = Pick<
  Extract<CitizenEffects['add_to_report']['result'], { ok: false }>,
  'why' | 'report' | 'text'
>

/** Why something was not added to a report; who only says thanks is thanked. */
export const notAdded = ({ why, report, text: words }: NotAdded, { world: { town } }: Ctx): Text =>
  why === 'closed' && isThanks(words ?? '')
    ? text('citizen.welcome')
    : text(NOT_ADDED[why], { number: report, phone: town.desk.phone })

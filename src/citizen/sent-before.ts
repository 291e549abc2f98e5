import type { Ctx, DialogEvent, Move } from '../dialog/dialog.js'
import type { Session } from '../dialog/session.js'
import type { ExternalId, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import type { MediaKind } from '../messaging/inbound.js'
import { addition, notAdded } from './addition.js'
import { albumOf } from './albums.js'
import { resultOf } from './effects.js'
import { albumRest, stillThere } from './feedback-dialog.js'
import { sentIn } from './report-sending.js'
import { failureOf } from './sent-file.js'

/** A reply to a message about a report, or a late item of its album, adds to that report. */
export function addedByReply(event: DialogEvent, session: Session, ctx: Ctx): Move | null {
  if (event.type !== 'text' && event.type !== 'media') return null
  const album =
    event.type === 'media' && event.album !== undefined ? albumOf(session.memory, event.album) : undefined
  const about = event.about ?? (typeof album === 'number' ? album : undefined)
  if (about === undefined) return null
  const rest =
    typeof album === 'number' && event.type === 'media' && albumRest(session.frames.at(-1), event, about)
  if (rest) return rest
  const move = addition(about, event, ctx, 'add_to_report')
  return move && { ...move, quiet: true }
}

/** What became of the addition. */
export function addedTo(event: Extract<DialogEvent, { type: 'done' }>, ctx: Ctx): Move {
  const result = resultOf('add_to_report', event.result)
  if (result.ok) {
    const { report, withoutFiles } = result
    const body = [
      text('mine.added', { number: report }),
      ...(withoutFiles ? [notAdded({ why: 'enough-files', report }, ctx)] : []),
    ]
    return { say: [{ body, about: report }], quiet: true }
  }
  const frame = stillThere(result)
  if (frame) return { begin: frame }
  return { say: [{ body: [notAdded(result, ctx)] }], quiet: true }
}

/** A message that became part of a report was changed afterwards: the change is an addition. */
export function editedLater(message: ExternalId, words: string, ctx: Ctx): Move {
  const report = sentIn(ctx.memory, message)
  if (report === undefined || !words.trim()) return { quiet: true }
  const move = addition(report, { type: 'text', text: words }, ctx, 'add_to_report')
  return { ...move, quiet: true }
}

/** A file of a report that was sent already could not be read. */
export function nudged({ kind, payload }: Extract<DialogEvent, { type: 'nudge' }>): Move {
  const media = payload as { ok?: boolean; kind?: MediaKind; report?: ReportId } | null
  if (kind !== 'media' || media?.ok !== false || !media.report) return { quiet: true }
  return {
    say: [{ body: [text(failureOf(media.kind).sent, { number: media.report })], about: media.report }],
    quiet: true,
  }
}

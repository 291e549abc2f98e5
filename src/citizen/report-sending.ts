import type { Ctx, Move } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { ExternalId, ReportId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { asJson, type Draft, descriptionOf, messagesOf, missing } from './draft.js'
import { effect, resultOf } from './effects.js'
import { receipt } from './receipt.js'
import { stay } from './report-change.js'

/** What there is besides category and place. */
const contentOf = (draft: Draft) => ({
  attachments: [...draft.photos, ...draft.voices],
  urgent: draft.urgent ?? false,
})

const waiting = (draft: Draft): Json => asJson({ ...draft, detail: { ask: 'waiting' } })

export function send(draft: Draft): Move {
  const { category, place, followUpOf } = draft
  if (!category || !place || missing(draft)) return stay({ draft: { ...draft, detail: undefined } })
  const input = { category, place, description: descriptionOf(draft), followUpOf, ...contentOf(draft) }
  return { state: waiting(draft), effects: [effect('submit', input, 'submit')] }
}

/** It is the same as another's report: what was filled in so far goes along. */
export const join = (draft: Draft, report: ReportId): Move => ({
  state: waiting(draft),
  effects: [effect('follow', { report, text: descriptionOf(draft), ...contentOf(draft) }, 'follow')],
})

/** The answer to `submit`. */
export function submitted(draft: Draft, answer: Json, ctx: Ctx): Move {
  const result = resultOf('submit', answer)
  if (!result.ok && result.why === 'unknown-category') {
    return stay({
      draft: { ...draft, category: undefined, detail: undefined },
      say: [text('report.unknown_category')],
    })
  }
  if (!result.ok) {
    const { desk, limits } = ctx.world.town
    const warn = [text('report.too_many_today', { most: limits.reportsPerDay, phone: desk.phone })]
    return stay({ draft: { ...draft, detail: undefined }, warn })
  }
  return { ...receipt(result), ...gone(draft, result.report, ctx) }
}

/** The answer to `follow`. */
export function joined(draft: Draft, answer: Json, ctx: Ctx): Move {
  const result = resultOf('follow', answer)
  if (!result.ok) return stay({ draft: { ...draft, detail: undefined }, say: [text('nearby.closed')] })
  const { report } = result
  const passed = descriptionOf(draft) !== '' || contentOf(draft).attachments.length > 0
  return {
    say: [
      {
        body: [text('nearby.joined', { number: report }), ...(passed ? [text('nearby.passed')] : [])],
        about: report,
      },
    ],
    end: true,
    ...gone(draft, report, ctx),
  }
}

/** What still comes of the draft (an album's rest, a correction) belongs to the report that it became or joined. */
const gone = (draft: Draft, report: ReportId, { memory }: Ctx): Pick<Move, 'effects' | 'remember'> => ({
  effects: [effect('forget_draft', null)],
  remember: {
    albums: Object.fromEntries(
      Object.entries((memory.albums ?? {}) as Record<string, Json>).map(([album, part]) => [
        album,
        part === 'draft' ? report : part,
      ]),
    ),
    sent: { report, messages: messagesOf(draft) },
  },
})

/** The report that a message became part of, when it was the last one sent. */
export function sentIn(memory: Ctx['memory'], message: ExternalId): ReportId | undefined {
  const sent = memory.sent as { report: ReportId; messages: ExternalId[] } | undefined
  return sent?.messages.includes(message) ? sent.report : undefined
}

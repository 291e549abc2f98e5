import type { Ctx, Dialog, DialogEvent, Move } from '../dialog/dialog.js'
import { MINUTE } from '../kernel/clock.js'
import { plainAnswerOf } from '../kernel/plain-answer.js'
import { text } from '../kernel/text.js'
import { asJson, type Draft, emptyDraft, hasContent, missing, PARTS, type Part } from './draft.js'
import { effect, resultOf } from './effects.js'
import { enoughWords } from './enough-words.js'
import { placeFromPoint } from './place.js'
import { plainly } from './plain-answers.js'
import { asking, left, stay, thrownAway } from './report-change.js'
import { chosen } from './report-choices.js'
import { nudged, sentMedia } from './report-media.js'
import { questionFor } from './report-questions.js'
import { joined, sentIn, submitted } from './report-sending.js'
import { edited, typed } from './report-typed.js'

/** The citizen's conversation: one question at a time, anything in any order, nothing typed is lost. */
export const reportDialog: Dialog = {
  name: 'report',

  question: (state, ctx) => questionFor(state as unknown as Draft, ctx),

  handle(state, event, ctx): Move | null {
    const move = react(state as unknown as Draft, event, ctx)
    const next = move && watched(lookAround(enoughWords(move)), event, ctx)
    return next && swept(state as unknown as Draft, next, event)
  },
}

function react(draft: Draft, event: DialogEvent, ctx: Ctx): Move | null {
  switch (event.type) {
    case 'choice':
      return chosen(draft, event.id, ctx)
    case 'text': {
      const answer = plainAnswerOf(event.text)
      return answer ? plainly(draft, answer, ctx) : stay(typed(draft, event, ctx))
    }
    case 'location':
      return stay(placeFromPoint(draft, event.point, event.label, ctx))
    case 'media':
      return sentMedia(draft, event, ctx)
    case 'edited': {
      const change = edited(draft, event, ctx)
      if (change) return stay(change)
      // What was sent already is another's to correct.
      return sentIn(ctx.memory, event.message) ? null : { say: [{ body: [text('report.edit_missed')] }] }
    }
    case 'back':
      return back(draft)
    case 'cancel':
      if (!hasContent(draft)) return left
      return draft.detail?.ask === 'leaving'
        ? thrownAway
        : stay({ draft: { ...draft, detail: { ask: 'leaving' } } })
    case 'done':
      return answered(draft, event, ctx)
    case 'nudge':
      return nudged(draft, event, ctx)
    case 'command':
    case 'contact':
    case 'unsupported':
      return null
    default:
      return event satisfies never
  }
}

/** What was taken out of the draft, or thrown away or forgotten with it, is not kept; what was sent is the report's. */
function swept(before: Draft, move: Move, { type }: DialogEvent): Move {
  const after = move.state as unknown as Draft | undefined
  if (type === 'done' || (!move.end && !after)) return move
  const kept = new Set(move.end || !after ? [] : filesOf(after))
  const files = filesOf(before).filter((file) => !kept.has(file))
  if (files.length === 0) return move
  return { ...move, effects: [...(move.effects ?? []), effect('drop_files', { files })] }
}

const filesOf = ({ photos, voices }: Draft) => [...photos, ...voices]

/** Events nearer to one another than this do not move the draft's end anew. */
const WATCH_AGAIN_MS = 10 * MINUTE

/** The seven days count from the last word, not from the first. */
function watched(move: Move, { type }: DialogEvent, { world: { now } }: Ctx): Move {
  const draft = move.state as unknown as Draft | undefined
  const isPersons = type !== 'nudge' && type !== 'done'
  if (move.end || !draft || !isPersons) return move
  const before = draft.watchedAt === undefined ? 0 : Date.parse(draft.watchedAt)
  if (now.getTime() - before < WATCH_AGAIN_MS) return move
  return {
    ...move,
    state: asJson({ ...draft, watchedAt: now.toISOString() }),
    effects: [...(move.effects ?? []), effect('rewatch_draft', null)],
  }
}

/** Begins a draft with whatever the person sent first. */
export const beginReport = (draft: Draft = emptyDraft): Pick<Move, 'begin' | 'effects'> => ({
  begin: { dialog: reportDialog.name, state: asJson(draft) },
  effects: [effect('watch_draft', null)],
})

/** A draft that is ready to be checked: did others report the same? Looked for once for each kind and place. */
function lookAround(move: Move): Move {
  const draft = move.state as unknown as Draft | undefined
  if (move.end || !draft || draft.detail || missing(draft) || !draft.category || !draft.place) return move
  const { category, place } = draft
  const lookedFor = JSON.stringify([category, place.line, place.point])
  if (draft.lookedFor === lookedFor) return move
  return {
    ...move,
    state: asJson({ ...draft, lookedFor, detail: { ask: 'waiting' } }),
    effects: [...(move.effects ?? []), effect('find_nearby', { category, place }, 'find_nearby')],
  }
}

function answered(
  draft: Draft,
  { ref, result }: Extract<DialogEvent, { type: 'done' }>,
  ctx: Ctx,
): Move | null {
  if (ref === 'submit') return submitted(draft, result, ctx)
  if (ref === 'find_nearby') {
    const found = resultOf('find_nearby', result).reports
    return stay({ draft: { ...draft, detail: found.length > 0 ? { ask: 'nearby', found } : undefined } })
  }
  return ref === 'follow' ? joined(draft, result, ctx) : null
}

/** To the question before, step by step; from the first one there is nothing to go back to. */
function back(draft: Draft): Move {
  const { detail } = draft
  if (detail?.ask === 'category') return stay({ draft: { ...draft, detail: { ask: 'group' } } })
  // From the card the place is only changed: back is the card again.
  if (detail?.ask === 'number')
    return stay({ draft: { ...draft, detail: missing(draft) ? walkedTo('place') : asking('place') } })
  const walked = detail?.ask === 'part' || detail?.ask === 'group' ? detail.walked : undefined
  if (detail && !walked) return stay({ draft: { ...draft, detail: undefined } })
  const part = detail ? askedNow(detail) : missing(draft)
  const before = part ? PARTS[PARTS.indexOf(part) - 1] : PARTS.at(-1)
  if (!before) return stay({ draft, say: [text('report.nothing_before')] })
  return stay({ draft: { ...draft, detail: walkedTo(before) } })
}

const askedNow = (detail: NonNullable<Draft['detail']>): Part =>
  detail.ask === 'part' ? detail.part : 'category'

const walkedTo = (part: Part): Draft['detail'] =>
  part === 'category' ? { ask: 'group', walked: true } : { ask: 'part', part, walked: true }

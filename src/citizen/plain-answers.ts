import type { Ctx, Move } from '../dialog/dialog.js'
import { OTHER } from '../domain/category.js'
import type { PlainAnswer } from '../kernel/plain-answer.js'
import { text } from '../kernel/text.js'
import type { Draft } from './draft.js'
import { again, askedFor, stay } from './report-change.js'
import { chosen } from './report-choices.js'
import { questionFor, SUGGESTED } from './report-questions.js'

/** The options that mean it, wherever one of them is offered. */
const OPTIONS: Record<PlainAnswer, readonly string[]> = {
  yes: ['send', 'photos_done', 'gps_yes', 'throw_away'],
  no: [
    'no_photos',
    'photos_done',
    'no_number',
    'not_same',
    'gps_no',
    'go_on',
    'no_words',
    'as_typed',
    'other_groups',
  ],
  unknown: ['no_photos', 'photos_done', 'no_number', 'not_same', 'gps_no', 'go_on', 'no_words', 'as_typed'],
}

/** One of what was found: where it is the only one, "yes" means it. */
const FOUND = /^(?:s|same_)\d+$/

/** A bare answer is never data: it is what the open question makes of it, or the question is put again. */
export function plainly(draft: Draft, answer: PlainAnswer, ctx: Ctx): Move {
  const ids = questionFor(draft, ctx)?.options.map(({ id }) => id) ?? []
  const [only, ...others] = ids.filter((id) => FOUND.test(id))
  const id =
    OPTIONS[answer].find((one) => ids.includes(one)) ??
    (answer === 'yes' && others.length === 0 ? only : undefined) ??
    (answer === 'unknown' && asksForCategory(draft) ? `${SUGGESTED}${OTHER}` : undefined)
  const move = id === undefined ? null : chosen(draft, id, ctx)
  if (move) return move
  return stay(ids.includes('send') ? { draft, say: [text('report.ask_change')] } : again(draft))
}

const asksForCategory = (draft: Draft): boolean =>
  askedFor(draft) === 'category' || draft.detail?.ask === 'group' || draft.detail?.ask === 'category'

import type { Ctx, Move } from '../dialog/dialog.js'
import { OTHER } from '../domain/category.js'
import { text } from '../kernel/text.js'
import { fold } from '../kernel/words.js'
import type { Draft } from './draft.js'
import { again, askedFor, stay } from './report-change.js'
import { chosen } from './report-choices.js'
import { questionFor, SUGGESTED } from './report-questions.js'

/** A yes, a no or an "I don't know", and nothing else beside it. */
export type PlainAnswer = 'yes' | 'no' | 'unknown'

const WORDS: Record<PlainAnswer, string> = {
  yes:
    'si, si si, si grazie, certo, ok, ok grazie, okay, va bene, va bene grazie, va bene cosi, tutto bene, tutto ok, giusto, ' +
    'esatto, perfetto, y, yes, yes please, yep, yeah, sure, fine, all right, right, correct, that is right',
  no: 'n, no, no no, no grazie, nope, nessuno, nessuna, niente, nulla, non c e, non ce l ho, no thanks, no thank you, none, nothing, nothing else',
  unknown:
    'non so, non lo so, non saprei, non ricordo, non mi ricordo, non ne ho idea, boh, i do not know, do not know, ' +
    'i don t know, i dont know, don t know, dont know, no idea, dunno, not sure, i am not sure',
}

const MEANING = new Map(
  Object.entries(WORDS).flatMap(([answer, words]) =>
    words.split(', ').map((one) => [one, answer as PlainAnswer] as const),
  ),
)

export const plainAnswerOf = (words: string): PlainAnswer | undefined => MEANING.get(fold(words))

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

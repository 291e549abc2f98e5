import type { Move } from '../dialog/dialog.js'
import { type Text, text } from '../kernel/text.js'
import { cut } from '../messaging/lengths.js'
import { asJson, type Draft, descriptionOf } from './draft.js'

/** UTF-16 units of a description, or of one addition: 4,096 emoji fit, of which some are four. */
export const MOST_CHARACTERS = 20_000

const kept: Text = text('report.words_enough')

/** What is added to a report that was sent: its beginning where it is too long, and then what is said about it. */
export const shortened = (words: string): { readonly words: string; readonly say: readonly Text[] } => ({
  words: cut(words, MOST_CHARACTERS),
  say: words.length > MOST_CHARACTERS ? [kept] : [],
})

/** A draft with more words than a report holds keeps the first of them, and the person is told. */
export function enoughWords(move: Move): Move {
  const draft = move.state as unknown as Draft | undefined
  if (move.end || !draft || descriptionOf(draft).length <= MOST_CHARACTERS) return move
  let room = MOST_CHARACTERS
  const said = draft.said.flatMap((one) => {
    const words = cut(one.text, room)
    room -= words.length + 1
    return words ? [{ ...one, text: words }] : []
  })
  return {
    ...move,
    state: asJson({ ...draft, said }),
    say: [...(move.say ?? []), { body: [kept], leads: true }],
  }
}

import type { Ctx, Move } from '../dialog/dialog.js'
import { findCategory } from '../domain/town.js'
import type { CategoryCode } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { type Draft, PARTS } from './draft.js'
import { placeAsTyped, placeFromPoint, streetChosen, together, triedBefore } from './place.js'
import { asking, type Change, stay, thrownAway, warned } from './report-change.js'
import { SUGGESTED } from './report-questions.js'
import { join, send } from './report-sending.js'

/** One of the options of the open question, pressed or typed. Null: no such option. */
export function chosen(draft: Draft, id: string, ctx: Ctx): Move | null {
  const { detail } = draft
  const without = { ...draft, detail: undefined }
  const { groups } = ctx.world.town
  const group = groups.find(({ code }) => code === id)
  if (group) {
    const only = group.categories.length === 1 ? group.categories[0] : undefined
    return only
      ? stay(categoryChosen(without, only.code, ctx))
      : stay({ draft: { ...draft, detail: { ask: 'category', group: id } } })
  }
  if (id.startsWith(SUGGESTED))
    return stay(categoryChosen(without, id.slice(SUGGESTED.length) as CategoryCode, ctx))
  if (detail?.ask === 'street') {
    const match = detail.matches[Number(id.slice(1))]
    if (id === 'as_typed') return stay(placeAsTyped(without, together(triedBefore(draft), detail.words)))
    if (match) return stay(streetChosen(without, match, detail.words, ctx))
  }
  if (detail?.ask === 'nearby') {
    const same = detail.found.find((one) => id === `same_${one.id}`)
    if (same) return join(draft, same.id)
  }
  switch (id) {
    case 'other_groups':
      return stay({ draft: { ...draft, detail: { ask: 'group' } } })
    case 'no_photos':
    case 'photos_done':
      return stay({ draft: { ...without, photosDone: true } })
    case 'photos_clear':
      return stay({
        draft: { ...draft, photos: [], tooManySaid: undefined },
        say: [text('report.photos_cleared')],
      })
    case 'words_clear':
      return stay({
        draft: { ...draft, said: [], noWords: undefined, detail: asking('description') },
        say: [text('report.words_cleared')],
      })
    case 'voices_clear':
      return stay({ draft: { ...draft, voices: [] }, say: [text('report.voices_cleared')] })
    case 'no_words':
      return stay({ draft: { ...without, noWords: true } })
    case 'no_number':
    case 'not_same':
    case 'gps_no':
    case 'go_on':
      return stay({ draft: without })
    case 'gps_yes':
      return detail?.ask === 'gps' ? stay(placeFromPoint(without, detail.point, undefined, ctx)) : null
    case 'throw_away':
      return thrownAway
    case 'send':
      return send(draft)
    default: {
      const part = PARTS.find((one) => id === `change_${one}`)
      return part ? stay({ draft: { ...draft, detail: asking(part) } }) : null
    }
  }
}

function categoryChosen(draft: Draft, code: CategoryCode, { world: { town } }: Ctx): Change {
  const category = findCategory(town, code)
  if (!category)
    return { draft: { ...draft, detail: { ask: 'group' } }, say: [text('report.unknown_category')] }
  return warned({ draft: { ...draft, category: code } }, category.danger, town)
}

import type { Ctx, DialogEvent } from '../dialog/dialog.js'
import type { StreetMatch } from '../dialog/world.js'
import type { ExternalId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { type Draft, withEdit, withWords } from './draft.js'
import {
  addressIn,
  described,
  houseNumberTaken,
  isOnlyAddress,
  type Placed,
  placeFromWords,
  streetTaken,
} from './place.js'
import { again, askedFor, type Change, noted, warnedBy } from './report-change.js'
import { isThanks } from './words.js'

/** A place or a house number where one is asked for; everywhere else it belongs to the description. */
export function typed(draft: Draft, event: Extract<DialogEvent, { type: 'text' }>, ctx: Ctx): Change {
  if (!event.text.trim()) return { draft, say: [text('report.empty')] }
  if (isThanks(event.text)) return again(draft)
  return warnedBy(event.text, taken(draft, event.text, ctx), ctx.world.town)
}

function taken(draft: Draft, words: string, ctx: Ctx): Change {
  const { message } = ctx.envelope
  const asked = askedFor(draft)
  if (draft.detail?.ask === 'number') {
    return houseNumberTaken({ ...draft, placeFrom: { ...draft.placeFrom, number: message } }, words, ctx)
  }
  if (asked === 'place' || draft.detail?.ask === 'street') return placeTyped(draft, words, ctx, message)
  // "99" where a list is open is a slip of the finger, no description.
  if (/^\s*\d{1,3}\s*$/.test(words) && asked !== 'description')
    return { draft, say: [text('report.not_in_list', { number: words.trim() })] }
  const address = asked === 'category' && !draft.place ? addressIn(words, ctx) : undefined
  if (address) return addressed({ ...draft, placeFrom: { words: message } }, words, address)
  const described = withWords(draft, words, message)
  if (asked === 'description') return { draft: { ...described, detail: undefined } }
  return {
    draft: asked === 'photos' ? { ...described, photosDone: true, detail: undefined } : described,
    say: [noted(draft)],
  }
}

const placeTyped = (draft: Draft, words: string, ctx: Ctx, message: ExternalId | undefined): Placed =>
  placeFromWords({ ...draft, detail: undefined, placeFrom: { words: message } }, words, ctx)

/** "Buca in via Roma 12", before anything was asked: the place is known already, what else was said is the problem. */
const addressed = (draft: Draft, words: string, address: StreetMatch): Placed =>
  isOnlyAddress(words, address)
    ? streetTaken(draft, address)
    : described(draft, words, (more) => streetTaken(more, address))

/** The words beside a file: they belong to the description, and name the place where an address stands in them. */
export function captioned(draft: Draft, caption: string, ctx: Ctx): Placed {
  const { message } = ctx.envelope
  const asked = askedFor(draft)
  const open = !draft.place && (asked === 'category' || asked === 'place')
  const address = open ? addressIn(caption, ctx) : undefined
  const said = address && isOnlyAddress(caption, address) ? draft : withWords(draft, caption, message)
  return address ? streetTaken({ ...said, placeFrom: { words: message } }, address) : { draft: said, say: [] }
}

/** A message was changed: the parts that came from it change with it. Undefined: nothing came from it. */
export function edited(
  draft: Draft,
  { message, text: words }: Extract<DialogEvent, { type: 'edited' }>,
  ctx: Ctx,
): Change | undefined {
  const said = withEdit(draft, message, words)
  const change: Change | null = editedPlace(said ?? draft, message, words, ctx) ?? (said && { draft: said })
  if (!change) return undefined
  const corrected = said ? [text('report.edited')] : []
  return warnedBy(words, { ...change, say: [...corrected, ...(change.say ?? [])] }, ctx.world.town)
}

function editedPlace(draft: Draft, message: ExternalId, words: string, ctx: Ctx): Placed | undefined {
  const { place, placeFrom } = draft
  if (!words.trim()) return undefined
  if (placeFrom?.number === message && place?.street) {
    return houseNumberTaken({ ...draft, place: { ...place, line: place.street } }, words, ctx)
  }
  if (placeFrom?.words !== message) return undefined
  // What it says about the problem comes anew with it.
  const said = draft.said.filter((one) => one.message !== message)
  const placeWords = place ? draft.placeWords : draft.placeWords && ''
  return placeTyped({ ...draft, said, placeWords }, words, ctx, message)
}

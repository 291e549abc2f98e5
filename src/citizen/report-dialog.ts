import type { Ctx, Dialog, DialogEvent, Effect, Move } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { StreetMatch } from '../dialog/world.js'
import { looksDangerous } from '../domain/danger.js'
import { findCategory } from '../domain/town.js'
import type { CategoryCode } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import { albumOf, rememberAlbum } from './albums.js'
import {
  asJson,
  type Draft,
  descriptionOf,
  emptyDraft,
  hasContent,
  missing,
  PARTS,
  type Part,
  withEdit,
  withWords,
} from './draft.js'
import { effect, resultOf } from './effects.js'
import {
  addressIn,
  houseNumberTaken,
  isOnlyAddress,
  type Placed,
  placeAsTyped,
  placeFromPoint,
  placeFromWords,
  streetTaken,
} from './place.js'
import { receipt } from './receipt.js'
import { questionFor, SUGGESTED } from './report-questions.js'
import { usableAs } from './sent-file.js'
import { isThanks } from './words.js'

/** A draft after an event, and what is said before the next question. */
interface Change {
  readonly draft: Draft
  readonly say?: readonly Text[]
  readonly effects?: readonly Effect[]
  readonly quiet?: boolean
  readonly remember?: Move['remember']
}

/** The citizen's conversation: one question at a time, anything in any order, nothing typed is lost. */
export const reportDialog: Dialog = {
  name: 'report',

  question: (state, ctx) => questionFor(state as unknown as Draft, ctx),

  handle(state, event, ctx): Move | null {
    const move = react(state as unknown as Draft, event, ctx)
    return move && lookAround(move)
  },
}

function react(draft: Draft, event: DialogEvent, ctx: Ctx): Move | null {
  switch (event.type) {
    case 'choice':
      return chosen(draft, event.id, ctx)
    case 'text':
      return stay(typed(draft, event, ctx))
    case 'location':
      return stay(placed(placeFromPoint(draft, event.point, event.label, ctx)))
    case 'media':
      return sentMedia(draft, event, ctx)
    case 'edited': {
      const edited = withEdit(draft, event.message, event.text)
      const { town } = ctx.world
      const change = edited && { draft: edited, say: [text('report.edited')] }
      return change && stay(warned(change, looksDangerous(town, event.text), town.onCallPhone))
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

/** Begins a draft with whatever the person sent first. */
export const beginReport = (draft: Draft = emptyDraft): Pick<Move, 'begin' | 'effects'> => ({
  begin: { dialog: reportDialog.name, state: asJson(draft) },
  effects: [effect('watch_draft', null)],
})

const stay = ({ draft, say, ...rest }: Change): Move => ({
  ...rest,
  state: asJson(draft),
  say: say && say.length > 0 ? [{ body: say }] : undefined,
})

const placed = ({ draft, say }: Placed): Change => ({ draft, say })

const thrownAway: Move = {
  say: [{ body: [text('report.thrown_away')] }],
  effects: [effect('forget_draft', null)],
  end: true,
}

/** There was nothing to throw away. */
const left: Move = { ...thrownAway, say: [{ body: [text('menu.bye')] }] }

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
  if (ref !== 'follow') return null
  const joined = resultOf('follow', result)
  if (!joined.ok) return stay({ draft: { ...draft, detail: undefined }, say: [text('nearby.closed')] })
  return {
    say: [{ body: [text('nearby.joined', { number: joined.report })], about: joined.report }],
    effects: [effect('forget_draft', null)],
    end: true,
  }
}

function chosen(draft: Draft, id: string, ctx: Ctx): Move | null {
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
    if (id !== 'as_typed' && match) return stay(placed(streetTaken(without, match)))
  }
  if (detail?.ask === 'nearby') {
    const same = detail.found.find((one) => id === `same_${one.id}`)
    if (same)
      return {
        state: asJson({ ...draft, detail: { ask: 'waiting' } }),
        effects: [effect('follow', { report: same.id }, 'follow')],
      }
  }
  switch (id) {
    case 'other_groups':
      return stay({ draft: { ...draft, detail: { ask: 'group' } } })
    case 'as_typed':
      return stay(placed(placeAsTyped(without, detail?.ask === 'street' ? detail.words : '')))
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
      return detail?.ask === 'gps'
        ? stay(placed(placeFromPoint(without, detail.point, undefined, ctx)))
        : null
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

const asking = (part: Part): Draft['detail'] =>
  part === 'category' ? { ask: 'group' } : { ask: 'part', part }

function categoryChosen(draft: Draft, code: CategoryCode, { world }: Ctx): Change {
  const category = findCategory(world.town, code)
  if (!category)
    return { draft: { ...draft, detail: { ask: 'group' } }, say: [text('report.unknown_category')] }
  return warned({ draft: { ...draft, category: code } }, category.danger, world.town.onCallPhone)
}

/** Danger is named once, before anything else. */
function warned(change: Change, danger: boolean, phone: string): Change {
  if (!danger || change.draft.urgent) return change
  return {
    ...change,
    draft: { ...change.draft, urgent: true },
    say: [text('danger.call_112', { phone }), ...(change.say ?? [])],
  }
}

/** The part that the open question is about, if it is about one. */
const askedFor = (draft: Draft): Part | undefined =>
  draft.detail?.ask === 'part' ? draft.detail.part : draft.detail ? undefined : missing(draft)

/** A place or a house number where one is asked for; everywhere else it belongs to the description. */
function typed(draft: Draft, event: Extract<DialogEvent, { type: 'text' }>, ctx: Ctx): Change {
  const { town } = ctx.world
  if (!event.text.trim()) return { draft, say: [text('report.empty')] }
  if (isThanks(event.text)) return { draft, say: [text('citizen.we_were_here')] }
  const danger = looksDangerous(town, event.text)
  const asked = askedFor(draft)
  if (draft.detail?.ask === 'number')
    return warned(placed(houseNumberTaken(draft, event.text, ctx)), danger, town.onCallPhone)
  if (asked === 'place' || draft.detail?.ask === 'street') {
    return warned(
      placed(placeFromWords({ ...draft, detail: undefined }, event.text, ctx)),
      danger,
      town.onCallPhone,
    )
  }
  // "99" where a list is open is a slip of the finger, no description.
  if (/^\s*\d{1,3}\s*$/.test(event.text) && asked !== 'description')
    return { draft, say: [text('report.not_in_list', { number: event.text.trim() })] }
  const address = asked === 'category' && !draft.place ? addressIn(event.text, ctx) : undefined
  if (address) return warned(addressed(draft, event.text, address, ctx), danger, town.onCallPhone)
  const words = withWords(draft, event.text, ctx.envelope.message)
  const change: Change =
    asked === 'description'
      ? { draft: { ...words, detail: undefined } }
      : {
          draft: asked === 'photos' ? { ...words, photosDone: true, detail: undefined } : words,
          say: [noted(draft)],
        }
  return warned(change, danger, town.onCallPhone)
}

const noted = ({ said }: Draft): Text => text(said.length > 0 ? 'report.words_added' : 'report.words_noted')

/** "Buca in via Roma 12", before anything was asked: the place is known already, what else was said is the problem. */
function addressed(draft: Draft, words: string, address: StreetMatch, ctx: Ctx): Change {
  if (isOnlyAddress(words, address)) return placed(streetTaken(draft, address))
  const { draft: found, say } = placed(streetTaken(withWords(draft, words, ctx.envelope.message), address))
  return { draft: found, say: [noted(draft), ...(say ?? [])] }
}

function sentMedia(draft: Draft, event: Extract<DialogEvent, { type: 'media' }>, ctx: Ctx): Move | null {
  const use = usableAs(event)
  if (use !== 'photo') return use ? stay(sentVoice(draft, event, ctx)) : null
  const { town } = ctx.world
  const words = withWords(draft, event.caption ?? '', ctx.envelope.message)
  const danger = looksDangerous(town, event.caption ?? '')
  const inAlbum = event.album !== undefined && albumOf(ctx.memory, event.album) === 'draft'
  const remember = event.album === undefined ? undefined : rememberAlbum(ctx.memory, event.album, 'draft')
  if (draft.photos.length >= town.limits.photosPerReport) {
    // The rest of an album comes silently; a photo by itself gets its answer each time.
    const again = inAlbum && draft.tooManySaid === true
    const most = town.limits.photosPerReport
    return stay(
      warned(
        {
          draft: { ...words, tooManySaid: true },
          say: again ? [] : [text('report.photos_enough', { most })],
          remember,
          quiet: again && !danger,
        },
        danger,
        town.onCallPhone,
      ),
    )
  }
  const asked = askedFor(draft)
  const change: Change = {
    draft: {
      ...words,
      photos: [...draft.photos, event.attachment],
      // Photos that come by themselves answer the question before it is asked.
      photosDone: draft.photosDone ?? (asked === 'photos' ? undefined : true),
    },
    say: asked === 'photos' || inAlbum ? [] : [text('report.photo_added')],
    effects: [effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref })],
    remember,
    quiet: inAlbum && !danger,
  }
  return stay(warned(change, danger, town.onCallPhone))
}

const MOST_VOICES = 3

/** A voice message counts as the description; whoever sends one where photos are asked for has none to send. */
function sentVoice(draft: Draft, event: Extract<DialogEvent, { type: 'media' }>, ctx: Ctx): Change {
  const { town } = ctx.world
  const caption = event.caption ?? ''
  const words = withWords(draft, caption, ctx.envelope.message)
  const asked = askedFor(draft)
  const heard = {
    ...words,
    voices: [...draft.voices, event.attachment],
    ...(asked === 'photos' && { photosDone: true }),
    ...((asked === 'photos' || asked === 'description') && { detail: undefined }),
  }
  const change: Change =
    draft.voices.length < MOST_VOICES
      ? {
          draft: heard,
          say: [text('report.voice_added')],
          effects: [effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref })],
        }
      : { draft: words, say: [text('report.voices_enough', { most: MOST_VOICES })] }
  return warned(change, looksDangerous(town, caption), town.onCallPhone)
}

/** To the question before; from the first one there is nothing to go back to. */
function back(draft: Draft): Move {
  const { detail } = draft
  if (detail?.ask === 'category') return stay({ draft: { ...draft, detail: { ask: 'group' } } })
  if (detail?.ask === 'number') return stay({ draft: { ...draft, detail: asking('place') } })
  if (detail) return stay({ draft: { ...draft, detail: undefined } })
  const part = missing(draft)
  const before = part ? PARTS[PARTS.indexOf(part) - 1] : PARTS.at(-1)
  if (!before) return stay({ draft, say: [text('report.nothing_before')] })
  return stay({ draft: { ...draft, detail: asking(before) } })
}

function send(draft: Draft): Move {
  const { category, place, photos, voices, urgent = false } = draft
  if (!category || !place || missing(draft)) return stay({ draft: { ...draft, detail: undefined } })
  const attachments = [...photos, ...voices]
  const input = { category, place, description: descriptionOf(draft), attachments, urgent }
  return {
    state: asJson({ ...draft, detail: { ask: 'waiting' } }),
    effects: [effect('submit', input, 'submit')],
  }
}

function submitted(draft: Draft, answer: Json, ctx: Ctx): Move {
  const result = resultOf('submit', answer)
  if (!result.ok && result.why === 'unknown-category') {
    return stay({
      draft: { ...draft, category: undefined, detail: undefined },
      say: [text('report.unknown_category')],
    })
  }
  if (!result.ok) {
    const { desk, limits } = ctx.world.town
    const say = [text('report.too_many_today', { most: limits.reportsPerDay, phone: desk.phone })]
    return stay({ draft: { ...draft, detail: undefined }, say })
  }
  return {
    ...receipt(result),
    effects: [effect('forget_draft', null)],
    remember: {
      albums: reassigned(ctx.memory, result.report),
      sent: { report: result.report, messages: draft.said.flatMap(({ message }) => message ?? []) },
    },
  }
}

/** What still comes of a draft's album belongs to the report that it became. */
function reassigned(memory: Ctx['memory'], report: number): Json {
  const albums = (memory.albums ?? {}) as Record<string, Json>
  return Object.fromEntries(
    Object.entries(albums).map(([album, part]) => [album, part === 'draft' ? report : part]),
  )
}

function nudged(
  draft: Draft,
  { kind, payload }: Extract<DialogEvent, { type: 'nudge' }>,
  ctx: Ctx,
): Move | null {
  if (kind === 'draft_reminder') return stay({ draft, say: [text('report.reminder')] })
  if (kind === 'draft_end') return { say: [{ body: [text('report.draft_ended')] }], end: true }
  if (kind !== 'media') return null
  const media = payload as unknown as MediaNews
  const isVoice = draft.voices.includes(media.attachment)
  if (!isVoice && !draft.photos.includes(media.attachment)) return null
  if (!media.ok) {
    const without = (files: Draft['photos']) => files.filter((id) => id !== media.attachment)
    return stay({
      draft: { ...draft, photos: without(draft.photos), voices: without(draft.voices) },
      say: [text(isVoice ? 'report.voice_failed' : 'report.photo_failed')],
    })
  }
  const { gps } = media
  if (!gps || draft.place || draft.detail || !ctx.world.places.contains(gps)) return { quiet: true }
  return stay({ draft: { ...draft, detail: { ask: 'gps', point: gps } } })
}

/** What the examination of a file found. JSON. */
export interface MediaNews {
  readonly attachment: Draft['photos'][number]
  readonly ok: boolean
  readonly gps?: { readonly lat: number; readonly lon: number }
}

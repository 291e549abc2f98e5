import type { Ctx, DialogEvent, Move } from '../dialog/dialog.js'
import { text } from '../kernel/text.js'
import type { MediaKind } from '../messaging/inbound.js'
import { albumOf, rememberAlbum } from './albums.js'
import type { Draft } from './draft.js'
import { effect } from './effects.js'
import { askedFor, type Change, stay, warnedBy } from './report-change.js'
import { captioned } from './report-typed.js'
import { failureOf, usableAs } from './sent-file.js'

/** A photo or a voice message. Null: a file of another kind. */
export function sentMedia(
  draft: Draft,
  event: Extract<DialogEvent, { type: 'media' }>,
  ctx: Ctx,
): Move | null {
  const use = usableAs(event)
  if (use !== 'photo') return use ? stay(sentVoice(draft, event, ctx)) : null
  const { town } = ctx.world
  const caption = event.caption ?? ''
  const { draft: words, say: placed } = captioned(draft, caption, ctx)
  const inAlbum = event.album !== undefined && albumOf(ctx.memory, event.album) === 'draft'
  const remember = event.album === undefined ? undefined : rememberAlbum(ctx.memory, event.album, 'draft')
  if (draft.photos.length >= town.limits.photosPerReport) {
    // The rest of an album comes silently; a photo by itself gets its answer each time.
    const again = inAlbum && draft.tooManySaid === true
    const most = town.limits.photosPerReport
    return stay(
      warnedBy(
        caption,
        {
          draft: { ...words, tooManySaid: true },
          say: [...placed, ...(again ? [] : [text('report.photos_enough', { most })])],
          remember,
          quiet: again && placed.length === 0,
        },
        town,
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
    say: [...(asked === 'photos' || inAlbum ? [] : [text('report.photo_added')]), ...placed],
    effects: [effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref })],
    remember,
    quiet: inAlbum && placed.length === 0,
  }
  return stay(warnedBy(caption, change, town))
}

const MOST_VOICES = 3

/** A voice message counts as the description; whoever sends one where photos are asked for has none to send. */
function sentVoice(draft: Draft, event: Extract<DialogEvent, { type: 'media' }>, ctx: Ctx): Change {
  const { town } = ctx.world
  const caption = event.caption ?? ''
  const { draft: words, say: placed } = captioned(draft, caption, ctx)
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
          say: [text('report.voice_added'), ...placed],
          effects: [effect('keep_media', { id: event.attachment, kind: event.kind, ref: event.ref })],
        }
      : { draft: words, say: [text('report.voices_enough', { most: MOST_VOICES }), ...placed] }
  return warnedBy(caption, change, town)
}

/** A timer that fired, or a file that was examined. Null: none of this draft's. */
export function nudged(
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
      say: [text(failureOf(isVoice ? 'voice' : media.kind).draft)],
    })
  }
  const { gps } = media
  if (!gps || draft.place || draft.detail || !ctx.world.places.contains(gps)) return { quiet: true }
  return stay({ draft: { ...draft, detail: { ask: 'gps', point: gps } } })
}

/** What the examination of a file found. JSON. */
export interface MediaNews {
  readonly attachment: Draft['photos'][number]
  readonly kind: MediaKind
  readonly ok: boolean
  readonly gps?: { readonly lat: number; readonly lon: number }
}

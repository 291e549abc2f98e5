import type { Ctx, Option, Question } from '../dialog/dialog.js'
import { OTHER } from '../domain/category.js'
import { suggestCategories } from '../domain/suggest-category.js'
import { findCategory } from '../domain/town.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { cut } from '../messaging/lengths.js'
import { type Draft, descriptionOf, isDescribed, missing, type Part } from './draft.js'

/** UTF-16 units of a long description that the check card repeats; the report keeps it whole. */
const WORDS_SHOWN = 1_000

/** Candidates are marked so that they cannot be taken for groups. */
export const SUGGESTED = 'c-'

/** What is asked of a draft now. */
export function questionFor(draft: Draft, ctx: Ctx): Question | null {
  const { detail } = draft
  switch (detail?.ask) {
    case 'waiting':
      return null
    case 'nearby':
      return {
        body: [text('nearby.ask')],
        options: [
          ...detail.found.map(({ id, place, submittedAt }) => ({
            id: `same_${id}`,
            label: text('nearby.line', {
              number: id,
              place: verbatim(place),
              date: { at: submittedAt, style: 'date' },
            }),
          })),
          { id: 'not_same', label: text('nearby.none') },
        ],
        ways: ['back', 'cancel'],
      }
    case 'group':
      return groupQuestion(draft, ctx)
    case 'category':
      return categoryQuestion(detail.group, ctx)
    case 'street':
      return {
        body: [text(detail.matches.length > 1 ? 'report.ask_street' : 'report.ask_this_street')],
        options: [
          ...detail.matches.map(({ street, houseNumber }, index) => ({
            id: `s${index}`,
            label: verbatim(houseNumber ? `${street} ${houseNumber}` : street),
          })),
          { id: 'as_typed', label: text('report.keep_words', { words: verbatim(detail.words) }) },
        ],
        ways: ['back', 'cancel'],
      }
    case 'number':
      return {
        body: [text('report.ask_number', { street: verbatim(draft.place?.line ?? '') })],
        // A word, so that it takes no number away from the houses.
        options: [{ id: 'no_number', label: text('report.no_number'), word: text('report.no_number') }],
        ways: ['back', 'cancel'],
      }
    case 'gps':
      return {
        body: [text('report.ask_gps')],
        options: [
          { id: 'gps_yes', label: text('report.gps_yes') },
          { id: 'gps_no', label: text('report.gps_no') },
        ],
      }
    case 'leaving':
      return {
        body: [text('report.ask_leaving')],
        options: [
          { id: 'go_on', label: text('report.go_on') },
          { id: 'throw_away', label: text('report.throw_away') },
        ],
      }
    case 'part':
      return partQuestion(detail.part, draft, ctx)
    case undefined: {
      const part = missing(draft)
      return part ? partQuestion(part, draft, ctx) : checkQuestion(draft, ctx)
    }
    default:
      return detail satisfies never
  }
}

function partQuestion(part: Part, draft: Draft, ctx: Ctx): Question {
  switch (part) {
    case 'category':
      return groupQuestion(draft, ctx)
    case 'place':
      return { body: [text('report.ask_place')], options: [], ask: 'location', ways: ['back', 'cancel'] }
    case 'photos':
      return photosQuestion(draft, ctx)
    case 'description':
      return {
        body: [text(draft.said.length > 0 ? 'report.ask_more_words' : 'report.ask_words')],
        options:
          draft.photos.length > 0 || isDescribed(draft)
            ? [
                { id: 'no_words', label: text('report.no_words') },
                ...(draft.said.length > 0 ? [{ id: 'words_clear', label: text('report.words_clear') }] : []),
                ...(draft.voices.length > 0
                  ? [{ id: 'voices_clear', label: text('report.voices_clear') }]
                  : []),
              ]
            : [],
        ways: ['back', 'cancel'],
      }
    default:
      return part satisfies never
  }
}

/** The three likeliest first, when something was said already. */
function groupQuestion(draft: Draft, { world }: Ctx): Question {
  const likely = draft.said.length > 0 ? suggestCategories(world.town, descriptionOf(draft)) : []
  if (likely.length > 0 && draft.detail?.ask !== 'group') {
    return {
      body: [text('report.ask_likely')],
      options: [
        ...likely.map(({ code, name }) => ({ id: `${SUGGESTED}${code}`, label: { localised: name } })),
        { id: 'other_groups', label: text('report.other_groups') },
      ],
      ways: ['cancel'],
    }
  }
  // Back to what was suggested, or to the card from which the category is changed.
  const canGoBack =
    draft.detail?.ask === 'group' &&
    !draft.detail.walked &&
    (likely.length > 0 || draft.category !== undefined)
  return {
    body: [text('report.ask_group')],
    options: world.town.groups.map(({ code, name, categories }) => ({
      id: code,
      label: { localised: name },
      ...(categories.some((category) => category.code === OTHER) && { everyPage: true as const }),
    })),
    ways: canGoBack ? ['back', 'cancel'] : ['cancel'],
  }
}

function categoryQuestion(groupCode: string, { world }: Ctx): Question {
  const group = world.town.groups.find(({ code }) => code === groupCode)
  return {
    body: [text('report.ask_category')],
    options: (group?.categories ?? []).map(({ code, name }) => ({
      id: `${SUGGESTED}${code}`,
      label: { localised: name },
    })),
    ways: ['back', 'cancel'],
  }
}

function photosQuestion(draft: Draft, { world }: Ctx): Question {
  const category = draft.category && findCategory(world.town, draft.category)
  const count = draft.photos.length
  const most = world.town.limits.photosPerReport
  const body: Text[] = [photosLine(count, most)]
  if (category?.sensitive && count < most) body.push(text('report.no_people'))
  const done: Option =
    count > 0
      ? { id: 'photos_done', label: text('report.photos_done') }
      : { id: 'no_photos', label: text('report.no_photos') }
  const clear: Option[] = count > 0 ? [{ id: 'photos_clear', label: text('report.photos_clear') }] : []
  return { body, options: [done, ...clear], ways: ['back', 'cancel'] }
}

function photosLine(count: number, most: number): Text {
  if (count >= most) return text('report.photos_full', { count })
  return count > 0 ? text('report.photos_so_far', { count }) : text('report.ask_photos', { most })
}

/** A point without an address is no more than that; everything else stands there as it was typed. */
function placeLine({ place }: Draft, { translate, town }: Ctx['world']): Text {
  const pin = text('place.pin')
  if (place?.line === translate(pin, town.locale)) return text('report.check_place', { place: pin })
  const key = place?.point ? 'report.check_place_pin' : 'report.check_place'
  return text(key, { place: verbatim(place?.line ?? '') })
}

/** Everything on one card; each part can be changed. */
function checkQuestion(draft: Draft, { world }: Ctx): Question {
  const category = draft.category && findCategory(world.town, draft.category)
  const words = descriptionOf(draft)
  return {
    body: [
      text('report.check'),
      text('report.check_category', { category: category ? { localised: category.name } : verbatim('') }),
      placeLine(draft, world),
      text(draft.photos.length > 0 ? 'report.check_photos' : 'report.check_no_photos', {
        count: draft.photos.length,
      }),
      ...(draft.voices.length > 0 ? [text('report.check_voices', { count: draft.voices.length })] : []),
      ...(words ? [text('report.check_words', { words: verbatim(cut(words, WORDS_SHOWN)) })] : []),
      ...(isDescribed(draft) ? [] : [text('report.check_no_words')]),
      ...(draft.followUpOf ? [text('report.check_follow_up', { number: draft.followUpOf })] : []),
    ],
    options: [
      { id: 'send', label: text('report.send') },
      { id: 'change_category', label: text('report.change_category'), row: 1 },
      { id: 'change_place', label: text('report.change_place'), row: 1 },
      { id: 'change_photos', label: text('report.change_photos'), row: 2 },
      { id: 'change_description', label: text('report.change_description'), row: 2 },
    ],
    ways: ['cancel'],
  }
}

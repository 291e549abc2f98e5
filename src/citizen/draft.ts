import type { Json } from '../dialog/session.js'
import type { StreetMatch } from '../dialog/world.js'
import type { Place } from '../domain/report.js'
import type { AttachmentId, CategoryCode, ExternalId, ReportId } from '../kernel/ids.js'
import type { Point } from '../messaging/outbound.js'

/** The parts of a report, in the order in which they are asked for. */
export const PARTS = ['category', 'place', 'photos', 'description'] as const
export type Part = (typeof PARTS)[number]

/** What is being asked, beside the parts themselves. */
export type Detail =
  /** `walked`, here and below: reached by going back, and back goes on to what was asked before. */
  | { readonly ask: 'group'; readonly walked?: true }
  | { readonly ask: 'category'; readonly group: string }
  /** Several streets are alike: which one? */
  | { readonly ask: 'street'; readonly matches: readonly StreetMatch[]; readonly words: string }
  /** The street is known, the number is not. */
  | { readonly ask: 'number' }
  /** The picture itself says where it was taken. */
  | { readonly ask: 'gps'; readonly point: Point }
  | { readonly ask: 'part'; readonly part: Part; readonly walked?: true }
  /** Is it one of these, which others reported? */
  | { readonly ask: 'nearby'; readonly found: readonly Nearby[] }
  /** The answer to an effect is on its way, in the same turn. */
  | { readonly ask: 'waiting' }
  | { readonly ask: 'leaving' }

/** What is shown of other people's reports: never their words or pictures. */
export interface Nearby {
  readonly id: ReportId
  readonly place: string
  /** ISO. */
  readonly submittedAt: string
}

/** Something that was said about the problem; the message is kept so that an edit finds it. */
export interface Said {
  readonly text: string
  readonly message?: ExternalId
}

/** A report that the citizen has not sent yet. JSON. */
export interface Draft {
  readonly category?: CategoryCode
  readonly place?: Place
  /** No street was found in these words about the place; the next ones are added to them, and taken as they are. */
  readonly placeWords?: string
  /** The messages in which place and house number were typed, so that an edit finds them. */
  readonly placeFrom?: { readonly words?: ExternalId; readonly number?: ExternalId }
  readonly photos: readonly AttachmentId[]
  /** The question about photos was answered, or photos came by themselves. */
  readonly photosDone?: boolean
  readonly tooManySaid?: boolean
  /** Each says what the problem is, as words do. */
  readonly voices: readonly AttachmentId[]
  readonly said: readonly Said[]
  /** With a photo the words may be left out. */
  readonly noWords?: boolean
  readonly urgent?: boolean
  /** Where misconduct of staff belongs was said. */
  readonly pointedOn?: true
  /** The earlier report about the same problem, which cannot be reopened any more. */
  readonly followUpOf?: ReportId
  /** For which kind and place was looked already; another one is looked for anew. */
  readonly lookedFor?: string
  /** When its reminder and its end were last counted from now. ISO. */
  readonly watchedAt?: string
  readonly detail?: Detail
}

export const emptyDraft: Draft = { photos: [], voices: [], said: [] }

/** Drafts travel as JSON in the session. */
export const asJson = (draft: Draft): Json => draft as unknown as Json

export const isFilled = (draft: Draft, part: Part): boolean => {
  switch (part) {
    case 'category':
      return draft.category !== undefined
    case 'place':
      return draft.place !== undefined
    case 'photos':
      return draft.photosDone === true
    case 'description':
      return isDescribed(draft) || (draft.noWords === true && draft.photos.length > 0)
    default:
      return part satisfies never
  }
}

/** In words or by voice. */
export const isDescribed = ({ said, voices }: Draft): boolean => said.length > 0 || voices.length > 0

/** The first part that is still missing; undefined: ready to be checked. */
export const missing = (draft: Draft): Part | undefined => PARTS.find((part) => !isFilled(draft, part))

/** Every message of which something became part of it. */
export const messagesOf = ({ said, placeFrom }: Draft): ExternalId[] =>
  [...said.map(({ message }) => message), placeFrom?.words, placeFrom?.number].filter(
    (message) => message !== undefined,
  )

export const descriptionOf = (draft: Draft): string => draft.said.map(({ text }) => text).join('\n')

/** Is there anything in it that a person would miss? */
export const hasContent = (draft: Draft): boolean =>
  draft.category !== undefined ||
  draft.place !== undefined ||
  Boolean(draft.placeWords) ||
  draft.photos.length > 0 ||
  isDescribed(draft)

/** One more sentence; blank ones change nothing. */
export function withWords(draft: Draft, text: string, message?: ExternalId): Draft {
  const words = text.trim()
  return words ? { ...draft, said: [...draft.said, { text: words, message }] } : draft
}

/** The person changed a message: the part that came from it changes with it. Null: none did. */
export function withEdit(draft: Draft, message: ExternalId, text: string): Draft | null {
  if (!draft.said.some((said) => said.message === message)) return null
  const said = draft.said.map((one) => (one.message === message ? { ...one, text: text.trim() } : one))
  return { ...draft, said: said.filter((one) => one.text) }
}

import type { Effect, Move, Saying } from '../dialog/dialog.js'
import { looksDangerous } from '../domain/danger.js'
import { misconductChannel } from '../domain/misconduct.js'
import type { Town } from '../domain/town.js'
import { type Text, text } from '../kernel/text.js'
import { asJson, type Draft, missing, type Part } from './draft.js'
import { effect } from './effects.js'

/** A draft after an event, and what is said before the next question. */
export interface Change {
  readonly draft: Draft
  /** Must not be overlooked: said first, in a message of its own. */
  readonly warn?: readonly Text[]
  readonly say?: readonly Text[]
  readonly effects?: readonly Effect[]
  readonly quiet?: boolean
  readonly remember?: Move['remember']
}

export const stay = ({ draft, warn, say, ...rest }: Change): Move => ({
  ...rest,
  state: asJson(draft),
  say: sayings({ warn, say }),
})

/** A message for what must not be overlooked; the rest leads the next question. */
export const sayings = ({ warn = [], say = [] }: Pick<Change, 'warn' | 'say'>): readonly Saying[] => [
  ...(warn.length > 0 ? [{ body: warn }] : []),
  ...(say.length > 0 ? [{ body: say, leads: true as const }] : []),
]

/** Nothing was understood, or nothing is to be done: the question is put again. */
export const again = (draft: Draft): Change => ({ draft, say: [text('citizen.we_were_here')] })

/** Danger is named once, before anything else. */
export function warned(change: Change, danger: boolean, { onCallPhone }: Town): Change {
  if (!danger || change.draft.urgent) return change
  return {
    ...change,
    draft: { ...change.draft, urgent: true },
    warn: [text('danger.call_112', { phone: onCallPhone }), ...(change.warn ?? [])],
  }
}

/** The same, where words may speak of it; and once, who to turn to when they speak of somebody at the town hall. */
export function warnedBy(words: string, change: Change, town: Town): Change {
  const channel = change.draft.pointedOn ? undefined : misconductChannel(town, words)
  const heard: Change = channel
    ? {
        ...change,
        draft: { ...change.draft, pointedOn: true },
        warn: [text('misconduct.channel', { channel: { ...channel } }), ...(change.warn ?? [])],
        quiet: false,
      }
    : change
  const danger = looksDangerous(town, words)
  return warned(danger ? { ...heard, quiet: false } : heard, danger, town)
}

export const asking = (part: Part): Draft['detail'] =>
  part === 'category' ? { ask: 'group' } : { ask: 'part', part }

/** The part that the open question is about, if it is about one. */
export const askedFor = (draft: Draft): Part | undefined =>
  draft.detail?.ask === 'part' ? draft.detail.part : draft.detail ? undefined : missing(draft)

/** What is said when words were taken as a description where something else was asked for. */
export const noted = ({ said }: Draft): Text =>
  text(said.length > 0 ? 'report.words_added' : 'report.words_noted')

export const thrownAway: Move = {
  say: [{ body: [text('report.thrown_away')] }],
  effects: [effect('forget_draft', null)],
  end: true,
}

/** There was nothing to throw away. */
export const left: Move = { ...thrownAway, say: [{ body: [text('menu.bye')] }] }

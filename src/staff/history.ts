import type { HistoryLine } from '../app/ports.js'
import { OUTCOMES } from '../domain/report.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import type { Plain } from './effects.js'

/** Lines on a card; a button shows all. */
export const HISTORY_SHOWN = 8

type Line = Plain<HistoryLine>

/** What happened, newest last; `all`: from the beginning. */
export function historyLines(history: readonly Line[], all = false): Text[] {
  const shown = all ? history : history.slice(-HISTORY_SHOWN)
  const hidden = history.length - shown.length
  return [
    text('staff.history.title'),
    ...(hidden > 0 ? [text('staff.history.hidden', { count: hidden })] : []),
    ...shown.flatMap(linesOf),
  ]
}

/** Only these always carry words: without them they were removed. */
const SPOKEN: ReadonlySet<Line['action']> = new Set(['reply', 'note', 'close'])

function linesOf({ at, action, party, staffName, text: words, details }: Line): Text[] {
  const outcome = details?.outcome
  const what = text(`staff.history.${action}`)
  const line = text('staff.history.line', {
    when: { at, style: 'datetime' },
    what:
      typeof outcome === 'string'
        ? text('staff.history.with_outcome', { what, outcome: outcomeText(outcome, details?.duplicateOf) })
        : what,
    who:
      staffName ??
      text(party === 'reporter' && details?.follower ? 'staff.party.follower' : `staff.party.${party}`),
  })
  // The description stands above, as the citizen's words.
  if (action === 'submit') return [line]
  if (words) return [line, text('staff.history.words', { words: words.body })]
  return SPOKEN.has(action) ? [line, text('staff.history.removed')] : [line]
}

const outcomeText = (outcome: string, duplicateOf: unknown): Text => {
  if (typeof duplicateOf === 'number') return text('staff.history.duplicate_of', { number: duplicateOf })
  const known = OUTCOMES.find((one) => one === outcome)
  return known ? text(`outcome.${known}`) : verbatim(outcome)
}

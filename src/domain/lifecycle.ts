import type { NewsKind } from '../messaging/news.js'
import { STATUSES, type Status } from './report.js'

/** Who asks for a change: the office's operators, a supervisor, the reporter, or a clock. */
export const PARTIES = ['operator', 'supervisor', 'reporter', 'clock'] as const
export type Party = (typeof PARTIES)[number]

export const ACTIONS = [
  'claim',
  'start',
  'schedule',
  'ask',
  'answer',
  'refer',
  'transfer',
  'close',
  'undo_close',
  'reopen',
  'withdraw',
] as const
export type Action = (typeof ACTIONS)[number]

/** The sentence for a kind of news. */
export type Tells = `status.${Exclude<NewsKind, 'reply' | 'ask_fixed'>}`

/** What kind of news a sentence is. */
export const newsKindOf = (tells: Tells): NewsKind => tells.slice('status.'.length) as NewsKind

export interface Transition {
  readonly from: readonly Status[]
  /** `back`: to where `awaiting_citizen` (or a close that is undone) came from. */
  readonly to: Status | 'back'
  readonly by: readonly Party[]
  /** What the reporter and all who follow are told; null: nothing. */
  readonly tells: Tells | null
}

const OFFICE: readonly Party[] = ['operator', 'supervisor']
const UNDER_WORK: readonly Status[] = ['acknowledged', 'in_progress', 'scheduled', 'referred']
const WAITING_FOR_CLAIM: readonly Status[] = ['submitted', 'reopened']
const OPEN = STATUSES.filter((status) => status !== 'closed' && status !== 'withdrawn')

/** The life of a report (PRODUCT, "The life of a report"). What is not in this table is refused. */
export const lifecycle: Readonly<Record<Action, Transition>> = {
  claim: { from: WAITING_FOR_CLAIM, to: 'acknowledged', by: OFFICE, tells: 'status.acknowledged' },
  start: {
    from: ['acknowledged', 'scheduled', 'referred'],
    to: 'in_progress',
    by: OFFICE,
    tells: 'status.in_progress',
  },
  schedule: { from: UNDER_WORK, to: 'scheduled', by: OFFICE, tells: 'status.scheduled' },
  ask: { from: UNDER_WORK, to: 'awaiting_citizen', by: OFFICE, tells: 'status.awaiting_citizen' },
  answer: { from: ['awaiting_citizen'], to: 'back', by: ['reporter', 'clock'], tells: null },
  refer: { from: UNDER_WORK, to: 'referred', by: OFFICE, tells: 'status.referred' },
  transfer: {
    from: [...WAITING_FOR_CLAIM, ...UNDER_WORK, 'awaiting_citizen'],
    to: 'submitted',
    by: OFFICE,
    tells: 'status.transferred',
  },
  close: { from: [...UNDER_WORK, 'awaiting_citizen'], to: 'closed', by: OFFICE, tells: 'status.closed' },
  undo_close: { from: ['closed'], to: 'back', by: OFFICE, tells: null },
  reopen: { from: ['closed'], to: 'reopened', by: ['reporter'], tells: 'status.reopened' },
  withdraw: { from: OPEN, to: 'withdrawn', by: ['reporter'], tells: null },
}

export type Refusal = 'wrong-status' | 'not-yours'

/**
 * The status after the action, or why not. `cameFrom` is where the report was before it began to wait;
 * rights that hang on the office are the use case's, here only the kind of person counts.
 */
export function next(
  action: Action,
  from: Status,
  by: Party,
  cameFrom?: Status,
): { ok: true; status: Status } | { ok: false; why: Refusal } {
  const row = lifecycle[action]
  if (!row.by.includes(by)) return { ok: false, why: 'not-yours' }
  if (!row.from.includes(from)) return { ok: false, why: 'wrong-status' }
  if (row.to !== 'back') return { ok: true, status: row.to }
  return cameFrom ? { ok: true, status: cameFrom } : { ok: false, why: 'wrong-status' }
}

/** What this kind of person may do with a report in this status. */
export const actionsFrom = (status: Status, by: Party): Action[] =>
  ACTIONS.filter((action) => lifecycle[action].by.includes(by) && lifecycle[action].from.includes(status))

import {
  ACTIONS,
  type Action,
  actionsFrom,
  lifecycle,
  next,
  PARTIES,
  type Party,
} from '../../../src/domain/lifecycle.js'
import { STATUSES, type Status } from '../../../src/domain/report.js'

/**
 * Written by hand from PRODUCT, "The life of a report", and DESIGN, "Lifecycle"; not derived from the table under
 * test. Party and action, then for each status where it leads. `<`: back to where it came from.
 */
const EXPECTED: readonly (readonly [Party, Action, Partial<Record<Status, Status | '<'>>])[] = [
  ['operator', 'claim', { submitted: 'acknowledged', reopened: 'acknowledged' }],
  ['supervisor', 'claim', { submitted: 'acknowledged', reopened: 'acknowledged' }],

  ['operator', 'start', { acknowledged: 'in_progress', scheduled: 'in_progress', referred: 'in_progress' }],
  ['supervisor', 'start', { acknowledged: 'in_progress', scheduled: 'in_progress', referred: 'in_progress' }],

  [
    'operator',
    'schedule',
    { acknowledged: 'scheduled', in_progress: 'scheduled', scheduled: 'scheduled', referred: 'scheduled' },
  ],
  [
    'supervisor',
    'schedule',
    { acknowledged: 'scheduled', in_progress: 'scheduled', scheduled: 'scheduled', referred: 'scheduled' },
  ],

  [
    'operator',
    'ask',
    {
      acknowledged: 'awaiting_citizen',
      in_progress: 'awaiting_citizen',
      scheduled: 'awaiting_citizen',
      referred: 'awaiting_citizen',
    },
  ],
  [
    'supervisor',
    'ask',
    {
      acknowledged: 'awaiting_citizen',
      in_progress: 'awaiting_citizen',
      scheduled: 'awaiting_citizen',
      referred: 'awaiting_citizen',
    },
  ],

  ['reporter', 'answer', { awaiting_citizen: '<' }],
  ['clock', 'answer', { awaiting_citizen: '<' }],

  [
    'operator',
    'refer',
    { acknowledged: 'referred', in_progress: 'referred', scheduled: 'referred', referred: 'referred' },
  ],
  [
    'supervisor',
    'refer',
    { acknowledged: 'referred', in_progress: 'referred', scheduled: 'referred', referred: 'referred' },
  ],

  [
    'operator',
    'transfer',
    {
      submitted: 'submitted',
      reopened: 'submitted',
      acknowledged: 'submitted',
      in_progress: 'submitted',
      scheduled: 'submitted',
      referred: 'submitted',
      awaiting_citizen: 'submitted',
    },
  ],
  [
    'supervisor',
    'transfer',
    {
      submitted: 'submitted',
      reopened: 'submitted',
      acknowledged: 'submitted',
      in_progress: 'submitted',
      scheduled: 'submitted',
      referred: 'submitted',
      awaiting_citizen: 'submitted',
    },
  ],

  [
    'operator',
    'close',
    {
      acknowledged: 'closed',
      in_progress: 'closed',
      scheduled: 'closed',
      referred: 'closed',
      awaiting_citizen: 'closed',
    },
  ],
  [
    'supervisor',
    'close',
    {
      acknowledged: 'closed',
      in_progress: 'closed',
      scheduled: 'closed',
      referred: 'closed',
      awaiting_citizen: 'closed',
    },
  ],

  ['operator', 'undo_close', { closed: '<' }],
  ['supervisor', 'undo_close', { closed: '<' }],

  ['reporter', 'reopen', { closed: 'reopened' }],
  ['supervisor', 'reopen', { closed: 'reopened' }],

  [
    'reporter',
    'withdraw',
    {
      submitted: 'withdrawn',
      acknowledged: 'withdrawn',
      in_progress: 'withdrawn',
      scheduled: 'withdrawn',
      awaiting_citizen: 'withdrawn',
      referred: 'withdrawn',
      reopened: 'withdrawn',
    },
  ],
]

const rowOf = (party: Party, action: Action) => EXPECTED.find(([p, a]) => p === party && a === action)?.[2]

const everyPair = PARTIES.flatMap((party) => ACTIONS.map((action) => [party, action] as const))

describe.each(everyPair)('%s: %s', (party, action) => {
  test.each(STATUSES)('from %s', (from) => {
    const row = rowOf(party, action)
    const to = row?.[from]
    const got = next(action, from, party, 'scheduled')
    if (to) expect(got).toEqual({ ok: true, status: to === '<' ? 'scheduled' : to })
    else expect(got).toEqual({ ok: false, why: row ? 'wrong-status' : 'not-yours' })
  })
})

describe('back to where it was', () => {
  test.each(['acknowledged', 'in_progress', 'scheduled', 'referred'] as const)(
    'an answer leads back to %s',
    (cameFrom) => {
      expect(next('answer', 'awaiting_citizen', 'reporter', cameFrom)).toEqual({ ok: true, status: cameFrom })
    },
  )

  test.each([
    ['answer', 'awaiting_citizen', 'reporter'],
    ['undo_close', 'closed', 'operator'],
  ] as const)('%s is refused when nobody knows where it came from', (action, from, by) => {
    expect(next(action, from, by)).toEqual({ ok: false, why: 'wrong-status' })
  })

  test('only these two need to know it', () => {
    const others = EXPECTED.filter(([, action]) => action !== 'answer' && action !== 'undo_close')
    for (const [party, action, row] of others) {
      for (const from of Object.keys(row) as Status[]) expect(next(action, from, party).ok).toBe(true)
    }
  })
})

describe('what is offered', () => {
  const everyView = PARTIES.flatMap((party) => STATUSES.map((status) => [party, status] as const))

  test.each(everyView)('to a %s while %s', (party, status) => {
    const expected = EXPECTED.filter(([p, , row]) => p === party && row[status]).map(([, action]) => action)
    expect(actionsFrom(status, party).sort()).toEqual(expected.sort())
  })

  test('nothing leads out of withdrawn', () => {
    for (const party of PARTIES) expect(actionsFrom('withdrawn', party)).toEqual([])
  })
})

test('every change that the citizen should know of has words; silent ones are the citizen’s own, or undone', () => {
  const silent = ACTIONS.filter((action) => lifecycle[action].tells === null)
  expect(silent.sort()).toEqual(['answer', 'undo_close', 'withdraw'])
})

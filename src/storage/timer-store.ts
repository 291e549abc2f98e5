import type { EntityManager } from 'typeorm'
import type { TimerKind, Timers } from '../app/ports.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { gatherWrites } from './gather.js'
import { hotQueryOf } from './hot-query.js'
import { timers } from './task.entity.js'

/** Key of the advisory lock under which timers fire, one process at a time. */
const FIRING_LOCK = 351_003

type NewTimer = Parameters<Timers['set']>[0]
interface Name {
  readonly kind: TimerKind
  readonly key: string
}
type Change =
  | (NewTimer & { readonly to: 'set' })
  | (Name & { readonly to: 'move'; readonly dueAt: Date })
  | (Name & { readonly to: 'cancel' })

/** What becomes of a timer that is changed twice at the same moment. */
function both(first: Change | undefined, then: Change): Change {
  if (then.to !== 'move' || !first) return then
  return first.to === 'cancel' ? first : { ...first, dueAt: then.dueAt }
}

/** Business deadlines, in the running transaction of this manager. */
export function createTimers(manager: EntityManager): Timers {
  const query = hotQueryOf(manager)

  /** Each timer once, so that it does not matter which statement is the first. */
  const change = gatherWrites((asked: readonly Change[]) => {
    const changes = new Map<string, Change>()
    for (const one of asked) {
      const name = `${one.kind} ${one.key}`
      changes.set(name, both(changes.get(name), one))
    }
    const all = [...changes.values()]
    return sideBySide([
      set(all.filter((one) => one.to === 'set')),
      move(all.filter((one) => one.to === 'move')),
      cancel(all.filter((one) => one.to === 'cancel')),
    ])
  })

  const set = async (timers: readonly NewTimer[]): Promise<void> => {
    if (timers.length === 0) return
    await query(
      'timer-set',
      `INSERT INTO timer (kind, key, due_at, payload, attempts)
       SELECT kind, key, due_at, payload, 0
         FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[]) AS t (kind, key, due_at, payload)
        ORDER BY kind, key
       ON CONFLICT (kind, key) DO UPDATE
          SET due_at = excluded.due_at, payload = excluded.payload, attempts = excluded.attempts`,
      [
        ...names(timers),
        timers.map(({ dueAt }) => dueAt),
        timers.map(({ payload = {} }) => JSON.stringify(payload)),
      ],
    )
  }

  const move = async (timers: readonly { kind: TimerKind; key: string; dueAt: Date }[]): Promise<void> => {
    if (timers.length === 0) return
    await query(
      'timer-move',
      `UPDATE timer SET due_at = t.due_at, attempts = 0
         FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS t (kind, key, due_at)
        WHERE timer.kind = t.kind AND timer.key = t.key`,
      [...names(timers), timers.map(({ dueAt }) => dueAt)],
    )
  }

  const cancel = async (timers: readonly Name[]): Promise<void> => {
    if (timers.length === 0) return
    await query(
      'timer-cancel',
      `DELETE FROM timer USING unnest($1::text[], $2::text[]) AS t (kind, key)
        WHERE timer.kind = t.kind AND timer.key = t.key`,
      [...names(timers)],
    )
  }

  return {
    // Moved is new: what failed before does not count any more.
    set: (timer) => change({ ...timer, to: 'set' }),
    move: (kind, key, dueAt) => change({ to: 'move', kind, key, dueAt }),
    cancel: (kind, key) => change({ to: 'cancel', kind, key }),

    async takeDue(now) {
      // Not the row is locked but the right to look: a turn locks the report or the session first and then moves its
      // timer; whoever locked the timer first would deadlock with it.
      const [{ mine }]: [{ mine: boolean }] = await manager.query(
        'SELECT pg_try_advisory_xact_lock($1) AS mine',
        [FIRING_LOCK],
      )
      if (!mine) return undefined
      const timer = await manager
        .createQueryBuilder(timers, 'timer')
        .where('timer.dueAt <= :now', { now })
        .orderBy('timer.dueAt')
        .addOrderBy('timer.kind')
        // Keys are mostly numbers of reports: 2 comes before 10.
        .addOrderBy('length(timer.key)')
        .addOrderBy('timer.key')
        .limit(1)
        .getOne()
      return timer ?? undefined
    },

    async finish({ kind, key, dueAt }) {
      // To the millisecond, which is all that a Date holds of it.
      const [rows]: [unknown[], number] = await manager.query(
        `DELETE FROM timer WHERE kind = $1 AND key = $2 AND date_trunc('milliseconds', due_at) = $3 RETURNING 1`,
        [kind, key, dueAt],
      )
      return rows.length === 1
    },

    async postpone({ kind, key, dueAt: seen, attempts }, dueAt) {
      // The failed work was rolled back, so the row stands; unless somebody moved or did it in the meantime.
      await manager.update(timers, { kind, key, dueAt: seen }, { dueAt, attempts: attempts + 1 })
    },

    async nextDue() {
      const [next] = await manager.find(timers, { order: { dueAt: 'ASC' }, take: 1 })
      return next?.dueAt
    },
  }
}

const names = (timers: readonly Name[]): [string[], string[]] => [
  timers.map(({ kind }) => kind),
  timers.map(({ key }) => key),
]

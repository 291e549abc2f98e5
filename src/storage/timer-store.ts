import type { EntityManager } from 'typeorm'
import type { Timers } from '../app/ports.js'
import { timers } from './task.entity.js'

/** Key of the advisory lock under which timers fire, one process at a time. */
const FIRING_LOCK = 351_003

/** Business deadlines, in the running transaction of this manager. */
export function createTimers(manager: EntityManager): Timers {
  return {
    async set({ kind, key, dueAt, payload = {} }) {
      // Moved is new: what failed before does not count any more.
      await manager.upsert(timers, { kind, key, dueAt, payload, attempts: 0 }, ['kind', 'key'])
    },

    async move(kind, key, dueAt) {
      await manager.update(timers, { kind, key }, { dueAt, attempts: 0 })
    },

    async cancel(kind, key) {
      await manager.delete(timers, { kind, key })
    },

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

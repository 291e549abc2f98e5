import { type EntityManager, LessThanOrEqual } from 'typeorm'
import type { Timers } from '../app/ports.js'
import { timers } from './task.entity.js'

/** Business deadlines, in the running transaction of this manager. */
export function createTimers(manager: EntityManager): Timers {
  return {
    async set({ kind, key, dueAt, payload = {} }) {
      // Moved is new: what failed before does not count any more.
      await manager.upsert(timers, { kind, key, dueAt, payload, attempts: 0 }, ['kind', 'key'])
    },

    async cancel(kind, key) {
      await manager.delete(timers, { kind, key })
    },

    async takeDue(now) {
      const timer = await manager.findOne(timers, {
        where: { dueAt: LessThanOrEqual(now) },
        order: { dueAt: 'ASC', kind: 'ASC', key: 'ASC' },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      })
      if (!timer) return undefined
      await manager.delete(timers, { kind: timer.kind, key: timer.key })
      return timer
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

import { type EntityManager, LessThanOrEqual } from 'typeorm'
import type { Call, Calls } from '../app/ports.js'
import { newId } from './columns.js'
import { type CallRow, calls } from './task.entity.js'

/** Telephone calls to make, in the running transaction of this manager. */
export function createCalls(manager: EntityManager): Calls {
  return {
    async add({ report, citizen, phone, reason, say, at }) {
      if (report !== undefined) {
        // Two calls about one report come one after the other, else neither sees the other's as the older one.
        await manager.query('SELECT FROM report WHERE id = $1 FOR NO KEY UPDATE', [report])
        await manager.update(calls, { report, status: 'open' }, { status: 'replaced' })
      }
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(calls)
        .values({
          report: report ?? null,
          citizen: citizen ?? null,
          phone,
          reason,
          say,
          createdAt: at,
          dueAt: at,
          tries: 0,
        })
        // Who asks again to be called back keeps the place in the queue, with the number given last.
        .orUpdate(['phone', 'say'], ['citizen'], {
          indexPredicate: `status = 'open' AND reason = 'call_back'`,
        })
        .execute()
      return newId<number>(inserted)
    },

    async open(id) {
      const row = await manager.findOneBy(calls, { id, status: 'open' })
      return row ? callOf(row) : undefined
    },

    async lock(id) {
      await manager.query('SELECT FROM call_task WHERE id = $1 FOR UPDATE', [id])
      return this.open(id)
    },

    async due({ now, limit, offset }) {
      const [rows, total] = await manager.findAndCount(calls, {
        where: { status: 'open', dueAt: LessThanOrEqual(now) },
        order: { createdAt: 'ASC', id: 'ASC' },
        take: limit,
        skip: offset,
      })
      return {
        rows: rows.map(({ id, report, reason, createdAt, tries }) => ({
          id,
          report: report ?? undefined,
          reason,
          createdAt,
          tries,
        })),
        total,
      }
    },

    async tryAgain(id, dueAt) {
      await manager.update(calls, { id }, { dueAt, tries: () => 'tries + 1' })
    },

    async end(id, { outcome, at, by }) {
      await manager.update(calls, { id }, { status: 'done', outcome, doneAt: at, doneBy: by })
    },
  }
}

const callOf = (row: CallRow): Call => ({
  id: row.id,
  citizen: row.citizen ?? undefined,
  report: row.report ?? undefined,
  phone: row.phone,
  say: row.say,
  tries: row.tries,
  dueAt: row.dueAt,
})

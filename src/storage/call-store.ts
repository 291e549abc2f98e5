import type { EntityManager } from 'typeorm'
import type { Calls } from '../app/ports.js'
import { newId } from './columns.js'
import { calls } from './task.entity.js'

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
      if (!row) return undefined
      return { id, phone: row.phone, citizen: row.citizen ?? undefined, report: row.report ?? undefined }
    },
  }
}

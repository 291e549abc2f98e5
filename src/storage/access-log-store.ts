import type { EntityManager } from 'typeorm'
import type { AccessLog } from '../app/ports.js'
import { accesses } from './task.entity.js'

/** Reads that matter (PRODUCT, "The life of a report"), in the running transaction of this manager. */
export const createAccessLog = (manager: EntityManager): AccessLog => ({
  async record({ at, staff, what, report }) {
    await manager.insert(accesses, { at, staff, what, report: report ?? null })
  },
})

import type { DataSource } from 'typeorm'
import type { Lease } from '../app/outbox-port.js'
import type { Tx, UnitOfWork } from '../app/ports.js'
import type { ChannelName } from '../kernel/ids.js'
import { createAccessLog } from './access-log-store.js'
import { createAttachments } from './attachment-store.js'
import { createCalls } from './call-store.js'
import { createCitizenJoins } from './citizen-join-store.js'
import { createCitizens } from './citizen-store.js'
import { createDigests } from './digest-store.js'
import { createHistory } from './history-store.js'
import { cut, hotQuery } from './hot-query.js'
import { createLinks } from './link-store.js'
import { createDeviceStates } from './linked-device-state-store.js'
import { isOutage } from './outage.js'
import { settleRows } from './outbox-queue.js'
import { createOutboxBuffer } from './outbox-writer.js'
import { createReceipts } from './receipt-store.js'
import { createReports } from './report-store.js'
import { createNotes } from './setting-store.js'
import { createStaffRegister } from './staff-store.js'
import { createTimers } from './timer-store.js'
import { createTurns } from './turn-store.js'

/** What a unit of work needs of delivery. */
export interface Courier {
  /** Undefined: this process does not send; another one will find the rows. */
  ownerFor(channel: ChannelName): number | undefined
  /** Rows of these chats were just committed under our lease. */
  deliver(leases: readonly Lease[]): void
}

/** One transaction for all stores; what is said in it goes out after its commit. */
export function createUnitOfWork(dataSource: DataSource, courier: Courier): UnitOfWork {
  return {
    async run(work) {
      const runner = dataSource.createQueryRunner()
      try {
        const query = await hotQuery(runner)
        await runner.startTransaction()
        const { manager } = runner
        const outbox = createOutboxBuffer(query)
        const tx: Tx = {
          turns: createTurns(query),
          reports: createReports(manager),
          history: createHistory(manager),
          citizens: createCitizens(manager),
          joins: createCitizenJoins(manager),
          links: createLinks(manager),
          staff: createStaffRegister(manager),
          attachments: createAttachments(manager, (task, payload, key) =>
            manager.query(`SELECT graphile_worker.add_job($1, payload := $2, job_key := $3)`, [
              task,
              JSON.stringify(payload),
              key,
            ]),
          ),
          outbox,
          settleRows: (to, rows) => settleRows(query, to, rows),
          receipts: createReceipts(query),
          notes: createNotes(manager),
          timers: createTimers(manager),
          calls: createCalls(manager),
          access: createAccessLog(manager),
          digests: createDigests(manager),
          device: createDeviceStates(manager),
        }
        const result = await work(tx)
        const leases = await outbox.flush(courier.ownerFor)
        await runner.commitTransaction().catch((error) => {
          // It may have happened all the same: then the rows wait under our lease. The sender asks the database first.
          courier.deliver(leases.map((lease) => ({ ...lease, rows: undefined, until: 0 })))
          throw error
        })
        courier.deliver(leases)
        return result
      } catch (error) {
        // The first error says what went wrong; a rollback on a broken connection adds nothing.
        if (isOutage(error)) cut(runner, error)
        else if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined)
        throw error
      } finally {
        await runner.release()
      }
    },
  }
}

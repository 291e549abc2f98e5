import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import type { DataSource, EntityManager } from 'typeorm'
import type { Behind, Lease } from '../app/outbox-port.js'
import type { Tx, UnitOfWork } from '../app/ports.js'
import type { ChannelName } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { createAccessLog } from './access-log-store.js'
import { createAttachments } from './attachment-store.js'
import { createCalls } from './call-store.js'
import { createCitizenJoins } from './citizen-join-store.js'
import { createCitizens } from './citizen-store.js'
import { createDigests } from './digest-store.js'
import { createHistory } from './history-store.js'
import { cut, type HotQuery, holdTogether, hotQuery } from './hot-query.js'
import { createLinks } from './link-store.js'
import { createDeviceStates } from './linked-device-state-store.js'
import { isAftermath, isOutage } from './outage.js'
import { settleRows } from './outbox-queue.js'
import { createOutboxBuffer, type OutboxBuffer } from './outbox-writer.js'
import { createReceipts } from './receipt-store.js'
import { createReports } from './report-store.js'
import { createNotes } from './setting-store.js'
import { createStaffRegister } from './staff-store.js'
import { createTimers } from './timer-store.js'
import { createTurns, type TurnBuffer } from './turn-store.js'

/** Over sixteen hours: each waits e times as long as the one before, six hours at most (graphile-worker). */
const MOST_ATTEMPTS = 13

/** What a unit of work needs of delivery. */
export interface Courier {
  /** Undefined: this process does not send; another one will find the rows. */
  ownerFor(channel: ChannelName): number | undefined
  /** Rows of these chats were just committed under a lease of ours, or behind one that was held before. */
  deliver(leases: readonly Lease[], behind?: readonly Behind[]): void
}

/**
 * One transaction for all stores; what is said in it goes out after its commit. BEGIN travels with the first statement
 * and COMMIT with the last ones: each wait for the server is time that a person waits too.
 */
export function createUnitOfWork(dataSource: DataSource, courier: Courier): UnitOfWork {
  return {
    async run(work) {
      const runner = dataSource.createQueryRunner()
      try {
        const client: PoolClient = await runner.connect()
        // At hand from the start: what has to ask for its connection first could be overtaken by COMMIT.
        const query = hotQuery(client)
        const turns = createTurns(query)
        const outbox = createOutboxBuffer(query)
        const unawaited: Promise<void>[] = []
        const begun = control(client, 'BEGIN')
        // Should it fail, so does the first statement behind it.
        begun.catch(() => undefined)
        try {
          const result = await work(storesOf(runner.manager, query, turns, outbox, unawaited))
          await begun
          await commit(client, { turns, outbox, unawaited }, courier)
          return result
        } catch (error) {
          const first = await firstFault(unawaited, error)
          // A rollback on a broken connection adds nothing.
          if (!isOutage(first)) await control(client, 'ROLLBACK').catch(() => undefined)
          throw first
        }
      } catch (error) {
        if (isOutage(error)) cut(runner, error)
        throw error
      } finally {
        await runner.release()
      }
    },
  }
}

/** What went wrong: whatever is sent behind a statement that failed only says that the transaction is over. */
async function firstFault(unawaited: readonly Promise<void>[], caught: unknown): Promise<unknown> {
  const ends = await Promise.allSettled(unawaited)
  const faults = [caught, ...ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))]
  return faults.find((fault) => !isAftermath(fault)) ?? caught
}

/** Statements around a transaction; resolves with what the server says that it did. */
async function control(client: PoolClient, statement: 'BEGIN' | 'COMMIT' | 'ROLLBACK'): Promise<string> {
  holdTogether(client)
  return (await client.query(statement)).command
}

/** What is written in the transaction's last phase. */
interface Last {
  readonly turns: TurnBuffer
  readonly outbox: OutboxBuffer
  readonly unawaited: readonly Promise<void>[]
}

function storesOf(
  manager: EntityManager,
  query: HotQuery,
  turns: TurnBuffer,
  outbox: OutboxBuffer,
  unawaited: Promise<void>[],
): Tx {
  return {
    turns,
    reports: createReports(manager),
    history: createHistory(manager),
    citizens: createCitizens(manager),
    joins: createCitizenJoins(manager),
    links: createLinks(manager),
    staff: createStaffRegister(manager),
    attachments: createAttachments(manager, (task, payload, key) =>
      manager.query(`SELECT graphile_worker.add_job($1, payload := $2, job_key := $3, max_attempts := $4)`, [
        task,
        JSON.stringify(payload),
        key,
        MOST_ATTEMPTS,
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
    unawaited(write) {
      // Whoever ends the transaction hears of its fault.
      write.catch(() => undefined)
      unawaited.push(write)
    },
  }
}

/** The last phase, in one piece: sessions, the outbox, COMMIT. After a fault in it COMMIT itself rolls back. */
async function commit(
  client: PoolClient,
  { turns, outbox, unawaited }: Last,
  courier: Courier,
): Promise<void> {
  // By then they have been sent, and go before COMMIT.
  if (unawaited.length > 0) await nextTurnOfTheLoop()
  const saved = turns.flush()
  const { written, offered } = outbox.flush(courier.ownerFor)
  try {
    const [, { leases, behind }, done] = await sideBySide([
      saved,
      written,
      control(client, 'COMMIT'),
      ...unawaited,
    ])
    if (done !== 'COMMIT') throw new Error('The transaction had failed before its end')
    courier.deliver(leases, behind)
  } catch (error) {
    // It may have happened all the same: then the rows wait under our lease. The sender asks the database first.
    if (isOutage(error)) courier.deliver(offered)
    throw error
  }
}

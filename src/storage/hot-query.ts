import type { Socket } from 'node:net'
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import type { EntityManager, QueryRunner } from 'typeorm'

/** Runs a hand-read statement, prepared once per connection under its name. */
export type HotQuery = <Row extends QueryResultRow>(
  name: string,
  sql: string,
  values: readonly unknown[],
) => Promise<Row[]>

interface Breakable {
  emit(event: 'error', error: unknown): boolean
  readonly connection?: { readonly stream?: Socket }
}

/**
 * Ends a connection that does not answer any more: given back to the pool, it would keep the next one waiting too.
 * TypeORM gives a connection back as broken only when it hears of an error of its own.
 */
export function cut(runner: QueryRunner, error: unknown): void {
  const { databaseConnection } = runner as unknown as { databaseConnection?: Breakable }
  if (!databaseConnection || runner.isReleased) return
  databaseConnection.emit('error', error)
  databaseConnection.connection?.stream?.destroy()
}

/**
 * The hot statements of a turn run on the pg client under TypeORM's query runner, within its transaction. Those that are
 * asked for at the same moment are sent in one piece, and the server works on them one after the other.
 */
export const hotQuery =
  (client: PoolClient): HotQuery =>
  async (name, text, values) => {
    holdTogether(client)
    return (await client.query({ name, text, values: [...values] })).rows
  }

/** The same for a store that is given a manager; outside of a transaction each statement is one of its own. */
export function hotQueryOf({ queryRunner, connection }: EntityManager): HotQuery {
  if (queryRunner) {
    return async (name, text, values) => hotQuery(await queryRunner.connect())(name, text, values)
  }
  const { master } = connection.driver as unknown as { master: Pool }
  return async (name, text, values) => (await master.query({ name, text, values: [...values] })).rows
}

/** What is written from here to the end of this moment leaves the process together. */
export function holdTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

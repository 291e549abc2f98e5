import type { Socket } from 'node:net'
import type { PoolClient, QueryResultRow } from 'pg'
import type { QueryRunner } from 'typeorm'

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

/** The hot statements of a turn run on the pg client of TypeORM's query runner, within its transaction. */
export async function hotQuery(runner: QueryRunner): Promise<HotQuery> {
  const client = (await runner.connect()) as PoolClient
  return async (name, text, values) => (await client.query({ name, text, values: [...values] })).rows
}

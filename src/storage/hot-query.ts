import type { PoolClient, QueryResultRow } from 'pg'
import type { QueryRunner } from 'typeorm'

/** Runs a hand-read statement, prepared once per connection under its name. */
export type HotQuery = <Row extends QueryResultRow>(
  name: string,
  sql: string,
  values: readonly unknown[],
) => Promise<Row[]>

/** The hot statements of a turn run on the pg client of TypeORM's query runner, within its transaction. */
export async function hotQuery(runner: QueryRunner): Promise<HotQuery> {
  const client = (await runner.connect()) as PoolClient
  return async (name, text, values) => (await client.query({ name, text, values: [...values] })).rows
}

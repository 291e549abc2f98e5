import { readFile, writeFile } from 'node:fs/promises'
import { Client } from 'pg'
import type { DataSource } from 'typeorm'
import { loadMigrations, migrate, openDatabase } from '../../src/storage/data-source.js'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.js'
import { dumpSchema } from '../support/schema.js'

const FILE = new URL('../schema.sql', import.meta.url)
const log = { warn: () => undefined }

let database: TestDatabase
let client: Client
let dataSource: DataSource

beforeAll(async () => {
  database = await createEmptyDatabase()
  client = new Client(database.url)
  await client.connect()
  const migrations = await loadMigrations()
  dataSource = await openDatabase(database.url, { entities: [], migrations, poolSize: 1, log })
})

afterAll(async () => {
  await dataSource?.destroy()
  await client?.end()
  await database?.drop()
})

test('the migrations make the schema of test/schema.sql, take it away again, and make it once more', async () => {
  const names = await migrate(dataSource)
  const dump = await dumpSchema(client)
  if (process.env.UPDATE_SCHEMA === '1') await writeFile(FILE, dump)
  const expected = await readFile(FILE, 'utf8')
  expect(dump).toBe(expected)

  for (const _ of names) await dataSource.undoLastMigration()
  expect(await dumpSchema(client)).toBe('')

  await migrate(dataSource)
  expect(await dumpSchema(client)).toBe(expected)
})

test('migrating again does nothing', async () => {
  await migrate(dataSource)
  expect(await migrate(dataSource)).toEqual([])
})

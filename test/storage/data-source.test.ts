import { createServer } from 'node:net'
import { Client, type Pool } from 'pg'
import type { QueryRunner } from 'typeorm'
import { migrate, openDatabase } from '../../src/storage/data-source.js'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.js'
import { openProxy } from '../support/tcp-proxy.js'

const log = { warn: () => undefined }
const options = { entities: [], poolSize: 2, log }

class MakeOnce1700000000000 {
  async up(db: QueryRunner) {
    await db.query('CREATE TABLE once (id integer)')
    await db.query('SELECT pg_sleep(0.1)')
  }
  async down(db: QueryRunner) {
    await db.query('DROP TABLE once')
  }
}

let database: TestDatabase
beforeAll(async () => {
  database = await createEmptyDatabase()
})
afterAll(() => database?.drop())

test('processes that migrate at the same time take turns: one does the work', async () => {
  const open = () => openDatabase(database.url, { ...options, migrations: [MakeOnce1700000000000] })
  const sources = await Promise.all([open(), open(), open()])
  const done = await Promise.all(sources.map(migrate))
  await Promise.all(sources.map((source) => source.destroy()))
  expect(done.flat()).toEqual(['MakeOnce1700000000000'])
})

test('a migration that fails gives the lock back', async () => {
  class Fail1700000000001 extends MakeOnce1700000000000 {
    override async up() {
      throw new Error('no')
    }
  }
  const source = await openDatabase(database.url, { ...options, migrations: [Fail1700000000001] })
  await expect(migrate(source)).rejects.toThrow('no')
  await expect(migrate(source)).rejects.toThrow('no')
  await source.destroy()
})

test('a database that is not UTF-8 is refused with what would be right', async () => {
  const { hostname, port, username, password } = new URL(database.url)
  const client = new Client(database.url)
  await client.connect()
  const name = `${client.database}_latin`
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`)
  const url = `postgres://${username}:${password}@${hostname}:${port}/${name}`
  await expect(openDatabase(url, options)).rejects.toThrow(/encoding is SQL_ASCII.*ENCODING 'UTF8'/)
  await client.query(`DROP DATABASE ${name}`)
  await client.end()
})

test.each([
  [
    'a wrong password',
    (url: URL) => Object.assign(url, { password: 'geheim' }),
    'refuses the user or the password',
  ],
  ['an unknown database', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), 'does not exist there'],
])('%s is said in a sentence without the password', async (_, change, sentence) => {
  const url = change(new URL(database.url))
  const error: Error = await openDatabase(url.href, options).then(
    () => new Error('it opened'),
    (reason) => reason,
  )
  expect(error.message).toContain(sentence)
  expect(error.message).toContain(url.host)
  expect(error.message).not.toContain(url.password)
})

test('a server that is not there is said in a sentence', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
  await expect(openDatabase(`postgres://a:b@127.0.0.1:${port}/c`, options)).rejects.toThrow(
    /nothing answers there/,
  )
})

test('no connection that breaks in use ends the process, the very first neither', async () => {
  const proxy = await openProxy(database.url)
  const source = await openDatabase(proxy.url, { ...options, poolSize: 1 })
  const { master } = source.driver as unknown as { master: Pool }
  // As the workers for jobs do: without TypeORM, which listens for itself.
  const client = await master.connect()
  const broken = expect(client.query('SELECT pg_sleep(30)')).rejects.toThrow()
  proxy.cut()
  await broken
  client.release()
  await source.destroy()
  await proxy.stop()
})

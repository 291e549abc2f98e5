// Keeps the one PostgreSQL of a test run: started when the first test asks, gone when the run is gone.
// A process of its own, because jest's workers come and go; it runs the built code, so it needs no transform.
// It lives as long as its stdin is open: jest may be killed in any way, the pipe closes.
import { execFile } from 'node:child_process'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const [folder] = process.argv.slice(2)
const template = `filo_test_${process.pid}_base`
let embedded
let ready

/** Resolves with what a worker needs to make databases of its own. */
async function prepare() {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs'])
  const admin = process.env.DATABASE_URL_TEST ?? (await startServer())
  await query(admin, `CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8'`)
  const { loadMigrations, migrate, openDatabase } = await import('../../dist/src/storage/data-source.js')
  const url = new URL(admin)
  url.pathname = template
  const log = { warn: () => undefined }
  const migrations = await loadMigrations()
  const dataSource = await openDatabase(url.href, { entities: [], migrations, poolSize: 1, log })
  await migrate(dataSource)
  await dataSource.destroy()
  return { admin, template }
}

async function startServer() {
  const { startEmbedded } = await import('../../dist/src/storage/embedded.js')
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const log = { info: () => undefined, warn: (facts, sentence) => console.warn(sentence, facts) }
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    // A hundred small databases that live for seconds: nothing in them is worth a visit every ten seconds.
    autovacuum: 'off',
    max_connections: '200',
  }
  embedded = await startEmbedded({ dataDir, log, settings })
  return embedded.url
}

async function query(url, sql) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

/** On a server that is not ours, only what we made is taken away. */
async function dropDatabases({ admin }) {
  const ours = `filo_test_${process.pid}_`
  const { rows } = await query(admin, `SELECT datname FROM pg_database WHERE starts_with(datname, '${ours}')`)
  for (const { datname } of rows) await query(admin, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
}

async function cleanUp() {
  const prepared = await ready?.catch(() => undefined)
  if (embedded) {
    const home = await realpath(join(folder, 'data/postgres'))
    await embedded.stop()
    await rm(home, { recursive: true, force: true })
  } else if (prepared) await dropDatabases(prepared)
}

async function finish() {
  server.close()
  await cleanUp().catch((error) => console.error('The test database was not cleaned up:', error.message))
  await rm(folder, { recursive: true, force: true })
  process.exit()
}

const server = createServer((socket) => {
  ready ??= prepare()
  ready.then(
    (prepared) => socket.end(JSON.stringify(prepared)),
    (error) => socket.end(JSON.stringify({ error: error.stderr || error.message })),
  )
  socket.on('error', () => undefined)
})
server.listen(join(folder, 'keeper.sock'))
process.stdin.on('end', finish).resume()

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../src/storage/embedded.js'

/** One server for all who are compared, as durable as PostgreSQL is by default, and thrown away afterwards. */
export interface Databases {
  /** A database of this name, made now. */
  create(name: string): Promise<string>
  /** What was written so far is put in its place, so that nobody pays for those before. */
  settle(): Promise<void>
  close(): Promise<void>
}

const quiet = { info: () => undefined, warn: () => undefined }

export async function openDatabases(): Promise<Databases> {
  const dataDir = await mkdtemp(join(tmpdir(), 'filo-bench-'))
  await chmod(dataDir, 0o755) // run by root, PostgreSQL is another user and must pass
  const server = await startEmbedded({ dataDir, log: quiet, settings: { max_connections: '300' } })
  return {
    async create(name) {
      await ask(server.url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
      const url = new URL(server.url)
      url.pathname = name
      return url.href
    },
    settle: () => ask(server.url, 'CHECKPOINT'),
    async close() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** One statement, or several without values. */
export async function ask(url: string, sql: string, values?: readonly unknown[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(sql, values && [...values])
  } finally {
    await client.end()
  }
}

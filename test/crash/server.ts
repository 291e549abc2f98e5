import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbedded } from '../../src/storage/embedded.js'
import type { TestDatabase } from '../support/postgres.js'
import { until } from '../support/telegram-town.js'

/** A PostgreSQL of one's own, with the durability of a real one, that can be killed. */
export interface KillableServer {
  readonly database: TestDatabase
  /** SIGKILL to its first process; the sessions end with it. */
  kill(): Promise<void>
  /** Starts it on the same port; it recovers from its log. */
  start(): Promise<void>
}

const silent = { info: () => undefined, warn: () => undefined }

export async function openKillableServer(folder: string): Promise<KillableServer> {
  const dataDir = await mkdtemp(join(folder, 'server-'))
  let server = await startEmbedded({ dataDir, log: silent })
  const { url } = server
  const pidFile = join(dataDir, 'postgres/cluster/postmaster.pid')

  return {
    database: {
      url,
      async drop() {
        await server.stop()
        await rm(dataDir, { recursive: true, force: true })
      },
    },
    async kill() {
      const pid = Number.parseInt(await readFile(pidFile, 'utf8'), 10)
      process.kill(pid, 'SIGKILL')
      await until('it is gone', () => !lives(pid))
    },
    async start() {
      server = await startEmbedded({ dataDir, log: silent })
      if (server.url !== url) throw new Error(`PostgreSQL is back at another address: ${server.url}`)
    },
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

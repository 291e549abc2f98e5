import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../kernel/logger.js'
import { codeOf, environment, LOCALE, run } from './embedded-account.js'
import type { Place } from './embedded-place.js'

/** Kept inside the cluster, so that data and password are never parted. */
const SECRETS = 'filo-diretto.json'
const MAJOR = '18'
/** Above every system's highest process number. */
const NO_PID = '2147483647'
const MAX_LOG_BYTES = 1_000_000

export const USER = 'filo'

/** For a small server that nobody looks after. What people wrote never goes into its log. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  // Disks of today have no arm to move; and a young table is counted soon, for the plans that it is read by.
  random_page_cost: '1.1',
  autovacuum_naptime: '10s',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

export interface Secrets {
  readonly password: string
  /** Where it listened last; it tries to keep it. */
  readonly port: number
}

export const clusterOf = (place: Place): string => join(place.home, 'cluster')

/**
 * Makes the cluster if there is none. It is made aside and renamed when complete: what a killed initdb left
 * is never taken for a database, and of two processes that make one at once the second uses the first's.
 */
export async function ensureCluster(place: Place, log: Pick<Log, 'info'>): Promise<void> {
  const cluster = clusterOf(place)
  const major = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (major !== undefined) {
    if (major.trim() === MAJOR) return
    throw new Error(
      `${cluster} was made by PostgreSQL ${major.trim()}, and this release brings ${MAJOR}. ` +
        'Start the earlier release and export, or set DATABASE_URL to a server that holds the data.',
    )
  }
  const entries = await readdir(cluster).catch(() => [])
  if (entries.length > 0) {
    throw new Error(
      `${cluster} is no complete database (PG_VERSION is missing). Put a backup back, or move it away.`,
    )
  }
  await removeDrafts(place.home)
  log.info({ cluster }, 'First start: making the database')
  const draft = await mkdtemp(join(place.home, `new-${process.pid}-`))
  try {
    await initdb(place, draft)
    await rename(join(draft, 'cluster'), cluster).catch((error: Error) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function initdb(place: Place, draft: string): Promise<void> {
  const password = randomBytes(24).toString('hex')
  await writeOwned(place, join(draft, 'password'), password)
  if (place.account) await chown(draft, place.account.uid, place.account.gid)
  const made = await run(
    place.programs.initdb,
    [
      `--pgdata=${join(draft, 'cluster')}`,
      '--encoding=UTF8',
      `--locale=${LOCALE}`,
      // Text is compared byte by byte, by PostgreSQL itself: the same on every system, and cheaper than by the C library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--auth=scram-sha-256',
      `--username=${USER}`,
      `--pwfile=${join(draft, 'password')}`,
      '--no-instructions',
    ],
    place.account,
    place.home,
  )
  if (made.code !== 0) {
    throw new Error(
      `The database could not be made in ${place.home}: ${made.output.split('\n').slice(-5).join(' ')}`,
    )
  }
  await writeOwned(
    place,
    join(draft, 'cluster', SECRETS),
    JSON.stringify({ password, port: await freePort() }),
  )
}

async function writeOwned(place: Place, path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600, flush: true })
  if (place.account) await chown(path, place.account.uid, place.account.gid)
}

/** Drafts of processes that are gone. A pid in use again only delays the cleaning. */
async function removeDrafts(home: string): Promise<void> {
  for (const entry of await readdir(home)) {
    const pid = /^new-(\d+)-/.exec(entry)?.[1]
    if (pid && !isAlive(Number(pid)))
      await rm(join(home, entry), { recursive: true, force: true, maxRetries: 3 })
  }
}

export async function readSecrets(place: Place): Promise<Secrets> {
  const path = join(clusterOf(place), SECRETS)
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(
      `The password of the database cannot be read (${error.message}). Put ${path} back from a backup.`,
    )
  })
  return JSON.parse(content) as Secrets
}

/** The server that runs on this cluster; without `port` while it is still starting. */
export interface Server {
  readonly pid: number
  readonly port?: number
}

/**
 * Reads postmaster.pid (pid, folder, start, port, one a line). The pid may belong to another program since
 * a reboot, before which PostgreSQL would give up: its server is the process that stands in the cluster's folder.
 */
export async function findServer(place: Place, log: Pick<Log, 'warn'>): Promise<Server | undefined> {
  const path = join(clusterOf(place), 'postmaster.pid')
  const [first, ...rest] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pid = Number(first)
  if (!pid || !isAlive(pid)) return undefined
  if (platform() === 'linux') {
    // Asked as that user: in a container root may not look at others' processes.
    const standsIn = await run('readlink', [`/proc/${pid}/cwd`], place.account)
    if (standsIn.output !== clusterOf(place)) {
      log.warn({ pid, path }, 'The process file names a program that is not this database: put right')
      // The rest stays, and PostgreSQL makes sure itself that no part of the old server is left.
      await writeFile(path, [NO_PID, ...rest].join('\n'), { flag: 'r+' }).catch(() => undefined)
      return undefined
    }
  }
  return { pid, port: Number(rest[2]) || undefined }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

export interface Launch {
  /** True once the process is gone. */
  readonly ended: () => boolean
  /** What it wrote into its log since. */
  readonly said: () => Promise<string>
}

/** Starts the server in a session of its own: Ctrl-C in our terminal does not reach it, our death neither. */
export async function launch(place: Place, settings: Readonly<Record<string, string>>): Promise<Launch> {
  const port = await choosePort(place)
  const path = join(place.home, 'server.log')
  const before = (await stat(path).catch(() => undefined))?.size ?? 0
  const log = await open(path, before > MAX_LOG_BYTES ? 'w' : 'a', 0o600)
  if (place.account) await log.chown(place.account.uid, place.account.gid)
  const from = before > MAX_LOG_BYTES ? 0 : before
  const args = Object.entries({ ...SETTINGS, ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(place.programs.postgres, ['-D', clusterOf(place), ...args], {
    ...place.account,
    cwd: place.home,
    env: environment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  let failure: Error | undefined
  child.on('error', (error) => (failure = error))
  child.unref()
  await log.close()
  return {
    ended: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    said: async () => failure?.message ?? (await readFile(path)).subarray(from).toString('utf8').trim(),
  }
}

/** The same port as last time unless somebody took it; the choice is kept. */
async function choosePort(place: Place): Promise<number> {
  const secrets = await readSecrets(place)
  const port = await freePort(secrets.port).catch(() => freePort())
  if (port !== secrets.port) {
    const path = join(clusterOf(place), SECRETS)
    await writeOwned(place, `${path}.${process.pid}`, JSON.stringify({ ...secrets, port }))
    await rename(`${path}.${process.pid}`, path)
  }
  return port
}

/** Resolves with the port if it is free on the loopback; 0: any free one. */
const freePort = (port = 0) =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })

/** Ends all connections, writes everything, stops; throws in a sentence when it does not within a minute. */
export async function stopServer(place: Place): Promise<void> {
  const args = ['stop', '-D', clusterOf(place), '-m', 'fast', '-w', '-t', '60']
  const stopped = await run(place.programs.pg_ctl, args, place.account, place.home)
  if (stopped.code !== 0) throw new Error(`PostgreSQL in ${place.home} did not stop: ${stopped.output}`)
}

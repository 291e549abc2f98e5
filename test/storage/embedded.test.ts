import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startEmbedded } from '../../src/storage/embedded.js'

const said: string[] = []
const log = {
  info: (_: object, sentence?: string) => said.push(sentence ?? ''),
  warn: (_: object, sentence?: string) => said.push(sentence ?? ''),
}
// The disk is not what is tested here.
const settings = { fsync: 'off' }

let dataDir: string
const start = () => startEmbedded({ dataDir, log, settings })

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'filo-embedded-'))
  await chmod(dataDir, 0o755) // run by root, PostgreSQL is another user and must pass
  await promisify(execFile)(process.execPath, ['scripts/build.mjs'])
})

afterAll(async () => {
  const last = await start()
  await last.stop()
  await rm(await realpath(join(dataDir, 'postgres')), { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
})

const inHome = async (...path: string[]) => join(await realpath(join(dataDir, 'postgres')), ...path)
const pidOf = async () => (await readFile(await inHome('cluster/postmaster.pid'), 'utf8')).split('\n')[0]

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client(url)
  await client.connect()
  try {
    return Object.values((await client.query(sql)).rows[0])[0]
  } finally {
    await client.end()
  }
}

/** Another process of the product; resolves with what `startEmbedded` told it. */
async function otherProcess() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', OTHER, dataDir], {
    env: { ...process.env, NODE_OPTIONS: '', LANG: '', LC_ALL: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ready = once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as { owner: boolean })
  const gone = once(child, 'exit')
  return { child, ready, gone }
}
const OTHER = `
  import { startEmbedded } from './dist/src/storage/embedded.js'
  const log = { info() {}, warn() {} }
  const embedded = await startEmbedded({ dataDir: process.argv[1], log, settings: { fsync: 'off' } })
  console.log(JSON.stringify({ owner: embedded.owner }))
  process.stdin.on('end', () => embedded.stop()).resume()`

/** Waits for a fact of the file system. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5)
}

test('an initdb that was killed in the middle is done anew, also without LANG', async () => {
  const first = await otherProcess()
  const drafts = async () =>
    (await readdir(join(dataDir, 'postgres')).catch(() => [])).filter((name) => name.startsWith('new-'))
  await until(async () => {
    const [draft] = await drafts()
    return (
      draft !== undefined && (await stat(await inHome(draft, 'cluster/global')).catch(() => null)) !== null
    )
  })
  first.child.kill('SIGKILL')
  await first.gone
  expect(await drafts()).toHaveLength(1)

  const second = await otherProcess()
  expect(await second.ready).toEqual({ owner: true })
  expect(await drafts()).toEqual([])
  second.child.stdin.end()
  await second.gone
})

test('UTF-8, the loopback only, and a password that only its user can read', async () => {
  const embedded = await start()
  expect(await ask(embedded.url, 'SHOW server_encoding')).toBe('UTF8')
  const order = `SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()`
  expect(await ask(embedded.url, order)).toBe('b C.UTF-8')
  expect(await ask(embedded.url, "SELECT upper('perché') || ('à' ~ '[[:alpha:]]')")).toBe('PERCHÉtrue')
  expect(await ask(embedded.url, 'SHOW listen_addresses')).toBe('127.0.0.1')
  expect(await ask(embedded.url, 'SHOW unix_socket_directories')).toBe('')
  expect((await stat(await inHome('cluster/filo-diretto.json'))).mode & 0o777).toBe(0o600)
  const wrong = Object.assign(new URL(embedded.url), { password: 'postgres' })
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
  await embedded.stop()
  await expect(ask(embedded.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
})

test('who comes second shares the server without owning it; who leaves last stops it', async () => {
  const owner = await start()
  const guest = await otherProcess()
  expect(owner.owner).toBe(true)
  expect(await guest.ready).toEqual({ owner: false })
  await owner.stop()
  expect(said.at(-1)).toMatch(/another process uses it/)
  expect(await ask(owner.url, 'SELECT 1')).toBe(1)
  guest.child.stdin.end()
  await guest.gone
  await expect(ask(owner.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
})

test('a server whose process was killed is found again, and belongs to who finds it', async () => {
  const killed = await otherProcess()
  await killed.ready
  const pid = await pidOf()
  killed.child.kill('SIGKILL')
  await killed.gone
  const next = await start()
  expect(next.owner).toBe(true)
  expect(await pidOf()).toBe(pid)
  await next.stop()
})

test('a process number that another program has since a reboot is no server', async () => {
  await writeFile(
    await inHome('cluster/postmaster.pid'),
    `${process.pid}\n/x\n1\n5999\n\n127.0.0.1\n\nready\n`,
  )
  await chmod(await inHome('cluster/postmaster.pid'), 0o666)
  const embedded = await start()
  expect(await ask(embedded.url, 'SELECT 1')).toBe(1)
  await embedded.stop()
})

test('it keeps its port, and takes another one when somebody has it', async () => {
  const before = await start()
  await before.stop()
  const { port } = new URL(before.url)
  const squatter = createServer().listen(Number(port), '127.0.0.1')
  await once(squatter, 'listening')
  const after = await start()
  expect(new URL(after.url).port).not.toBe(port)
  expect(await ask(after.url, 'SELECT 1')).toBe(1)
  await after.stop()
  squatter.close()
})

test('what does not start is said with the words of its log', async () => {
  const configuration = await inHome('cluster/postgresql.auto.conf')
  const right = await readFile(configuration)
  await writeFile(configuration, 'nonsense = 1\n')
  await expect(start()).rejects.toThrow(
    /does not start[\s\S]*unrecognized configuration parameter "nonsense"/,
  )
  await writeFile(configuration, right)
})

test('data of another version is refused, not touched', async () => {
  const path = await inHome('cluster/PG_VERSION')
  await writeFile(path, '17\n')
  await expect(start()).rejects.toThrow(/made by PostgreSQL 17/)
  await writeFile(path, '18\n')
})

const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot(
  'under a folder that only root can enter the database lies elsewhere, and is found again',
  async () => {
    // Only its owner may pass: what mkdtemp makes.
    const closed = await mkdtemp(join(tmpdir(), 'filo-closed-'))
    const hidden = join(closed, 'data')
    const startHidden = () => startEmbedded({ dataDir: hidden, log, settings })
    try {
      const first = await startHidden()
      expect(await ask(first.url, 'SELECT 1')).toBe(1)
      await first.stop()
      const home = await realpath(join(hidden, 'postgres'))
      expect(home.startsWith(closed)).toBe(false)
      const second = await startHidden()
      expect(await realpath(join(hidden, 'postgres'))).toBe(home)
      await second.stop()
      await rm(home, { recursive: true, force: true })
    } finally {
      await rm(closed, { recursive: true, force: true })
    }
  },
)

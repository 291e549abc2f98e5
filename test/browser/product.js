// The whole product as a child process, with a data folder and a port of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const START_MS = 45_000
const STOP_MS = 20_000
const LOG_LINES = 30

/** What a fresh machine has: no setting of the person who runs this may get in. */
const { PATH, HOME, TMPDIR, LANG } = process.env

/** A product that can be started, stopped and started again on the same data; `end` leaves nothing behind. */
export async function createProduct() {
  const dataDir = await mkdtemp(join(tmpdir(), 'filo-browser-'))
  // The embedded database's own user must be able to enter.
  await chmod(dataDir, 0o755)
  const env = { PATH, HOME, TMPDIR, LANG, DATA_DIR: dataDir, HTTP_PORT: String(await freePort()) }
  let child
  let output = ''

  async function start() {
    output = ''
    child = spawn(process.execPath, ['--enable-source-maps', MAIN, 'start'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const address = new Promise((resolve, reject) => {
      const read = (part) => {
        output += part
        const found = /Simulator: (\S+)/.exec(output)
        if (found) resolve(found[1])
      }
      child.stdout.setEncoding('utf8').on('data', read)
      child.stderr.setEncoding('utf8').on('data', read)
      child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output}`)))
      setTimeout(() => reject(new Error(`The product printed no address:\n${output}`)), START_MS).unref()
    })
    return await address
  }

  /** As Ctrl-C does; whatever does not end by itself is killed, and that is an error. */
  async function stop() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const pid = await postgresPid(dataDir)
    const ended = once(child, 'exit').then(() => true)
    child.kill('SIGTERM')
    const patience = new AbortController()
    const inTime = await Promise.race([
      ended,
      pause(STOP_MS, false, { signal: patience.signal }).catch(() => false),
    ])
    patience.abort()
    if (!inTime) {
      child.kill('SIGKILL')
      await ended
    }
    // The server stops a moment before or after its owner; SIGINT is PostgreSQL's fast shutdown.
    for (let waited = 0; pid && isAlive(pid) && waited < STOP_MS; waited += 100) {
      if (!inTime && waited === 0) process.kill(pid, 'SIGINT')
      await pause(100)
    }
    if (!inTime) throw new Error(`The product did not stop within ${STOP_MS / 1000} s:\n${output}`)
    if (pid && isAlive(pid)) throw new Error(`PostgreSQL (process ${pid}) still runs`)
  }

  return {
    start,
    stop,
    /** The last lines that the product printed. */
    log: () => output.trimEnd().split('\n').slice(-LOG_LINES).join('\n'),
    async end() {
      await stop().finally(() => rm(dataDir, { recursive: true, force: true }))
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function postgresPid(dataDir) {
  const content = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').catch(() => '')
  return Number.parseInt(content, 10) || undefined
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

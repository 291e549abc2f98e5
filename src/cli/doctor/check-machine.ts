import { randomBytes } from 'node:crypto'
import { mkdtemp, realpath, rm, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../config.js'
import { SECOND } from '../../kernel/clock.js'
import { fileStore } from '../../media/file-store.js'
import { s3Store } from '../../media/s3-store.js'
import type { MediaStore } from '../../messaging/media-store.js'
import { type Finding, fault, ok, warning } from './finding.js'

const MEBIBYTE = 1024 * 1024
/** A thousand photos or two; PostgreSQL stops when nothing is left. */
const LOW_DISK_BYTES = 1024 * MEBIBYTE
const NO_DISK_BYTES = 200 * MEBIBYTE
const ANSWER_WITHIN_MS = 5 * SECOND

/** Room where the data lie: the folder, and what the embedded database's folder leads to. */
export async function checkDisk({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding[]> {
  const places = await Promise.all([
    nearest(resolve(dataDir)),
    realpath(join(dataDir, 'postgres')).catch(() => ''),
  ])
  const disks = new Map<number, { place: string; free: number }>()
  for (const place of places.filter(Boolean)) {
    const { bavail, bsize } = await statfs(place)
    const { dev } = await stat(place)
    if (!disks.has(dev)) disks.set(dev, { place, free: bavail * bsize })
  }
  return [...disks.values()].map(({ place, free }) => diskFinding(place, free))
}

export function diskFinding(place: string, freeBytes: number): Finding {
  const says = `${Math.floor(freeBytes / MEBIBYTE)} MB free in ${place}`
  if (freeBytes < NO_DISK_BYTES) return fault('disk', says, 'make room before the database stops')
  return freeBytes < LOW_DISK_BYTES ? warning('disk', says, 'make room') : ok('disk', says)
}

/** The folder, or what is there of the way to it. */
async function nearest(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined)
  return there || folder === dirname(folder) ? folder : nearest(dirname(folder))
}

/** A small file there and back; nothing of it stays. */
export async function checkMedia({
  mediaStore,
  dataDir,
}: Pick<Config, 'mediaStore' | 'dataDir'>): Promise<Finding[]> {
  if (mediaStore.type === 's3') {
    return roundTrip(s3Store(mediaStore), `the bucket ${mediaStore.bucket}`, 'put the S3_… settings right')
  }
  const mend = `let the user who runs the product write there (DATA_DIR is ${dataDir})`
  const folder = await nearest(resolve(mediaStore.dir))
  try {
    // Beside the photos, not among them: run by another user, it would leave folders that the product cannot write to.
    const beside = await mkdtemp(join(folder, '.doctor-'))
    return await roundTrip(fileStore(beside), folder, mend).finally(() =>
      rm(beside, { recursive: true, force: true }),
    )
  } catch (error) {
    return [fault('media', `${folder} cannot be written: ${(error as NodeJS.ErrnoException).code}`, mend)]
  }
}

async function roundTrip(store: MediaStore, where: string, mend: string): Promise<Finding[]> {
  const bytes = randomBytes(64)
  try {
    const key = await store.put(bytes, 'bin')
    const same = bytes.equals(await store.get(key))
    await store.remove(key)
    return same
      ? [ok('media', `${where} can be written and read`)]
      : [fault('media', `${where} gives back other bytes`, mend)]
  } catch (error) {
    return [fault('media', (error as Error).message, mend)]
  }
}

/** Who listens on our port: we, nobody, or somebody else. */
export async function checkPort({ http, roles }: Pick<Config, 'http' | 'roles'>): Promise<Finding[]> {
  const { host, port } = http
  if (!roles.includes('http')) return [ok('http', 'not served by this process (ROLES)')]
  if (port === 0) return [ok('http', 'any free port')]
  const state = await readyAt(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  if (state?.ready) return [ok('http', `the product runs on ${host}:${port} and is ready`)]
  if (state) {
    const says = `the product runs on ${host}:${port} and is not ready: ${state.reasons.join('; ')}`
    return [warning('http', says, 'its log says more')]
  }
  const taken = await whyTaken(host, port)
  if (!taken) return [ok('http', `${host}:${port} is free`)]
  return [
    fault(
      'http',
      `HTTP_PORT ${port} cannot be used on ${host}: ${taken}`,
      'stop the other program, or set HTTP_HOST and HTTP_PORT',
    ),
  ]
}

/** Undefined: not our product. */
async function readyAt(url: string): Promise<{ ready: boolean; reasons: string[] } | undefined> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    const body = (await answer.json()) as { ready?: unknown; reasons?: unknown }
    return typeof body.ready === 'boolean' && Array.isArray(body.reasons)
      ? { ready: body.ready, reasons: body.reasons.map(String) }
      : undefined
  } catch {
    return undefined
  }
}

/** Undefined: it is free. */
const whyTaken = (host: string, port: number): Promise<string | undefined> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      done(code === 'EADDRINUSE' ? 'another program listens there' : code),
    )
    server.listen(port, host, () => server.close(() => done(undefined)))
  })

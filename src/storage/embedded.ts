import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'
import { codeOf } from './embedded-account.js'
import {
  clusterOf,
  ensureCluster,
  findServer,
  type Launch,
  launch,
  readSecrets,
  stopServer,
  USER,
} from './embedded-cluster.js'
import { findPlace, type Place } from './embedded-place.js'

/** Recovery after a hard stop may take its time. */
const READY_WITHIN_MS = 60 * SECOND
const TRY_AGAIN_MS = 50
/** Advisory locks in the embedded server's `postgres` database. */
const SEAT_LOCK = 351_001
const OWNER_LOCK = 351_002
/** Another process was faster, a killed server is still dying, somebody took the port: trying again helps. */
const WORTH_ANOTHER_TRY = /lock file|shared memory block|could not create any TCP\/IP sockets/

interface Options {
  /** The product's DATA_DIR; the database lives in its folder `postgres`. */
  readonly dataDir: string
  readonly log: Pick<Log, 'info' | 'warn'>
  /** On top of our own; the tests switch durability off. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Embedded {
  readonly url: string
  /** This process started the server, or found it orphaned; false: it runs for another living process. */
  readonly owner: boolean
  /** To be called last. Stops the server unless other processes still use it: who leaves last stops it. */
  stop(): Promise<void>
}

/**
 * PostgreSQL without set-up. Any number of processes may call it for the same folder: they share one server.
 * Each keeps a seat, a connection with a lock that ends with the process, however it ends; so nobody has to
 * trust process numbers. Throws in sentences.
 */
export async function startEmbedded({ dataDir, log, settings = {} }: Options): Promise<Embedded> {
  const place = await findPlace(resolve(dataDir), log)
  const deadline = Date.now() + READY_WITHIN_MS
  let attempt: Launch | undefined
  try {
    while (Date.now() < deadline) {
      await ensureCluster(place, log)
      const server = await findServer(place, log)
      if (server?.port) {
        const url = await addressOf(place, server.port)
        const seat = await takeSeat(url)
        if (seat) {
          log.info({ home: place.home, port: server.port, owner: seat.owner }, 'PostgreSQL is ready')
          return { url, owner: seat.owner, stop: () => leave(place, url, seat.client, log) }
        }
      } else if (!server && (!attempt || attempt.ended())) {
        if (attempt) await giveUpUnlessWorthIt(attempt, place)
        attempt = await launch(place, settings)
      }
      await sleep(TRY_AGAIN_MS)
    }
    const server = await findServer(place, log)
    throw new Error(
      `PostgreSQL in ${place.home} did not answer within ${READY_WITHIN_MS / SECOND} s; its log is ` +
        `${place.home}/server.log.${server ? ` If it hangs, end process ${server.pid} and start again.` : ''}`,
    )
  } catch (error) {
    if (attempt && !attempt.ended()) await stopServer(place)
    throw error
  }
}

async function addressOf(place: Place, port: number): Promise<string> {
  const { password } = await readSecrets(place)
  return `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`
}

async function giveUpUnlessWorthIt(attempt: Launch, place: Place): Promise<void> {
  const said = await attempt.said()
  if (WORTH_ANOTHER_TRY.test(said)) return
  const last = said.split('\n').slice(-5).join('\n')
  throw new Error(
    `PostgreSQL in ${clusterOf(place)} does not start. The end of ${place.home}/server.log:\n${last}`,
  )
}

/** Undefined: not ready yet, or being stopped by who had it. */
async function takeSeat(url: string): Promise<{ client: Client; owner: boolean } | undefined> {
  const client = await connect(url)
  if (!client) return undefined
  const { rows } = await client.query<{ seated: boolean; owner: boolean }>(
    'SELECT pg_try_advisory_lock_shared($1) AS seated, pg_try_advisory_lock($2) AS owner',
    [SEAT_LOCK, OWNER_LOCK],
  )
  if (rows[0]?.seated) return { client, owner: rows[0].owner }
  await client.end()
  return undefined
}

async function connect(url: string): Promise<Client | undefined> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 2 * SECOND,
    application_name: 'filo-diretto seat',
  })
  // A lost connection is noticed when the seat is left; the product's own pool speaks up at once.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    if (codeOf(error) === '28P01') {
      throw new Error(
        'The embedded PostgreSQL refuses the password of filo-diretto.json in its folder: ' +
          'put that file back as it was when the database was made.',
      )
    }
    return undefined
  }
}

async function leave(
  place: Place,
  url: string,
  seat: Client,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<void> {
  let client: Client | undefined = seat
  let alone = await isLast(seat)
  if (alone === undefined) {
    client = await connect(url)
    alone = client && (await isLast(client))
  }
  if (alone === false) {
    log.info({ home: place.home }, 'PostgreSQL keeps running: another process uses it and will stop it')
  } else if (await findServer(place, log)) {
    await stopServer(place)
    log.info({ home: place.home }, 'PostgreSQL has stopped')
  }
  await client?.end().catch(() => undefined)
}

/** Two statements: of two that leave at once, both stand up before either looks round. Undefined: connection lost. */
async function isLast(client: Client): Promise<boolean | undefined> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [SEAT_LOCK])
    const { rows } = await client.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [
      SEAT_LOCK,
    ])
    return rows[0]?.last
  } catch {
    return undefined
  }
}

import { randomInt } from 'node:crypto'
import pg from 'pg'
import { SECOND } from '../kernel/clock.js'
import type { Log } from '../kernel/logger.js'
import { NOTICE_DEATH } from './connection-settings.js'

/** First half of the advisory lock by which a process shows that it lives; the second half is its owner number. */
export const OWNER_LOCK = 0x66_69_6c
/** First half of the advisory locks for leadership; the second half is the hash of the key. */
const LEADER_LOCK = 0x66_69_6d
const TRY_AGAIN_MS = 500
const HEARTBEAT_MS = 2 * SECOND
/** A session that does not answer for so long is given up. */
const ANSWER_WITHIN_MS = 4 * SECOND
/** Leadership over something that only one process may do. */
export interface Lead {
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** A process's sign of life in the database: what hangs on it is free for the others within a second of its death. */
export interface Presence {
  /** Undefined while the connection is lost: then nothing may be leased. */
  readonly owner: number | undefined
  /** Resolves once this process leads; rejects when the signal aborts. */
  lead(key: string, signal: AbortSignal): Promise<Lead>
  /** Ends all that is led, too. */
  stop(): Promise<void>
}

/**
 * Holds one dedicated session on the database (so no transaction-mode pooler in between). When it is lost, all that
 * was led is lost with it, and a new session under a new number is opened.
 */
export async function openPresence(url: string, log: Log): Promise<Presence> {
  let client: pg.Client | undefined
  let owner: number | undefined
  let alive = new AbortController()
  let stopped = false
  let asked: Promise<unknown> = Promise.resolve()

  /** One question after the other: a session answers one at a time. */
  function ask<Row extends pg.QueryResultRow>(
    session: pg.Client,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const answer = asked.then(async () => (await session.query<Row>(sql, [...values])).rows)
    asked = answer.catch(() => undefined)
    return answer
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      application_name: 'filo-diretto presence',
    })
    next.on('error', () => lose(next))
    next.on('end', () => lose(next))
    await next.connect()
    const number = randomInt(1, 2 ** 31 - 1)
    try {
      await next.query(NOTICE_DEATH)
      await next.query('SELECT pg_advisory_lock($1, $2)', [OWNER_LOCK, number])
    } catch (error) {
      hangUp(next)
      throw error
    }
    if (stopped) return hangUp(next)
    client = next
    owner = number
    alive = new AbortController()
  }

  function lose(which: pg.Client): void {
    if (which !== client) return
    client = undefined
    owner = undefined
    alive.abort()
    hangUp(which)
    if (stopped) return
    log.warn({}, 'The database session of this process was lost; opening a new one')
    void reconnect()
  }

  async function reconnect(): Promise<void> {
    while (!stopped && !client) {
      try {
        await connect()
      } catch (error) {
        log.debug({ error }, 'The database does not answer yet')
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
      }
    }
  }

  await connect()
  /** A connection into nothing stays open: only an answer proves that the session lives. */
  const heartbeat = setInterval(() => {
    const session = client
    if (session) ask(session, 'SELECT 1').catch(() => lose(session))
  }, HEARTBEAT_MS)

  return {
    get owner() {
      return owner
    },
    async lead(key, signal) {
      for (;;) {
        signal.throwIfAborted()
        const session = client
        const life = alive
        const won =
          session &&
          (await ask<{ won: boolean }>(session, 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS won', [
            LEADER_LOCK,
            key,
          ])
            .then(([row]) => row?.won === true)
            // Losing the session is seen by `lose`; the next round tries on the new one.
            .catch(() => false))
        if (won) {
          return {
            lost: life.signal,
            release: async () => {
              if (client !== session) return
              await ask(session, 'SELECT pg_advisory_unlock($1, hashtext($2))', [LEADER_LOCK, key])
            },
          }
        }
        await pause(TRY_AGAIN_MS, signal)
      }
    },
    async stop() {
      stopped = true
      clearInterval(heartbeat)
      const last = client
      client = undefined
      owner = undefined
      alive.abort()
      if (!last) return
      const noAnswer = setTimeout(() => hangUp(last), ANSWER_WITHIN_MS)
      await last.end()
      clearTimeout(noAnswer)
    },
  }
}

/** Also where nobody is at the other end to say goodbye to. */
function hangUp(client: pg.Client): void {
  client.end().catch(() => undefined)
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection
  stream.destroy()
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}

import { types } from 'node:util'
import { type DestinationStream, pino } from 'pino'
import pretty from 'pino-pretty'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What the rest of the house may say to the log: facts as an object, a constant sentence beside. */
export interface Log {
  debug(o: object, m?: string): void
  info(o: object, m?: string): void
  warn(o: object, m?: string): void
  error(o: object, m?: string): void
  child(o: object): Log
}

/** Values under these keys are never written, at whatever depth. Compared without case, `_` and `-`. */
const REDACTED_KEYS: ReadonlySet<string> = new Set(
  [
    ['token', 'secret', 'password', 'authorization', 'apikey', 'databaseurl', 'headers', 'cookie'],
    ['name', 'firstname', 'lastname', 'username', 'fullname', 'phone', 'phonenumber', 'email', 'contact'],
    ['chat', 'chatid', 'user', 'userid', 'actor', 'address', 'jid', 'remotejid', 'sender'],
    ['text', 'caption', 'body', 'title', 'description', 'label', 'line', 'words', 'note', 'answer', 'query'],
    ['message', 'payload', 'params', 'parameters', 'state', 'session', 'verbatim', 'street', 'housenumber'],
    ['point', 'lat', 'lon', 'latitude', 'longitude'],
  ].flat(),
)
const CENSORED = '[removed]'
const MAX_DEPTH = 6
const MAX_CAUSES = 3
const MAX_MESSAGE_CHARS = 500

const withoutSecrets = (words: string): string =>
  words
    .replace(/\d{5,}:[\w-]{20,}/g, CENSORED) // a bot's token, in Telegram's URLs too
    .replace(/:\/\/[^@\s/]+@/g, `://${CENSORED}@`) // user and password of a URL

/** Names of pieces of the database, and whatever else stands in quotes: from its first quote to the last one. */
const QUOTED =
  /(\b(?:relation|column|constraint|table|function|type|index|database|schema|role) "[^"]*")|"[\s\S]*"|"[\s\S]*/g

/**
 * Sentences of libraries and networks quote what they choked on: a pg error its value, JSON.parse the text.
 * Quotes stay only where they name a piece of the database.
 */
const withoutPersons = (words: string): string =>
  withoutSecrets(words)
    .replace(QUOTED, (_, piece: string | undefined) => piece ?? '"…"')
    .replace(/\S+@\S+\.\w+/g, CENSORED)
    .replace(/[+-]?\d(?:[ /-]?\d){5,}/g, CENSORED) // phone numbers and chat ids
    .slice(0, MAX_MESSAGE_CHARS)

const FACTS = [
  'code',
  'errno',
  'syscall',
  'constraint',
  'table',
  'column',
  'error_code',
  'method',
  'status',
] as const

/** An error without personal data: kind, cleaned message, codes, frames. Queries, parameters and details stay out. */
function describeError(error: Error, causes = MAX_CAUSES): object {
  const known = error as Error & Partial<Record<(typeof FACTS)[number], unknown>>
  const facts = FACTS.filter((key) => ['string', 'number'].includes(typeof known[key]))
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  return {
    type: error.name,
    message: withoutPersons(error.message),
    ...Object.fromEntries(facts.map((key) => [key, known[key]])),
    // The stack's head repeats the message.
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...(isError(inner) && causes > 0 ? { cause: describeError(inner, causes - 1) } : {}),
  }
}

/** Errors of another realm (node's own, in a test's sandbox) are no `instanceof Error`. */
const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value)

function clean(value: unknown, depth = 0): unknown {
  // A word is a fact of ours (a code, an id, a path); a sentence may be somebody else's, and quote.
  if (typeof value === 'string') return /\s/.test(value) ? withoutPersons(value) : withoutSecrets(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (isError(value)) return describeError(value)
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return CENSORED
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, isRedacted(String(key)) ? CENSORED : clean(item, depth + 1)]),
  )
}

const isRedacted = (key: string): boolean => {
  const plain = key.toLowerCase().replace(/[_-]/g, '')
  return REDACTED_KEYS.has(plain) || plain.endsWith('token') || plain.endsWith('secret')
}

const facts = (o: object): object => (isError(o) ? { err: describeError(o) } : (clean(o) as object))

/**
 * JSON lines on stdout, readable ones when stdout is a terminal. Names, phone numbers, texts, tokens and chat ids
 * never leave the process this way: they are taken out by the name of their key, and from the sentences of errors.
 */
export function createLogger(
  options: { readonly level: LogLevel; readonly pretty?: boolean },
  destination?: DestinationStream,
): Log {
  const readable = options.pretty ?? (!destination && process.stdout.isTTY === true)
  const target = readable
    ? pretty({ sync: true, ignore: 'pid,hostname', ...(destination ? { destination } : {}) })
    : destination
  // pino's own way with `err` would describe the description.
  const settings = {
    level: options.level,
    base: { pid: process.pid },
    serializers: { err: (described: object) => described },
  }
  return wrap(target ? pino(settings, target) : pino(settings))
}

function wrap(logger: pino.Logger): Log {
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (o: object, m?: string): void => {
      if (logger.isLevelEnabled(level)) logger[level](facts(o), m === undefined ? m : withoutPersons(m))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (o) => wrap(logger.child(facts(o))),
  }
}

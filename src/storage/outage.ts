import { QueryFailedError } from 'typeorm'

/**
 * Classes and codes of faults of the connection or the server (PostgreSQL, appendix A), not of the statement. 25006: the
 * server is a standby that takes no writes, as one finds it in the middle of a failover; 25P03: it ended a transaction of
 * ours that stood still, as one does on a machine that was asleep.
 */
const SERVER_CODES = /^(08|57P|53|57014|58|25006|25P03)/
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])
/** What pg says without a code; the last is TypeORM's word for a connection that broke between two statements. */
const LOST =
  /Query read timeout|Connection terminated|connection error|not queryable|timeout exceeded when trying to connect|Driver not Connected|Query runner already released/i

/** Two transactions waited for each other, and this one was ended for the other's sake: it can be done again at once. */
export const isDeadlock = (error: unknown): boolean => hasCode(error, '40P01')

/** Says only that a statement before this one had failed. */
export const isAftermath = (error: unknown): boolean => hasCode(error, '25P02')

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code

/** True when the database is away, so that waiting helps; false when the statement itself is at fault. */
export function isOutage(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error
  if (typeof cause !== 'object' || cause === null) return false
  const { code = '', message = '' } = cause as { code?: unknown; message?: unknown }
  return SERVER_CODES.test(String(code)) || SOCKET_CODES.has(String(code)) || LOST.test(String(message))
}

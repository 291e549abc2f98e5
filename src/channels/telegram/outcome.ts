import { SECOND } from '../../kernel/clock.js'
import type { ExternalId } from '../../kernel/ids.js'
import type { SendResult } from '../../messaging/channel.js'

/** Why a call of the Bot API failed, whichever library made it. Holds no token and nothing that was sent. */
export interface Fault {
  /** Telegram's `error_code`; missing when there was no answer from it. */
  readonly code?: number
  /** Telegram's own words, or the network's name for the fault (`ECONNRESET`). */
  readonly description: string
  readonly retryAfterMs?: number
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** grammY keeps Telegram's answer in its error, Telegraf under `response`. */
const answerIn = (error: unknown): Fields | undefined =>
  [error, isObject(error) ? error.response : undefined].filter(isObject).find((each) => 'error_code' in each)

/** grammY wraps the fault of the network in an `HttpError`, under `error`; Telegraf lets it through. */
function networkFault(error: unknown): string {
  const cause = isObject(error) && isObject(error.error) ? error.error : error
  if (!isObject(cause)) return 'unknown fault'
  if (cause.name === 'AbortError') return 'no answer in time'
  // never its message: it holds the address, and the address holds the token
  return String(cause.code ?? cause.type ?? cause.name)
}

/** Reads what grammY and Telegraf reject with. */
export function readFault(error: unknown): Fault {
  const answer = answerIn(error)
  if (answer === undefined) return { description: networkFault(error) }
  const { retry_after } = isObject(answer.parameters) ? answer.parameters : {}
  return {
    code: Number(answer.error_code),
    description: String(answer.description ?? ''),
    ...(typeof retry_after === 'number' ? { retryAfterMs: retry_after * SECOND } : {}),
  }
}

const NOT_MODIFIED = /message is not modified/i
const CANNOT_EDIT = /message to edit not found|message can't be edited|message_id_invalid/i
const CHAT_NOT_FOUND = /chat not found/i
const FOREIGN_FILE = /wrong (remote )?file[ _]id/i

/** Telegram does not know this file id (any more): upload the file again. */
export const isForeignFile = ({ code, description }: Fault): boolean =>
  code === 400 && FOREIGN_FILE.test(description)

/** Why a call failed, as an outcome. The codes: Bot API, "Making requests", and the texts of tdlib/telegram-bot-api. */
export function failureOf({ code, description, retryAfterMs }: Fault): Exclude<SendResult, { type: 'sent' }> {
  const detail = description
  if (code === 429) return { type: 'retry', why: 'throttled', afterMs: retryAfterMs, detail }
  // 409: getUpdates only, another process polls with this token or a webhook is set
  if (code === undefined || code >= 500 || code === 409) return { type: 'retry', why: 'unreachable', detail }
  // 404 is what a token that never existed is answered
  if (code === 401 || code === 404) return { type: 'refused', why: 'restricted', detail }
  if (code === 403 || CHAT_NOT_FOUND.test(description)) return { type: 'refused', why: 'blocked', detail }
  if (CANNOT_EDIT.test(description)) return { type: 'refused', why: 'gone', detail }
  return { type: 'refused', why: 'invalid', detail }
}

/** A failed send as its result; `edited` is the message that was to be changed, if it was a change. */
export function outcomeOf(fault: Fault, edited?: ExternalId): SendResult {
  // the message already says what it should: a repeat after a crash
  if (edited !== undefined && NOT_MODIFIED.test(fault.description))
    return { type: 'sent', externalIds: [edited] }
  return failureOf(fault)
}

import { SECOND } from '../../../kernel/clock.js'
import type { Refusal, SendResult } from '../../../messaging/channel.js'
import type { LineTrouble } from '../../../messaging/trouble.js'

/** Why a call of the Graph API failed. Holds no token and nothing that was sent. */
export interface Fault {
  /** Of HTTP; missing when there was no answer. */
  readonly status?: number
  /** Meta's own number of the error; missing when something else answered. */
  readonly code?: number
  readonly subcode?: number
  /** Meta's words for people, or the network's name for the fault. */
  readonly description: string
  readonly retryAfterMs?: number
}

type Meaning =
  | { readonly retry: 'throttled' | 'unreachable'; readonly afterMs?: number }
  | { readonly refused: Refusal }
  /** Nothing goes out until a person has done something about it. */
  | { readonly trouble: LineTrouble }
  /** This kind of message does not go out until then; the others do. */
  | { readonly refused: Refusal; readonly trouble: LineTrouble }

/** About one message in six seconds for a person. */
const PAIR_PAUSE_MS = 6 * SECOND

/** What the codes mean (Cloud API, "Error codes"). What is not here is told by the status of HTTP. */
const CODES: Readonly<Record<number, Meaning>> = {
  // worth another try
  1: { retry: 'unreachable' },
  2: { retry: 'unreachable' },
  4: { retry: 'throttled' },
  80007: { retry: 'throttled' },
  130429: { retry: 'throttled' },
  131056: { retry: 'throttled', afterMs: PAIR_PAUSE_MS },
  131000: { retry: 'unreachable' },
  131016: { retry: 'unreachable' },
  131057: { retry: 'unreachable' },
  133004: { retry: 'unreachable' },
  // this message will never go out
  100: { refused: 'invalid' },
  130472: { refused: 'invalid' },
  131008: { refused: 'invalid' },
  131009: { refused: 'invalid' },
  131021: { refused: 'invalid' },
  131026: { refused: 'invalid' },
  131047: { refused: 'window-closed' },
  131049: { refused: 'invalid' },
  131051: { refused: 'invalid' },
  131052: { refused: 'invalid' },
  131053: { refused: 'invalid' },
  131062: { refused: 'invalid' },
  132000: { refused: 'invalid' },
  132001: { refused: 'invalid' },
  132005: { refused: 'invalid' },
  132007: { refused: 'invalid' },
  132012: { refused: 'invalid' },
  132018: { refused: 'invalid' },
  // somebody must do something
  0: { trouble: 'token' },
  190: { trouble: 'token' },
  3: { trouble: 'permission' },
  10: { trouble: 'permission' },
  131005: { trouble: 'permission' },
  368: { trouble: 'locked' },
  131031: { trouble: 'locked' },
  131042: { trouble: 'payment' },
  131048: { trouble: 'spam' },
  131037: { trouble: 'number' },
  131045: { trouble: 'number' },
  133010: { trouble: 'number' },
  132015: { refused: 'invalid', trouble: 'template' },
  132016: { refused: 'invalid', trouble: 'template' },
}

/** Codes 200 to 299: "API permission denied". */
const isPermission = (code: number): boolean => code >= 200 && code <= 299

function meaningOf({ status, code }: Pick<Fault, 'status' | 'code'>): Meaning {
  if (code !== undefined) {
    const known = CODES[code] ?? (isPermission(code) ? CODES[10] : undefined)
    if (known) return known
  }
  if (status === undefined || status >= 500 || status === 408) return { retry: 'unreachable' }
  if (status === 429) return { retry: 'throttled' }
  if (status === 401) return { trouble: 'token' }
  return { refused: 'invalid' }
}

const detailOf = ({ status, code, description }: Fault): string =>
  [code ?? status, description].filter((part) => part !== undefined && part !== '').join(' ')

/** A failed call as its result. While somebody must do something, messages wait: `restricted`. */
export function outcomeOf(fault: Fault): Exclude<SendResult, { type: 'sent' }> {
  const meaning = meaningOf(fault)
  const detail = detailOf(fault)
  if ('retry' in meaning) {
    const afterMs = fault.retryAfterMs ?? meaning.afterMs
    return { type: 'retry', why: meaning.retry, ...(afterMs !== undefined && { afterMs }), detail }
  }
  return { type: 'refused', why: 'refused' in meaning ? meaning.refused : 'restricted', detail }
}

/** What somebody must be told about; undefined: nobody needs to do anything. */
export function troubleOf(fault: Pick<Fault, 'status' | 'code'>): LineTrouble | undefined {
  const meaning = meaningOf(fault)
  return 'trouble' in meaning ? meaning.trouble : undefined
}

/** Why a message that was taken did not arrive; nothing is tried again at this point. */
export function refusalOf(code: number | undefined): Refusal {
  const meaning = meaningOf({ code, status: 400 })
  return 'refused' in meaning ? meaning.refused : 'trouble' in meaning ? 'restricted' : 'invalid'
}

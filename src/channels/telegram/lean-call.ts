import type { Transformer } from 'grammy'
import type { ApiResponse } from 'grammy/types'
import { type Dispatcher, Pool } from 'undici'
import { MINUTE } from '../../kernel/clock.js'
import { type Params, timeLimitMs } from './bot-api.js'

/** These may carry a file, which grammY knows how to upload. */
const WITH_FILE: ReadonlySet<string> = new Set(['sendPhoto', 'sendMediaGroup', 'sendVoice', 'sendAudio'])
const HEADERS = { 'content-type': 'application/json' }
/**
 * How the answer to a message begins. Its id is all that is kept of it; the rest, which repeats what was said, takes
 * longer to read than all else that a call does here. The order is that of Telegram's server (telegram-bot-api, Client.cpp,
 * JsonMessage); another one is read as a whole.
 */
const SENT = /^\{"ok":true,"result":\{"message_id":(\d+)[,}]/
const SENT_BYTES = 64

/**
 * Carries grammY's calls over undici's kept connections. By grammY's own way a call costs twice the CPU, and a turn makes
 * two or three: two abort controllers, three promises and two streams for some hundred bytes.
 */
export function leanCall(token: string, apiRoot: string): Transformer {
  const { origin, pathname } = new URL(apiRoot)
  const path = `${pathname.replace(/\/$/, '')}/bot${token}/`
  // People think for longer than undici's four seconds; each new connection costs a handshake.
  const pool = new Pool(origin, { keepAliveTimeout: MINUTE })

  return async (prev, method, payload, signal) => {
    if (WITH_FILE.has(method)) return prev(method, payload, signal)
    const body = JSON.stringify(payload)
    // The limit is ours: undici's own, of five minutes, are for headers and body apart.
    const answer = await post(
      pool,
      { path: path + method, method: 'POST', headers: HEADERS, body, headersTimeout: 0, bodyTimeout: 0 },
      timeLimitMs(payload as Params),
      signal as AbortSignal | undefined,
    )
    try {
      return read(answer)
    } catch {
      // A proxy's page instead of an answer; what it says may quote the address, and with it the token.
      throw Object.assign(new Error('The answer is no JSON'), { type: 'invalid-json' })
    }
  }
}

function read(answer: Buffer): ApiResponse<never> {
  const id = SENT.exec(answer.toString('latin1', 0, SENT_BYTES))?.[1]
  return id === undefined
    ? JSON.parse(String(answer))
    : { ok: true, result: { message_id: Number(id) } as never }
}

/** The answer's body, whatever its status: the Bot API says in the JSON itself how it went. */
function post(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  withinMs: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let running: Dispatcher.DispatchController | undefined
    let over = false
    const timer = setTimeout(giveUp, withinMs)
    signal?.addEventListener('abort', giveUp)

    function end(settle: () => void): void {
      over = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      settle()
    }
    function giveUp(): void {
      const error = new DOMException('No answer in time', 'AbortError')
      if (!over) end(() => reject(error))
      running?.abort(error)
    }

    if (signal?.aborted) return giveUp()
    pool.dispatch(request, {
      onRequestStart(controller) {
        running = controller
        // It has waited for a connection all that time.
        if (over) giveUp()
      },
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        if (!over) end(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
      },
      onResponseError(_, error) {
        if (!over) end(() => reject(error))
      },
    })
  })
}

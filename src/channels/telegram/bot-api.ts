import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { SECOND } from '../../kernel/clock.js'

/** A call has ended after this time: far below the lease of a chat. */
export const SEND_TIMEOUT_MS = 15 * SECOND

/** The Bot API allows 50; networks in between like to forget silent connections earlier. */
export const LONG_POLL_SECONDS = 30

export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const

export type Params = Readonly<Record<string, unknown>>

/** All that differs between the two libraries. */
export interface BotApi {
  /**
   * Calls a method of the Bot API; the caller names the result that the documentation promises.
   * Rejects with the library's own error: `readFault` understands those of both. Also when `signal` aborts, or there is
   * no answer within `timeLimitMs`.
   */
  call<Result>(method: string, params: Params, signal?: AbortSignal): Promise<Result>
  /** What this library wants in a parameter's place to upload the bytes. */
  upload(bytes: Buffer, fileName: string): object
}

/** How long a call may take; a long poll (`timeout`, in seconds) is meant to wait. */
export const timeLimitMs = ({ timeout }: Params): number =>
  SEND_TIMEOUT_MS + (typeof timeout === 'number' ? timeout * SECOND : 0)

/** Many short calls to one host: without kept connections each pays for a TLS handshake. */
export const keepAliveAgent = (apiRoot: string): HttpAgent | HttpsAgent =>
  apiRoot.startsWith('https:') ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })

/** Runs with a signal that aborts after `ms` of real time, or together with `outer`. */
export async function withDeadline<T>(
  ms: number,
  run: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, ms)
  // not AbortSignal.any: on Node 20 each use leaves something behind on a signal that lives long
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort, { once: true })
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}

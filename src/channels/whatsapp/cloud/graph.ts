import { SECOND } from '../../../kernel/clock.js'
import type { Fault } from './outcome.js'
import type { RawError } from './payload.js'

/** One send, all its HTTP requests together, has ended after this time: far below the lease of a chat. */
export const SEND_TIMEOUT_MS = 15 * SECOND

export type Called<Result> =
  | { readonly ok: true; readonly body: Result }
  | { readonly ok: false; readonly fault: Fault }

/** Calls of the Graph API with our token. Failures are values; the caller names the result that is documented. */
export interface Graph {
  get<Result>(path: string, signal: AbortSignal): Promise<Called<Result>>
  post<Result>(path: string, body: object, signal: AbortSignal): Promise<Called<Result>>
  upload<Result>(path: string, file: Upload, signal: AbortSignal): Promise<Called<Result>>
}

export interface Upload {
  readonly bytes: Buffer
  readonly mime: string
  readonly fileName: string
}

export function createGraph({ apiRoot, token }: { apiRoot: string; token: string }): Graph {
  async function call<Result>(path: string, init: RequestInit): Promise<Called<Result>> {
    let response: Response
    try {
      // A redirect would carry the token to who knows where.
      response = await fetch(`${apiRoot}/${path}`, {
        ...init,
        redirect: 'error',
        headers: { ...init.headers, authorization: `Bearer ${token}` },
      })
    } catch (error) {
      return { ok: false, fault: { description: networkFault(error) } }
    }
    const body: unknown = await response.json().catch(() => undefined)
    return response.ok && body !== undefined
      ? { ok: true, body: body as Result }
      : { ok: false, fault: faultIn(response, body) }
  }

  return {
    get: (path, signal) => call(path, { signal }),
    post: (path, body, signal) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      }),
    upload(path, { bytes, mime, fileName }, signal) {
      const form = new FormData()
      form.set('messaging_product', 'whatsapp')
      form.set('type', mime)
      form.set('file', new Blob([new Uint8Array(bytes)], { type: mime }), fileName)
      return call(path, { method: 'POST', body: form, signal })
    },
  }
}

/** Never its message: it may hold the address. */
function networkFault(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } }
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time'
  return typeof cause?.code === 'string' ? cause.code : 'unreachable'
}

function faultIn(response: Response, body: unknown): Fault {
  const error = (body as { error?: RawError } | undefined)?.error
  const after = Number(response.headers.get('retry-after'))
  return {
    // A page where an answer was due is a proxy's, whatever it says.
    status: response.ok ? 502 : response.status,
    ...(typeof error?.code === 'number' && { code: error.code }),
    ...(typeof error?.error_subcode === 'number' && { subcode: error.error_subcode }),
    description: error?.message ?? '',
    ...(after > 0 && { retryAfterMs: after * SECOND }),
  }
}

import { addAbortSignal, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { MINUTE } from '../../../kernel/clock.js'
import { MediaUnavailable } from '../../../messaging/channel.js'
import type { MediaRef } from '../../../messaging/inbound.js'
import { type Graph, SEND_TIMEOUT_MS } from './graph.js'
import type { Fault } from './outcome.js'

/** For the whole content: 20 MB at the pace of a slow line. */
const CONTENT_TIMEOUT_MS = 2 * MINUTE

/** Where Meta keeps files; the token goes to no other place. */
const META = /(?:^|\.)(?:facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net)$/

/** Whether this address is Meta's, over TLS, or the API's own (a test's, on this machine). */
export function mayCarryToken(url: string, apiRoot: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, origin, username, port } = new URL(url)
  if (origin === new URL(apiRoot).origin) return true
  return protocol === 'https:' && port === '' && username === '' && META.test(hostname)
}

interface Place {
  readonly url?: string
  readonly file_size?: number | string
}

/**
 * Opens a file that a person sent: its id is changed for an address that lives five minutes ("Media"). Rejects with a
 * reason that holds neither token nor address.
 */
export async function download(
  deps: { graph: Graph; token: string; apiRoot: string; maxBytes: number; onFault(fault: Fault): void },
  ref: MediaRef,
): Promise<Readable> {
  const { url, file_size } = await locate(deps, ref)
  if (Number(file_size) > deps.maxBytes) throw new MediaUnavailable('the file is too large')
  if (url === undefined || !mayCarryToken(url, deps.apiRoot))
    throw new MediaUnavailable('the file lies where the token must not go')
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${deps.token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(CONTENT_TIMEOUT_MS),
  }).catch(() => {
    throw new Error('the file cannot be fetched: WhatsApp is not reachable')
  })
  if (response.ok && response.body !== null) {
    const content = Readable.fromWeb(response.body as ReadableStream)
    return addAbortSignal(AbortSignal.timeout(CONTENT_TIMEOUT_MS), content)
  }
  await response.body?.cancel()
  // 404 also of an address that grew too old: the next try asks for a new one.
  throw new Error(`WhatsApp did not give the file (${response.status})`)
}

/** "Object does not exist": deleted, or older than seven days. */
const GONE = { code: 100, subcode: 33 } as const

async function locate(
  { graph, onFault }: Pick<Parameters<typeof download>[0], 'graph' | 'onFault'>,
  ref: MediaRef,
): Promise<Place> {
  const found = await graph.get<Place>(encodeURIComponent(ref.id), AbortSignal.timeout(SEND_TIMEOUT_MS))
  if (found.ok) return found.body
  const { code, subcode, status } = found.fault
  if (status === 404 || (code === GONE.code && subcode === GONE.subcode))
    throw new MediaUnavailable('the file is gone: WhatsApp does not have it any more')
  onFault(found.fault)
  throw new Error(`WhatsApp did not say where the file is (${code ?? status ?? 'no answer'})`)
}

import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { Readable } from 'node:stream'
import { keepAliveAgent } from './bot-api.js'

interface Init {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
  readonly signal?: AbortSignal
}

/** All that grammY reads of an answer: the Bot API says in the JSON itself how it went. */
interface Answer {
  json(): Promise<unknown>
}

/**
 * What grammY needs of a fetch, straight over node's own client and kept connections: streams of the web standard cost
 * several times what the rest of a message costs. Rejects as node-fetch does, with an error that names its kind.
 */
export function leanFetch(apiRoot: string): (url: string, init: Init) => Promise<Answer> {
  const agent = keepAliveAgent(apiRoot)
  const request = apiRoot.startsWith('https:') ? overHttps : overHttp

  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const call = request(url, { method, headers, agent })
      const abort = () => call.destroy(new DOMException('The call was given up', 'AbortError'))
      const end = (settle: () => void) => {
        signal?.removeEventListener('abort', abort)
        settle()
      }
      const fail = (error: unknown) => end(() => reject(error))
      call.on('error', fail)
      call.on('response', (response) => {
        contentOf(response).then((content) => end(() => resolve(answerOf(content))), fail)
      })
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort)
      if (typeof body === 'object') body.on('error', (error) => call.destroy(error)).pipe(call)
      else call.end(body)
    })
}

/** Resolves with the whole of it; rejects when it is cut. */
const contentOf = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => resolve(Buffer.concat(chunks).toString()))
    response.on('error', reject)
  })

const answerOf = (content: string): Answer => ({
  json: async () => {
    try {
      return JSON.parse(content)
    } catch {
      // A proxy's page instead of an answer; what it says may quote the address, and with it the token.
      throw Object.assign(new Error('The answer is no JSON'), { type: 'invalid-json' })
    }
  },
})

import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault, Faults } from './faults.js'

/** The sealed files of everybody, by path. */
export interface FileStore {
  /** Keeps a file; the result is its path. */
  add(bytes: Buffer): string
  at(path: string): Buffer | undefined
  /** Paths that were fetched whole. */
  readonly fetched: ReadonlySet<string>
  /** As when a file is older than WhatsApp keeps it. */
  remove(path: string): void
  /** Answers a GET. */
  download(request: IncomingMessage, response: ServerResponse): void
  /** Answers a POST: tells where the file lies now. */
  upload(request: IncomingMessage, response: ServerResponse): Promise<void>
}

const PATH = '/files/'

/** Ends the exchange as the fault says; false if the exchange is to go on. */
function refused(fault: Fault | undefined, response: ServerResponse): boolean {
  if (fault?.kind === 'refuse') response.writeHead(fault.code, { 'content-length': 0 }).end()
  else if (fault?.kind === 'cut') response.socket?.destroy()
  else return fault?.kind === 'silent'
  return true
}

/** `urlOf` says where a path is reached by those who download. */
export function createFileStore(faults: Faults, urlOf: (path: string) => string): FileStore {
  const files = new Map<string, Buffer>()
  const fetched = new Set<string>()

  function add(bytes: Buffer): string {
    const path = `${PATH}${randomBytes(12).toString('hex')}.enc`
    files.set(path, bytes)
    return path
  }

  function send(response: ServerResponse, fault: Fault | undefined, bytes: Buffer) {
    if (fault?.kind === 'slow') return setTimeout(() => send(response, undefined, bytes), fault.ms).unref()
    response.writeHead(200, { 'content-length': bytes.length })
    if (fault?.kind !== 'cut-after') return response.end(bytes)
    return response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
  }

  return {
    add,
    at: (path) => files.get(path),
    fetched,
    remove: (path) => files.delete(path),
    download(request, response) {
      request.resume()
      const fault = faults.take('download')
      if (refused(fault, response)) return
      const bytes = files.get(request.url ?? '')
      if (bytes === undefined) return response.writeHead(404, { 'content-length': 0 }).end()
      response.once('finish', () => fetched.add(request.url ?? ''))
      send(response, fault, bytes)
    },
    async upload(request, response) {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const fault = faults.take('upload')
      if (refused(fault, response)) return
      const path = add(Buffer.concat(chunks))
      send(response, fault, Buffer.from(JSON.stringify({ url: urlOf(path), direct_path: path })))
    },
  }
}

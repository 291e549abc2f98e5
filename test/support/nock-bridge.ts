import http from 'node:http'
import type { AddressInfo } from 'node:net'
import nock from 'nock'

/** nock answers for node's own client only; what calls with another one (undici) reaches it through here. */
export interface NockBridge {
  /** The root to be called in place of `target`. */
  readonly url: string
  close(): Promise<void>
}

/** @param target where nock answers, over http */
export async function openNockBridge(target: string): Promise<NockBridge> {
  const server = http.createServer((asked, answered) => {
    const { method, headers, url } = asked
    // Asked for by its name now: whoever loads nock later than this file would have taken node's own.
    const call = http.request(target + url, { method, headers: { ...headers, host: new URL(target).host } })
    call.on('response', (answer) => {
      answered.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(answered)
    })
    call.on('error', () => asked.socket.destroy())
    asked.pipe(call)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  nock.enableNetConnect(host)
  return {
    url: `http://${host}`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

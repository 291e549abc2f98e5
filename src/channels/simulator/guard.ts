import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Browsers keep one cookie for all ports of a machine: two towns tried side by side must not log each other out. */
const cookieName = (port: number) => `filo-simulator-${port}`
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

export const isLoopback = (host: string): boolean => [...LOOPBACK, '::1'].includes(host)

/** Compares without telling by its duration how much was right; hashes make the lengths equal. */
const same = (given: string, wanted: string): boolean => {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

/**
 * Which requests may see the simulator: it gives staff rights to whoever opens it.
 * - Host must be this machine: a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused.
 * - Origin, where the browser sends it, must be the page itself; a WebSocket must have one.
 * - The token of this start must be in the cookie; the printed address brings it there.
 */
export function createGuard(token: string) {
  const isOurHost = (headers: IncomingHttpHeaders, port: number): boolean =>
    LOOPBACK.some((name) => headers.host === `${name}:${port}` || (port === 80 && headers.host === name))

  return {
    fromHere: (headers: IncomingHttpHeaders, port: number): boolean =>
      isOurHost(headers, port) &&
      (headers.origin === undefined
        ? headers.upgrade === undefined
        : headers.origin === `http://${headers.host}`),
    knowsToken: (given: unknown): boolean => typeof given === 'string' && same(given, token),
    hasCookie: ({ cookie = '' }: IncomingHttpHeaders, port: number): boolean =>
      cookie.split(/;\s*/).some((pair) => {
        const [name = '', value = ''] = pair.split('=', 2)
        return name === cookieName(port) && same(value, token)
      }),
    /** Ends with the browser; never sent from another site, never readable by a script. */
    cookie: (port: number): string =>
      `${cookieName(port)}=${token}; Path=/simulator; HttpOnly; SameSite=Strict`,
  }
}

/** The address to print at the start. */
export const simulatorAddress = (at: { host: string; port: number; token: string }): string =>
  `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}/simulator?token=${encodeURIComponent(at.token)}`

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import websocket from '@fastify/websocket'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Feature, MultiPolygon, Polygon } from 'geojson'
import type { Town } from '../../domain/town.js'
import { createGuard, isLoopback } from './guard.js'
import { rosterOf } from './roster.js'
import type { Simulator } from './simulator.js'
import { type SimulatorClock, serveStage } from './stage.js'

export interface SimulatorPage {
  readonly simulator: Simulator
  /** Of this start; whoever knows it has staff rights. */
  readonly token: string
  readonly clock: SimulatorClock
  readonly town: Pick<Town, 'name' | 'timeZone' | 'offices'>
  readonly boundary: Feature<Polygon | MultiPolygon>
  /** Where the server listens. */
  readonly host: string
  /** 0: whichever the system gave. */
  readonly port: number
}

/** Bytes of one WebSocket message: a 20 MB file in base64, with room. */
const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.ogg': 'audio/ogg',
}
/** Kinds of files from people that the browser may show in place; the others are downloaded. */
const SHOWN = new Set(['.jpg', '.jpeg', '.png', '.webp', '.mp3', '.m4a', '.ogg'])

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const REFUSED =
  'Questa pagina si apre solo su questo computer, con l’indirizzo stampato all’ultimo avvio (la riga «Simulator»).\n' +
  'Dopo un riavvio l’indirizzo è nuovo: quello vecchio non vale più. Le conversazioni ci sono ancora.\n\n' +
  'This page opens only on this computer, with the address printed at the last start (the line “Simulator”).\n' +
  'After a restart the address is a new one, and the old one is over. The conversations are still there.\n'

/** The page of the simulator under `/simulator`. Throws when the server listens on more than this machine. */
export function simulatorRoutes(page: SimulatorPage): FastifyPluginAsync {
  if (!isLoopback(page.host))
    throw new Error(`The simulator must not be served on ${page.host}: only on loopback`)
  const guard = createGuard(page.token)
  const assets = readAssets(fileURLToPath(new URL('./page/', import.meta.url)))

  return async (server) => {
    await server.register(websocket, { options: { maxPayload: MAX_PAYLOAD_BYTES } })

    server.addHook('onRequest', async (request, reply) => {
      reply.headers(HEADERS)
      const port = page.port || (request.socket.localPort ?? 0)
      const { token } = request.query as { token?: unknown }
      const allowed =
        guard.fromHere(request.headers, port) &&
        (guard.knowsToken(token) || guard.hasCookie(request.headers, port))
      if (!allowed) return reply.code(403).type('text/plain; charset=utf-8').send(REFUSED)
      if (token !== undefined && guard.knowsToken(token)) reply.header('set-cookie', guard.cookie(port))
    })

    const sendAsset = (reply: FastifyReply, name: string) => {
      const content = assets.get(name)
      if (!content) return reply.code(404).type('text/plain').send('')
      return reply.type(TYPES[extname(name)] ?? 'application/octet-stream').send(content)
    }

    server.get('/simulator', (_, reply) => sendAsset(reply, 'index.html'))
    server.get<{ Params: { '*': string } }>('/simulator/page/*', ({ params }, reply) =>
      sendAsset(reply, params['*']),
    )

    server.get<{ Params: { file: string } }>(
      '/simulator/files/:file',
      async ({ params: { file }, headers }, reply) => {
        const content = await page.simulator.openFile(file)
        if (!content) return reply.code(404).type('text/plain').send('')
        const type = SHOWN.has(extname(file)) ? TYPES[extname(file)] : undefined
        if (!type) reply.header('content-disposition', 'attachment')
        reply.type(type ?? 'application/octet-stream').header('accept-ranges', 'bytes')
        const part = partOf(content.length, headers.range)
        if (!part) return reply.send(content)
        reply.code(206).header('content-range', `bytes ${part.from}-${part.to}/${content.length}`)
        return reply.send(content.subarray(part.from, part.to + 1))
      },
    )

    const stage = serveStage({ ...page, seats: rosterOf(page.town) })
    server.addHook('onClose', async () => stage.close())
    server.get('/simulator/socket', { websocket: true }, (socket) => stage.join(socket))
  }
}

/** One part of a file, as players ask for it to learn how long it is (RFC 9110, 14.2); anything else gets the whole. */
function partOf(length: number, range = ''): { from: number; to: number } | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  const from = Number(first)
  const to = Math.min(last ? Number(last) : length - 1, length - 1)
  return first !== undefined && from <= to ? { from, to } : undefined
}

/** Read once: a few small files. Only what lies in the folder can be asked for. */
function readAssets(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path)]
    }),
  )
}

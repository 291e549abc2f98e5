import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { LineState } from '../app/figures.js'
import type { Log } from '../kernel/logger.js'

/** Telegram's updates are a few kilobytes; anything this large is not one (Bot API, "Getting updates"). */
const MOST_BYTES = 1024 * 1024

/** Takes the parsed body and the header X-Telegram-Bot-Api-Secret-Token; rejects when it could not be stored. */
export type TelegramWebhook = (body: unknown, secret: string | undefined) => Promise<'ok' | 'forbidden'>

export interface HttpDeps {
  readonly host: string
  readonly port: number
  /** By the last part of their path, `/telegram/<name>`. */
  readonly webhooks: ReadonlyMap<string, TelegramWebhook>
  readonly plugins: readonly FastifyPluginAsync[]
  lines(): readonly LineState[]
  /** Why this process should be given nothing to do; empty: it is ready. */
  notReady(): Promise<readonly string[]>
  /** In Prometheus' text format. */
  metrics(): Promise<{ readonly type: string; readonly text: string }>
  readonly log: Log
}

export interface HttpServer {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** A line that must be held open, and is held here; that it is down is no reason to end the process. */
function linksOf(lines: readonly LineState[]) {
  const links = lines.flatMap(({ channel, link }) => (link ? [[channel, link] as const] : []))
  return links.length > 0 ? { links: Object.fromEntries(links) } : {}
}

/** Health, figures, webhooks, and what else is plugged in. Rejects with a sentence when the port is taken. */
export async function startHttp(deps: HttpDeps): Promise<HttpServer> {
  const { host, port, webhooks, plugins, log } = deps
  const server: FastifyInstance = fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true })
  server.get('/health', async () => ({ status: 'ok', ...linksOf(deps.lines()) }))
  server.get('/ready', async (_, reply) => {
    const reasons = await deps.notReady()
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons })
  })
  server.get('/metrics', async (_, reply) => {
    const { type, text } = await deps.metrics()
    return reply.type(type).send(text)
  })
  server.post('/telegram/:name', async (request, reply) => {
    const { name } = request.params as { name: string }
    const webhook = webhooks.get(name)
    if (!webhook) return reply.code(404).send()
    const secret = request.headers['x-telegram-bot-api-secret-token']
    try {
      const taken = await webhook(request.body, typeof secret === 'string' ? secret : undefined)
      return reply.code(taken === 'ok' ? 200 : 403).send()
    } catch (error) {
      // Not stored: with a 500 Telegram sends it again.
      log.warn({ error, webhook: name }, 'An update from a webhook could not be stored')
      return reply.code(500).send()
    }
  })
  for (const plugin of plugins) await server.register(plugin)
  try {
    const url = await server.listen({ host, port })
    return { url, port: Number(new URL(url).port), stop: () => server.close() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(
      `HTTP_PORT ${port} is taken by another program. Stop it, or set HTTP_PORT to a free port.`,
    )
  }
}

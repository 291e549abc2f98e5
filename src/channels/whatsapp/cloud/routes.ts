import type { FastifyPluginAsync } from 'fastify'
import type { Log } from '../../../kernel/logger.js'
import type { WhatsAppCloud } from './adapter.js'

/** Bytes of one notification ("Webhooks": up to 3 MB). */
const MOST_BYTES = 3 * 1024 * 1024

export const WEBHOOK_PATH = '/whatsapp'

/** Where Meta delivers: the signature is over the bytes as they came, so that nothing parses them before. */
export const cloudRoutes =
  (cloud: Pick<WhatsAppCloud, 'verify' | 'handleWebhook'>, log: Log): FastifyPluginAsync =>
  async (server) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

    server.get(WEBHOOK_PATH, async (request, reply) => {
      const query = request.query as Readonly<Record<string, unknown>>
      const value = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
      const answer = cloud.verify({
        mode: value('hub.mode'),
        token: value('hub.verify_token'),
        challenge: value('hub.challenge'),
      })
      if (answer === undefined) return reply.code(403).send()
      return reply.type('text/plain').header('x-content-type-options', 'nosniff').send(answer)
    })

    server.post(WEBHOOK_PATH, { bodyLimit: MOST_BYTES }, async (request, reply) => {
      const signature = request.headers['x-hub-signature-256']
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      try {
        const taken = await cloud.handleWebhook(body, typeof signature === 'string' ? signature : undefined)
        return reply.code(taken === 'ok' ? 200 : taken === 'forbidden' ? 403 : 400).send()
      } catch (error) {
        // Not stored: with a 500 Meta sends it again.
        log.warn({ error }, 'A WhatsApp webhook could not be stored')
        return reply.code(500).send()
      }
    })
  }

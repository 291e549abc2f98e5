import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (value: string) => createHash('sha256').update(value).digest()

/** In constant time; the digests make the lengths equal. */
const sameSecret = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected))

const isUpdate = (body: unknown): body is { readonly update_id: number } =>
  typeof body === 'object' && body !== null && 'update_id' in body && typeof body.update_id === 'number'

/** Takes in what Telegram posts to our own route (Bot API, "setWebhook"). */
export function createWebhook(
  secret: string,
  store: (update: { readonly update_id: number }) => Promise<void>,
) {
  const inHand = new Set<Promise<void>>()
  let closed = false
  return {
    /**
     * `header` is X-Telegram-Bot-Api-Secret-Token. Resolves once the update is stored: answer 200 only then.
     * Rejects when it could not be stored: with any other answer Telegram sends it again.
     */
    async handle(body: unknown, header: string | undefined): Promise<'ok' | 'forbidden'> {
      if (header === undefined || !sameSecret(header, secret)) return 'forbidden'
      if (closed) throw new Error('the Telegram webhook takes nothing in: it is stopped')
      if (!isUpdate(body)) return 'ok'
      const storing = store(body)
      inHand.add(storing)
      try {
        await storing
      } finally {
        inHand.delete(storing)
      }
      return 'ok'
    },
    /** Resolves when what was taken is stored, or has failed. */
    async close(): Promise<void> {
      closed = true
      await Promise.allSettled(inHand)
    },
  }
}

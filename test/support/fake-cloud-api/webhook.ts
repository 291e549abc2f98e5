import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** Delivers as Meta does: signed, again until it is taken, several at once. */
export interface FakeWebhook {
  /** Where to; undefined: nowhere yet, and what is to be delivered waits. */
  target?: string
  /** Delivers changes of the field `messages`, each in an entry of its own unless given together. */
  deliver(values: readonly object[]): void
  /** Posts exactly this, once. */
  post(body: string, signature: string | undefined): Promise<number>
  sign(body: string): string
  /** Resolves when everything was taken. */
  settled(): Promise<void>
  stop(): void
}

const AGAIN_MS = 50

export function createFakeWebhook(appSecret: string, accountId: string): FakeWebhook {
  const inHand = new Set<Promise<void>>()
  let stopped = false
  const sign = (body: string) => `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`

  const webhook: FakeWebhook = {
    sign,
    async post(body, signature) {
      const response = await fetch(webhook.target ?? 'http://127.0.0.1:1', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(signature !== undefined && { 'x-hub-signature-256': signature }),
        },
        body,
      })
      await response.arrayBuffer()
      return response.status
    },
    deliver(values) {
      const changes = values.map((value) => ({ value, field: 'messages' }))
      const body = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: accountId, changes }],
      })
      const delivering = untilTaken(body)
      inHand.add(delivering)
      void delivering.finally(() => inHand.delete(delivering))
    },
    async settled() {
      while (inHand.size > 0) await Promise.all(inHand)
    },
    stop() {
      stopped = true
    },
  }

  async function untilTaken(body: string): Promise<void> {
    for (;;) {
      if (stopped) return
      const status = webhook.target ? await webhook.post(body, sign(body)).catch(() => 0) : 0
      if (status === 200) return
      await sleep(AGAIN_MS)
    }
  }

  return webhook
}

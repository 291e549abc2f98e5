import { areJidsSameUser, type proto } from '@whiskeysockets/baileys'

/** Some hours of a town's messages, a kilobyte each. */
const MOST_KEPT = 1_000

/** What this process sent lately. The library itself forgets it with each connection. */
export interface SentMessages {
  keep(id: string, to: string, message: proto.IMessage): void
  /** Undefined: forgotten, or it went to somebody else. */
  find(id: string, askedFrom: string): proto.IMessage | undefined
}

export function createSentMessages(): SentMessages {
  const sent = new Map<string, { readonly to: string; readonly message: proto.IMessage }>()
  return {
    keep(id, to, message) {
      sent.set(id, { to, message })
      const [oldest] = sent.keys()
      if (sent.size > MOST_KEPT && oldest !== undefined) sent.delete(oldest)
    },
    find(id, askedFrom) {
      const found = sent.get(id)
      return found && areJidsSameUser(found.to, askedFrom) ? found.message : undefined
    },
  }
}

import {
  type AuthenticationCreds,
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  type SignalKeyStoreWithTransaction,
  type SocketConfig,
  unpadRandomMax16,
  type WAMessage,
} from '@whiskeysockets/baileys'
import type { RawMessage } from '../../../app/linked-device-port.js'
import { withMessages } from './auth-state.js'
import { envelopeOf, isForUs, rawOf } from './raw-message.js'

type Listener = (node: BinaryNode) => unknown

interface Stanzas {
  listeners(event: 'CB:message'): readonly unknown[]
  removeAllListeners(event: 'CB:message'): unknown
  on(event: 'CB:message', listener: Listener): unknown
}

export interface Journal {
  readonly makeSignalRepository: SocketConfig['makeSignalRepository']
  /**
   * Lets it see every message before the library does, and lets the library see one at a time: it begins them side by
   * side, and "12" could overtake "via Roma".
   */
  watch(stanzas: Stanzas): void
  /** Of what the library hands over: what is for us and does not lie in the database yet. */
  notSeen(messages: readonly WAMessage[]): RawMessage[]
}

/** Ids are asked for within moments. */
const REMEMBERED = 1_000

/**
 * Keeps every message in the transaction that also keeps the keys which opened it. The library confirms a message to
 * the network before it hands it over; by then it lies here, and no crash can lose it. Were it kept a moment later, a
 * crash in between would lose it for good: the network does not send it again, and its key is used up.
 */
export function createJournal(creds: AuthenticationCreds, onKept: () => void): Journal {
  const stanzas = new WeakMap<Uint8Array, Readonly<Record<string, string>>>()
  const kept = new Set<string>()

  const own = () => [creds.me?.id, creds.me?.lid]

  function remember(id: string): void {
    kept.add(id)
    const [oldest] = kept
    if (kept.size > REMEMBERED && oldest !== undefined) kept.delete(oldest)
  }

  return {
    notSeen: (messages) =>
      messages
        .filter(({ key, message }) => !key.fromMe && !kept.has(key.id ?? '') && (message || key.isViewOnce))
        .map(rawOf)
        .filter(({ envelope }) => isForUs(envelope, own())),

    watch(ws) {
      const handlers = ws.listeners('CB:message') as readonly Listener[]
      let before: Promise<unknown> = Promise.resolve()
      ws.removeAllListeners('CB:message')
      ws.on('CB:message', (node) => {
        const { attrs, content } = node
        for (const part of Array.isArray(content) ? content : []) {
          if (part.content instanceof Uint8Array) stanzas.set(part.content, attrs)
        }
        // the library catches what goes wrong
        before = before.then(() => Promise.allSettled(handlers.map((handle) => handle(node))))
      })
    },

    makeSignalRepository(auth, logger, pnToLid) {
      const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid)
      // what makes the socket gives it this ability, and the library itself relies on it
      const keys = auth.keys as SignalKeyStoreWithTransaction
      return {
        ...repository,
        async decryptMessage(encrypted) {
          const attributes = stanzas.get(encrypted.ciphertext)
          if (attributes === undefined || !isForUs(attributes, own()))
            return repository.decryptMessage(encrypted)
          const id = attributes.id ?? ''
          // the library's own transaction joins this one: it has the same key
          const plain = await keys.transaction(async () => {
            const padded = await repository.decryptMessage(encrypted)
            const body = unpadRandomMax16(padded)
            await keys.set(withMessages({ [id]: { envelope: envelopeOf(attributes), body } }))
            return padded
          }, encrypted.jid)
          remember(id)
          onKept()
          return plain
        },
      }
    },
  }
}

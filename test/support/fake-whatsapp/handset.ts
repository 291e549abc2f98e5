import { Curve, generateRegistrationId, type KeyPair, signedKeyPair } from '@whiskeysockets/baileys'
import { ProtocolAddress, SessionBuilder, SessionCipher, SessionRecord, type SignalStorage } from 'libsignal'
import { hush } from './hush.js'
import type { KeyBundle } from './key-bundle.js'

/** One sealed message: `pkmsg` opens a session, `msg` goes on with it. */
export interface Sealed {
  type: 'pkmsg' | 'msg'
  bytes: Buffer
}

/** The cryptographic half of a phone: an identity, one-time keys, and a session with each device of the town. */
export interface Handset {
  readonly identity: KeyPair
  readonly registrationId: number
  /** A bundle with a fresh one-time key. */
  bundle(): KeyBundle
  /** Seals for the town's device of that number; `newBundle` is asked if there is no session yet. */
  seal(device: number, plain: Uint8Array, newBundle: () => KeyBundle | undefined): Promise<Sealed | undefined>
  /** Opens what the device sent; rejects if the keys do not fit, and is then as it was before. */
  open(device: number, sealed: Sealed): Promise<Buffer>
  /** The next message to the device opens a new session; what was sealed with the old one can still be read. */
  renew(device: number): void
}

const PRE_KEY_MESSAGE = 3
const FIRST_KEY = 1

const withPrefix = ({ private: privKey, public: pubKey }: KeyPair) => ({
  privKey: Buffer.from(privKey),
  pubKey: Buffer.concat([Buffer.from([5]), pubKey]),
})

export function createHandset(name: string): Handset {
  const identity = Curve.generateKeyPair()
  const registrationId = generateRegistrationId()
  const signed = signedKeyPair(identity, FIRST_KEY)
  const oneTime = new Map<number, KeyPair>()
  const sessions = new Map<string, Uint8Array>()
  /** Addresses whose session is to be replaced. */
  const outworn = new Set<string>()
  let nextKey = FIRST_KEY

  const storage: SignalStorage = {
    async loadSession(id) {
      const session = sessions.get(id)
      return session && SessionRecord.deserialize(session)
    },
    async storeSession(id, session) {
      sessions.set(id, session.serialize())
    },
    isTrustedIdentity: () => true,
    async loadPreKey(id) {
      const key = oneTime.get(Number(id))
      return key && withPrefix(key)
    },
    removePreKey: (id) => oneTime.delete(id),
    loadSignedPreKey: () => withPrefix(signed.keyPair),
    getOurRegistrationId: () => registrationId,
    getOurIdentity: () => withPrefix(identity),
  }

  // libsignal queues its work by this address, over all that runs in the process: it must be the phone's own
  const addressOf = (device: number) => new ProtocolAddress(`${name}>town`, device)

  return {
    identity,
    registrationId,
    bundle() {
      const keyId = nextKey++
      const key = Curve.generateKeyPair()
      oneTime.set(keyId, key)
      return {
        registrationId,
        identityKey: withPrefix(identity).pubKey,
        signedPreKey: {
          keyId: signed.keyId,
          publicKey: withPrefix(signed.keyPair).pubKey,
          signature: signed.signature,
        },
        preKey: { keyId, publicKey: withPrefix(key).pubKey },
      }
    },
    seal: (device, plain, newBundle) =>
      hush(async () => {
        const address = addressOf(device)
        const name = address.toString()
        if (!sessions.has(name) || outworn.has(name)) {
          const bundle = newBundle()
          if (bundle === undefined) return undefined
          await new SessionBuilder(storage, address).initOutgoing(bundle)
          outworn.delete(name)
        }
        const { type, body } = await new SessionCipher(storage, address).encrypt(Buffer.from(plain))
        return { type: type === PRE_KEY_MESSAGE ? 'pkmsg' : 'msg', bytes: Buffer.from(body, 'binary') }
      }),
    open: (device, { type, bytes }) =>
      hush(() => {
        const cipher = new SessionCipher(storage, addressOf(device))
        return type === 'pkmsg'
          ? cipher.decryptPreKeyWhisperMessage(bytes)
          : cipher.decryptWhisperMessage(bytes)
      }),
    renew(device) {
      outworn.add(addressOf(device).toString())
    },
  }
}

import { type BinaryNode, generateSignalPubKey } from '@whiskeysockets/baileys'
import type { SessionBuilder } from 'libsignal'
import { bigEndian, bytesOf, childOf, childrenOf, node, numberIn } from './node.js'

/** What somebody needs to write to a device for the first time. The public keys carry their 05 in front. */
export type KeyBundle = Parameters<SessionBuilder['initOutgoing']>[0]
type PublicKey = KeyBundle['preKey']

const KEY_TYPE = Buffer.from([5])

const publicKey = (bytes: Buffer): Buffer => Buffer.from(generateSignalPubKey(bytes))

/** Without the 05, as stanzas carry them. */
const bare = (key: Uint8Array): Buffer => Buffer.from(key).subarray(-32)

const readKey = (key: BinaryNode): PublicKey => ({
  keyId: numberIn(bytesOf(key, 'id')),
  publicKey: publicKey(bytesOf(key, 'value')),
})

function readSignedKey(parent: BinaryNode): KeyBundle['signedPreKey'] {
  const key = childOf(parent, 'skey')
  if (key === undefined) throw new Error('A bundle of keys without <skey>')
  return { ...readKey(key), signature: bytesOf(key, 'signature') }
}

/** The bundle in a retry receipt, if the device sent one along. */
export function bundleInRetry(receipt: BinaryNode): KeyBundle | undefined {
  const keys = childOf(receipt, 'keys')
  const preKey = childOf(keys, 'key')
  if (keys === undefined || preKey === undefined) return undefined
  return {
    registrationId: numberIn(bytesOf(receipt, 'registration')),
    identityKey: publicKey(bytesOf(keys, 'identity')),
    signedPreKey: readSignedKey(keys),
    preKey: readKey(preKey),
  }
}

/** A bundle as `<user>` of the answer to `encrypt get key`. */
export function bundleNode(jid: string, bundle: KeyBundle): BinaryNode {
  const key = ({ keyId, publicKey: value }: PublicKey) => [
    node('id', {}, bigEndian(keyId, 3)),
    node('value', {}, bare(value)),
  ]
  const { registrationId, identityKey, signedPreKey, preKey } = bundle
  return node('user', { jid }, [
    node('registration', {}, bigEndian(registrationId, 4)),
    node('type', {}, KEY_TYPE),
    node('identity', {}, bare(identityKey)),
    node('skey', {}, [...key(signedPreKey), node('signature', {}, signedPreKey.signature)]),
    node('key', {}, key(preKey)),
  ])
}

/** The keys that a device left at the server, for those who want to write to it. */
export interface KeyShelf {
  /** One-time keys that are left. */
  readonly count: number
  /** Takes in what `encrypt set` brings: the device's identity, and one-time keys on top of those left. */
  fill(upload: BinaryNode): void
  /** The new signed key of `encrypt set rotate`. */
  rotate(upload: BinaryNode): void
  /** A bundle with a one-time key that nobody gets again, or nothing if the device left none. */
  take(): KeyBundle | undefined
}

export function createKeyShelf(): KeyShelf {
  let device: Omit<KeyBundle, 'preKey'> | undefined
  const oneTime: PublicKey[] = []

  return {
    get count() {
      return oneTime.length
    },
    fill(upload) {
      device = {
        registrationId: numberIn(bytesOf(upload, 'registration')),
        identityKey: publicKey(bytesOf(upload, 'identity')),
        signedPreKey: readSignedKey(upload),
      }
      const list = childOf(upload, 'list')
      oneTime.push(...(list ? childrenOf(list).map(readKey) : []))
    },
    rotate(upload) {
      if (device) device = { ...device, signedPreKey: readSignedKey(upload) }
    },
    take() {
      const preKey = oneTime.shift()
      return device && preKey && { ...device, preKey }
    },
  }
}

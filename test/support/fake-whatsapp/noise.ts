import { createHash, hkdfSync } from 'node:crypto'
import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
} from '@whiskeysockets/baileys'
import type { ServerIdentity } from './certificate.js'

/** The two directions after the handshake, each with a key and a count of its own. */
export interface Transport {
  encrypt(plain: Uint8Array): Buffer
  decrypt(sealed: Uint8Array): Buffer
}

export interface Finished {
  transport: Transport
  /** Who the client says it is: a device to log in, or one to be paired. */
  payload: proto.ClientPayload
  /** The client's static key, the same on every connection of one device. */
  clientKey: Buffer
}

export interface NoiseResponder {
  /** Answers the client's hello with the server's. */
  hello(message: Uint8Array): Uint8Array
  /** Reads the client's last word; throws if it does not fit what was said before. */
  finish(message: Uint8Array): Finished
}

const NOTHING = Buffer.alloc(0)

/** 8 zero bytes and a big-endian count. */
function nonce(count: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(count, 8)
  return bytes
}

function split(salt: Buffer, secret: Uint8Array): [Buffer, Buffer] {
  const both = Buffer.from(hkdfSync('sha256', secret, salt, NOTHING, 64))
  return [both.subarray(0, 32), both.subarray(32)]
}

function counting(cipher: typeof aesEncryptGCM, key: Buffer): (text: Uint8Array) => Buffer {
  let count = 0
  return (text) => cipher(text, key, nonce(count++), NOTHING)
}

/**
 * The server's half of `Noise_XX_25519_AESGCM_SHA256`. The name of the protocol has exactly 32 bytes, so that
 * it is hash, chaining key and key at the start; every key mixed in sets the nonce back to 0.
 */
export function createNoiseResponder({ staticKey, chain }: ServerIdentity): NoiseResponder {
  const ephemeral = Curve.generateKeyPair()
  let hash: Buffer = Buffer.from(NOISE_MODE)
  let chainingKey = hash
  let key = hash
  let count = 0

  function mixHash(data: Uint8Array) {
    hash = createHash('sha256').update(hash).update(data).digest()
  }
  function mixKey(secret: Uint8Array) {
    ;[chainingKey, key] = split(chainingKey, secret)
    count = 0
  }
  function seal(plain: Uint8Array): Buffer {
    const sealed = aesEncryptGCM(plain, key, nonce(count++), hash)
    mixHash(sealed)
    return sealed
  }
  function open(sealed: Uint8Array): Buffer {
    const plain = aesDecryptGCM(sealed, key, nonce(count++), hash)
    mixHash(sealed)
    return plain
  }

  return {
    hello(message) {
      const theirs = proto.HandshakeMessage.decode(message).clientHello?.ephemeral
      if (!theirs) throw new Error('The handshake does not begin with a ClientHello')
      mixHash(NOISE_WA_HEADER)
      mixHash(theirs)
      mixHash(ephemeral.public)
      mixKey(Curve.sharedKey(ephemeral.private, theirs))
      const sealedKey = seal(staticKey.public)
      mixKey(Curve.sharedKey(staticKey.private, theirs))
      const serverHello = { ephemeral: ephemeral.public, static: sealedKey, payload: seal(chain) }
      return proto.HandshakeMessage.encode({ serverHello }).finish()
    },
    finish(message) {
      const finish = proto.HandshakeMessage.decode(message).clientFinish
      if (!finish?.static || !finish.payload)
        throw new Error('The handshake does not end with a ClientFinish')
      const clientKey = open(finish.static)
      mixKey(Curve.sharedKey(ephemeral.private, clientKey))
      const payload = proto.ClientPayload.decode(open(finish.payload))
      const [fromClient, toClient] = split(chainingKey, NOTHING)
      const transport = {
        encrypt: counting(aesEncryptGCM, toClient),
        decrypt: counting(aesDecryptGCM, fromClient),
      }
      return { transport, payload, clientKey }
    },
  }
}

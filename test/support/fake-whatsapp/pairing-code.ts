import { hkdfSync, randomBytes } from 'node:crypto'
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  type BinaryNode,
  Curve,
  derivePairingCodeKey,
} from '@whiskeysockets/baileys'
import type { Handset } from './handset.js'
import type { Candidate } from './linking.js'
import { bytesOf, node, SERVER } from './node.js'

const SALT = 32
const CTR_IV = 16
const GCM_IV = 12
const BUNDLE_INFO = 'link_code_pairing_key_bundle_encryption_key'

/** The phone's side of linking by a code of eight characters. */
export interface CodeEntry {
  /** Tells the device the phone's keys, under the code. */
  hello: BinaryNode
  /** Reads the device's answer; undefined if the code was not the device's. */
  finish(companionFinish: BinaryNode): Candidate | undefined
}

/**
 * Somebody types the code into the phone. Device and phone each send a key of the moment, sealed with
 * PBKDF2(code); the device then seals its identity with what both keys give. A wrong code is found out only
 * there: it opens the wrong key, and the seal does not fit.
 */
export async function enterCode(
  phone: Handset,
  code: string,
  ref: string,
  companionHello: BinaryNode,
): Promise<CodeEntry> {
  const ephemeral = Curve.generateKeyPair()
  const wrapped = bytesOf(companionHello, 'link_code_pairing_wrapped_companion_ephemeral_pub')
  const theirCodeKey = await derivePairingCodeKey(code, wrapped.subarray(0, SALT))
  const theirKey = aesDecryptCTR(
    wrapped.subarray(SALT + CTR_IV),
    theirCodeKey,
    wrapped.subarray(SALT, SALT + CTR_IV),
  )
  const salt = randomBytes(SALT)
  const iv = randomBytes(CTR_IV)
  const sealed = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv)
  const shared = Curve.sharedKey(ephemeral.private, theirKey)

  return {
    hello: node('notification', { from: SERVER, type: 'link_code_companion_reg', id: 'link-code' }, [
      node('link_code_companion_reg', { stage: 'primary_hello' }, [
        node('link_code_pairing_ref', {}, Buffer.from(ref)),
        node('primary_identity_pub', {}, phone.identity.public),
        node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.concat([salt, iv, sealed])),
      ]),
    ]),
    finish(companionFinish) {
      const bundle = bytesOf(companionFinish, 'link_code_pairing_wrapped_key_bundle')
      const key = Buffer.from(hkdfSync('sha256', shared, bundle.subarray(0, SALT), BUNDLE_INFO, 32))
      const opened = open(bundle.subarray(SALT), key)
      if (opened === undefined) return undefined
      const identityKey = opened.subarray(0, 32)
      const random = opened.subarray(64)
      const identityShared = Curve.sharedKey(phone.identity.private, identityKey)
      const secret = Buffer.concat([shared, identityShared, random])
      const advSecret = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'adv_secret', 32))
      return { identityKey, advSecret }
    },
  }
}

function open(bundle: Buffer, key: Buffer): Buffer | undefined {
  try {
    return aesDecryptGCM(bundle.subarray(GCM_IV), key, bundle.subarray(0, GCM_IV), Buffer.alloc(0))
  } catch {
    return undefined // the tag does not fit: another code, another key
  }
}

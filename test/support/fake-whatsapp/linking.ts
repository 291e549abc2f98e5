import { createHmac, randomBytes } from 'node:crypto'
import { type BinaryNode, Curve, proto, WA_ADV_ACCOUNT_SIG_PREFIX } from '@whiskeysockets/baileys'
import type { Device } from './device.js'
import type { Handset } from './handset.js'
import { node, SERVER } from './node.js'

/** What the phone must know of a device to link it: from the QR, or from the exchange of a pairing code. */
export interface Candidate {
  identityKey: Uint8Array
  /** The secret by which the device knows that the answer comes from the phone that saw the code. */
  advSecret: Uint8Array
}

/** What a QR says: a reference of the server, and three things of the device. */
export interface QrCode extends Candidate {
  ref: string
  noiseKey: Buffer
}

/** Reads the text of a QR: a link of wa.me with ref, noise key, identity key and secret behind the `#`. */
export function readQr(text: string): QrCode {
  const [ref = '', noiseKey = '', identityKey = '', advSecret = ''] = text
    .slice(text.indexOf('#') + 1)
    .split(',')
  if (advSecret === '') throw new Error('This is not a QR of a linked device')
  const bytes = (base64: string) => Buffer.from(base64, 'base64')
  return { ref, noiseKey: bytes(noiseKey), identityKey: bytes(identityKey), advSecret: bytes(advSecret) }
}

/** Offers references for QRs; a client shows one after the other. */
export function pairDevice(): { refs: string[]; stanza: BinaryNode } {
  const refs = Array.from({ length: 6 }, () => `2@${randomBytes(24).toString('base64')}`)
  const offers = refs.map((ref) => node('ref', {}, Buffer.from(ref)))
  const stanza = node('iq', { from: SERVER, type: 'set', id: 'pair-device', xmlns: 'md' }, [
    node('pair-device', {}, offers),
  ])
  return { refs, stanza }
}

/**
 * The phone vouches for the device: its account key signs 06 00, the description of the device and the device's
 * identity; the secret of the code makes the HMAC over that. The device signs back (`pair-device-sign`).
 */
export function pairSuccess(
  phone: Handset,
  candidate: Candidate,
  device: Device,
  seconds: number,
): BinaryNode {
  const details = proto.ADVDeviceIdentity.encode({
    rawId: device.number,
    timestamp: seconds,
    keyIndex: device.number,
  }).finish()
  const signed = Buffer.concat([WA_ADV_ACCOUNT_SIG_PREFIX, details, candidate.identityKey])
  const identity = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: phone.identity.public,
    accountSignature: Curve.sign(phone.identity.private, signed),
  }).finish()
  const hmac = createHmac('sha256', candidate.advSecret).update(identity).digest()
  return node('iq', { from: SERVER, type: 'set', id: 'pair-success', t: seconds }, [
    node('pair-success', {}, [
      node(
        'device-identity',
        {},
        proto.ADVSignedDeviceIdentityHMAC.encode({ details: identity, hmac }).finish(),
      ),
      node('device', { jid: device.jid, lid: device.lid }),
      node('platform', { name: 'android' }),
    ]),
  ])
}

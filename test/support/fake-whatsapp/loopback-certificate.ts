import { generateKeyPairSync, sign } from 'node:crypto'

export interface LoopbackCertificate {
  /** PEM; whoever shall trust the server takes it as its authority. */
  cert: string
  /** PEM. */
  key: string
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const UTF8 = 0x0c
const UTC_TIME = 0x17
const BOOLEAN = 0x01
const context = (number: number) => 0xa0 + number

const COMMON_NAME = '550403'
const BASIC_CONSTRAINTS = '551d13'
const SUBJECT_ALT_NAME = '551d11'
const ECDSA_WITH_SHA256 = '2a8648ce3d040302'

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const text = (tag: number, value: string) => der(tag, Buffer.from(value))
const pem = (label: string, bytes: Buffer) =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

/**
 * A certificate for 127.0.0.1 that signs itself, made on the spot: none in the repository could leak or expire.
 * Node makes keys and signatures but no certificates, so the few lines of X.509 (RFC 5280) are here.
 */
export function createLoopbackCertificate(): LoopbackCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, oid(ECDSA_WITH_SHA256))
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, oid(COMMON_NAME), text(UTF8, 'a fake WhatsApp on loopback'))),
  )
  const validity = der(SEQUENCE, text(UTC_TIME, '200101000000Z'), text(UTC_TIME, '491231235959Z'))
  const yes = der(BOOLEAN, Buffer.from([0xff]))
  const loopback = der(SEQUENCE, der(0x87, Buffer.from([127, 0, 0, 1])), text(0x82, 'localhost'))
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, oid(BASIC_CONSTRAINTS), yes, der(OCTET_STRING, der(SEQUENCE, yes))),
    der(SEQUENCE, oid(SUBJECT_ALT_NAME), der(OCTET_STRING, loopback)),
  )
  const version3 = der(context(0), der(INTEGER, Buffer.from([2])))
  const serial = der(INTEGER, Buffer.from([1]))
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' })
  const toSign = der(
    SEQUENCE,
    version3,
    serial,
    algorithm,
    name,
    validity,
    name,
    subjectKey,
    der(context(3), extensions),
  )
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', toSign, privateKey))
  return {
    cert: pem('CERTIFICATE', der(SEQUENCE, toSign, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

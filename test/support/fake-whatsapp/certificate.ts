import { Curve, type KeyPair, proto } from '@whiskeysockets/baileys'

const { Details } = proto.CertChain.NoiseCertificate

/** Who the server is: its static key, and the chain that vouches for it. */
export interface ServerIdentity {
  staticKey: KeyPair
  /** An encoded `CertChain`, the payload of the server's hello. */
  chain: Uint8Array
  /**
   * What `WA_CERT_DETAILS.PUBLIC_KEY` must hold for the chain to be genuine. The client of today ignores the
   * outcome of its own check (`Curve.verify` never says no), so that TLS is what tells the real server.
   */
  rootKey: Buffer
}

/**
 * A root signs an intermediate, the intermediate signs the leaf, the leaf holds the key of the handshake.
 * The client wants the intermediate to name issuer 0 and looks at nothing else.
 */
export function createServerIdentity(): ServerIdentity {
  const root = Curve.generateKeyPair()
  const intermediate = Curve.generateKeyPair()
  const staticKey = Curve.generateKeyPair()

  const signed = (signer: KeyPair, details: proto.CertChain.NoiseCertificate.IDetails) => {
    const bytes = Details.encode(details).finish()
    return { details: bytes, signature: Curve.sign(signer.private, bytes) }
  }
  const chain = proto.CertChain.encode({
    intermediate: signed(root, { serial: 1, issuerSerial: 0, key: intermediate.public }),
    leaf: signed(intermediate, { serial: 2, issuerSerial: 1, key: staticKey.public }),
  }).finish()
  return { staticKey, chain, rootKey: Buffer.from(root.public) }
}

import type { BinaryNode } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import { createDevice, type Device } from './device.js'
import { type Candidate, pairDevice, pairSuccess, readQr } from './linking.js'
import { childOf, node, SERVER } from './node.js'
import { type CodeEntry, enterCode } from './pairing-code.js'
import type { World } from './world.js'

const RESTART_REQUIRED = node('stream:error', { code: 515 })
const CODE_REF = 'ref-of-the-code'
const CODE_QUERY = 'md link_code_companion_reg'

/** A client that is no device yet: it shows a QR, or a code. */
interface Applicant {
  connection: Connection
  refs: string[]
  noiseKey: Buffer
  /** What it said when it asked for a code. */
  codeHello?: BinaryNode
  entry?: CodeEntry
  device?: Device
  onLinked?: (device: Device) => void
  onRefused?: (why: Error) => void
}

/** The desk where devices are linked. */
export interface PairingDesk {
  /** A client that nobody knows: offers it references for QRs, and handles what it says. */
  admit(connection: Connection, noiseKey: Buffer): (stanza: BinaryNode) => unknown
  leave(connection: Connection): void
  /** The town's phone reads a QR. Resolves when the device has signed; it then connects again. */
  scanQr(text: string): Promise<Device>
  /** Somebody types a code into the town's phone. Rejects if no client shows that code. */
  enterPairingCode(code: string): Promise<Device>
}

export function createPairingDesk(world: World): PairingDesk {
  const applicants = new Set<Applicant>()

  function link(applicant: Applicant, candidate: Candidate) {
    const { town } = world
    const device = createDevice(town.devices.size + 1, town, applicant.noiseKey)
    applicant.device = device
    applicant.connection.send(pairSuccess(town.handset, candidate, device, world.seconds()))
  }

  /** The device has signed: from here on it is one of the town's, and must say so by connecting again. */
  function finish({ connection, device, onLinked }: Applicant) {
    if (device === undefined) return
    world.town.devices.set(device.number, device)
    world.journal.note('linked', { device: device.number })
    connection.end(RESTART_REQUIRED)
    onLinked?.(device)
  }

  function takeCode(applicant: Applicant, query: BinaryNode, request: BinaryNode) {
    const isHello = request.attrs.stage === 'companion_hello'
    const ref = isHello ? [node('link_code_pairing_ref', {}, Buffer.from(CODE_REF))] : []
    applicant.connection.send(
      node('iq', { from: SERVER, type: 'result', id: query.attrs.id }, [
        node('link_code_companion_reg', {}, ref),
      ]),
    )
    if (isHello) {
      applicant.codeHello = request
      return world.journal.note('query', { detail: CODE_QUERY })
    }
    const candidate = applicant.entry?.finish(request)
    if (candidate === undefined)
      return applicant.onRefused?.(new Error('This is not the code that the device shows'))
    return link(applicant, candidate)
  }

  /** Waits for a client that asks for a code, if none has. */
  async function whoAskedForCode(): Promise<{ applicant: Applicant; hello: BinaryNode }> {
    const asked = () => [...applicants].findLast(({ codeHello }) => codeHello !== undefined)
    if (asked() === undefined) await world.journal.until('query', { detail: CODE_QUERY, since: 'now' })
    const applicant = asked()
    if (applicant?.codeHello === undefined) throw new Error('Who asked for a code is gone')
    return { applicant, hello: applicant.codeHello }
  }

  const linked = (applicant: Applicant) =>
    new Promise<Device>((resolve, reject) => {
      applicant.onLinked = resolve
      applicant.onRefused = reject
    })

  return {
    admit(connection, noiseKey) {
      const { refs, stanza } = pairDevice()
      const applicant: Applicant = { connection, refs, noiseKey }
      applicants.add(applicant)
      connection.send(stanza)
      return (query) => {
        const code = childOf(query, 'link_code_companion_reg')
        if (code !== undefined) return takeCode(applicant, query, code)
        if (childOf(query, 'pair-device-sign') !== undefined) return finish(applicant)
      }
    },
    leave(connection) {
      for (const applicant of applicants) {
        if (applicant.connection !== connection) continue
        applicants.delete(applicant)
        applicant.onRefused?.(new Error('The device went away while it was linked'))
      }
    },
    async scanQr(text) {
      const qr = readQr(text)
      const applicant = [...applicants].find(({ refs }) => refs.includes(qr.ref))
      if (applicant === undefined) throw new Error('No client shows this QR now')
      const done = linked(applicant)
      link(applicant, qr)
      return done
    },
    async enterPairingCode(code) {
      const { applicant, hello } = await whoAskedForCode()
      const entry = await enterCode(world.town.handset, code, CODE_REF, hello)
      applicant.entry = entry
      const done = linked(applicant)
      applicant.connection.send(entry.hello)
      return done
    },
  }
}

import { randomBytes } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { jidDecode } from '@whiskeysockets/baileys'
import { type WebSocket, WebSocketServer } from 'ws'
import { createServerIdentity } from './certificate.js'
import { acceptConnection, type Connection } from './connection.js'
import type { Device } from './device.js'
import { createFaults, type Faults } from './faults.js'
import { createFileStore, type FileStore } from './file-store.js'
import { createJournal, type Journal } from './journal.js'
import { createLoopbackCertificate } from './loopback-certificate.js'
import { node } from './node.js'
import type { Finished } from './noise.js'
import { createPairingDesk, type PairingDesk } from './pairing.js'
import { createPhone, type NewPhone, type Phone } from './phone.js'
import { openSession, REPLACED, unlink } from './session.js'
import { createTown, createTownPhone, type TownPhone } from './town.js'
import { linkedDevices, type World } from './world.js'

export interface FakeWhatsAppOptions {
  /** 0 (the default) takes a free one. */
  port?: number
  /** The number of the town, digits. */
  townNumber?: string
  /** Milliseconds since 1970; every `t` comes from here. */
  now?: () => number
}

export interface FakeWhatsApp {
  /** What goes into `waWebSocketUrl`. */
  readonly url: string
  /** The same behind TLS, as the real one is: the product keeps its pauses there. */
  readonly secureUrl: string
  readonly port: number
  /** PEM of the authority behind the uploads: for an `https.Agent`, or a file for NODE_EXTRA_CA_CERTS. */
  readonly ca: string
  /** What `WA_CERT_DETAILS.PUBLIC_KEY` is for a client that checks the handshake. */
  readonly rootKey: Buffer
  /** The town's own phone. */
  readonly town: TownPhone
  /**
   * A robot's phone by its number (digits, a `+` is taken off) or by a LID (`…@lid`) whose number nobody knows;
   * the same one each time.
   */
  phone(who: string, options?: NewPhone): Phone
  scanQr: PairingDesk['scanQr']
  enterPairingCode: PairingDesk['enterPairingCode']
  readonly faults: Faults
  readonly journal: Journal
  readonly files: FileStore
  /** Resolves when the happening is there; see `Journal`. */
  until: Journal['until']
  /** The devices that the town has linked, the newest last. */
  devices(): Device[]
  /** Breaks every connection without a word. */
  drop(): void
  /** Ends every connection with a stream error, such as 503. */
  hangUp(code: number): void
  /** The town's phone throws its devices out: 401 now, and at every login from here on. */
  logOut(): void
  /** Another client takes the place of the devices that are on the line: 440. */
  replace(): void
  /** A message that had been acknowledged fails after all. */
  fails(id: string, chat: string, code: number): void
  /** Rejects if something went wrong in the fake itself. */
  stop(): Promise<void>
}

const LISTEN = '127.0.0.1'

const listening = async (server: http.Server, port: number): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(port, LISTEN, resolve))
  return (server.address() as AddressInfo).port
}

/** Starts a WhatsApp on loopback that knows the town's account, and the phones that `phone()` made. */
export async function startFakeWhatsApp(options: FakeWhatsAppOptions = {}): Promise<FakeWhatsApp> {
  const { port: wanted = 0, townNumber = '390172699611', now = Date.now } = options
  const identity = createServerIdentity()
  const { cert, key } = createLoopbackCertificate()
  const faults = createFaults()
  const journal = createJournal(now)
  const phones = new Map<string, Phone>()
  const sockets = new Set<WebSocket>()
  const errors: unknown[] = []
  const fail = (reason: unknown) => {
    errors.push(reason)
    journal.note('error', { detail: reason instanceof Error ? reason.stack : String(reason) })
  }

  const files = createFileStore(faults, (path) => world.urlOf(path))
  const plain = http.createServer((request, response) => files.download(request, response))
  const secure = https.createServer({ cert, key }, (request, response) => {
    files.upload(request, response).catch(fail)
  })
  const port = await listening(plain, wanted)
  const uploadPort = await listening(secure, 0)

  const world: World = {
    now,
    seconds: () => Math.floor(now() / 1000),
    town: createTown(townNumber, `9${townNumber}`),
    phones: new Map(),
    faults,
    journal,
    files,
    urlOf: (path) => `http://${LISTEN}:${port}${path}`,
    uploadHost: () => `${LISTEN}:${uploadPort}`,
    fail,
    newId: () => `3A${randomBytes(9).toString('hex').toUpperCase()}`,
  }
  const desk = createPairingDesk(world)

  /** Lets a device in, or tells it why not; a client that names no device is one to be linked. */
  function receive(connection: Connection, { payload, clientKey }: Finished) {
    journal.note('connected')
    if (payload.devicePairingData) return desk.admit(connection, clientKey)
    const device = world.town.devices.get(payload.device ?? 0)
    const isKnown =
      device?.linked && device.noiseKey.equals(clientKey) && String(payload.username) === townNumber
    const fault = faults.take('login')
    const reason = fault?.kind === 'refuse' ? fault.code : isKnown ? undefined : 401
    if (fault?.kind === 'cut') connection.cut()
    else if (reason !== undefined) connection.end(node('failure', { reason }))
    else if (device !== undefined && fault?.kind !== 'silent') return openSession(world, device, connection)
    return () => {}
  }

  function close(connection: Connection) {
    desk.leave(connection)
    const device = [...world.town.devices.values()].find((each) => each.connection === connection)
    if (device !== undefined) {
      device.connection = undefined
      device.queue.close()
    }
    journal.note('closed', { device: device?.number })
  }

  const lines = [plain, secure].map((server) => new WebSocketServer({ server }))
  for (const line of lines) {
    line.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      if (faults.take('connect') !== undefined) return socket.terminate()
      return acceptConnection(socket, identity, { onHello: receive, onClose: close, onError: fail })
    })
  }

  function phone(who: string, choices: NewPhone = {}): Phone {
    const known = phones.get(who)
    if (known !== undefined) return known
    const { user = '' } = who.endsWith('@lid') ? (jidDecode(who) ?? {}) : { user: who.replace(/\D/g, '') }
    const number = who.endsWith('@lid') ? undefined : user
    const lid = choices.lid ?? (number === undefined ? user : `1${number}`)
    const made = createPhone(world, number, { ...choices, lid })
    for (const name of number === undefined ? [lid] : [lid, number]) world.phones.set(name, made.end)
    phones.set(who, made.phone)
    return made.phone
  }

  const onLine = () => linkedDevices(world).flatMap(({ connection }) => connection ?? [])

  return {
    url: `ws://${LISTEN}:${port}/ws/chat`,
    secureUrl: `wss://${LISTEN}:${uploadPort}/ws/chat`,
    port,
    ca: cert,
    rootKey: identity.rootKey,
    town: createTownPhone(world),
    phone,
    scanQr: desk.scanQr,
    enterPairingCode: desk.enterPairingCode,
    faults,
    journal,
    files,
    until: journal.until,
    devices: () => linkedDevices(world),
    drop() {
      for (const socket of sockets) socket.terminate()
    },
    hangUp(code) {
      for (const connection of onLine()) connection.end(node('stream:error', { code }))
    },
    logOut() {
      for (const device of linkedDevices(world)) unlink(world, device)
    },
    replace() {
      for (const connection of onLine()) connection.end(REPLACED)
    },
    fails(id, chat, code) {
      for (const connection of onLine())
        connection.send(node('ack', { class: 'message', id, from: chat, t: world.seconds(), error: code }))
    },
    async stop() {
      for (const socket of sockets) socket.terminate()
      for (const server of [plain, secure]) server.closeAllConnections()
      await Promise.all(
        [...lines, plain, secure].map((server) => new Promise((resolve) => server.close(resolve))),
      )
      if (errors.length > 0) throw errors[0]
    },
  }
}

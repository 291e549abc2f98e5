import type { Agent } from 'node:https'
import {
  type BinaryNode,
  makeWASocket,
  proto,
  type WAMessage,
  type WAMessageUpdate,
  type WASocket,
} from '@whiskeysockets/baileys'
import type { Log } from '../../../kernel/logger.js'
import type { Auth } from './auth-state.js'
import type { FindSent } from './find-sent.js'
import type { Journal } from './journal.js'
import { quietLogger } from './quiet-logger.js'

/** The machine on the other end, and how it is reached. */
export interface Network {
  /** Missing: WhatsApp's own. */
  readonly url?: string
  /** Of WhatsApp Web; missing: the one that the library knows. An old one is refused with 405. */
  readonly version?: readonly [number, number, number]
  /** For uploads; missing: Node's own. */
  readonly agent?: Agent
}

export interface ConnectionDeps {
  readonly auth: Auth
  readonly journal: Journal
  readonly findSent: FindSent
  readonly network: Network
  readonly log: Log
  onOpen(): void
  /** The network took a message. */
  onTaken(): void
  /** To be scanned by the town's phone; the next one takes its place after a minute, then after twenty seconds. */
  onQr(qr: string): void
  /** What the library hands over, whatever it is. */
  onMessages(messages: readonly WAMessage[]): void
  onUpdates(updates: readonly WAMessageUpdate[]): void
}

export interface Connection {
  readonly socket: WASocket
  /** Resolves when it has ended, with the library's code where there is one. */
  readonly ended: Promise<number | undefined>
  /** Resolves as `ended` does. */
  end(): Promise<number | undefined>
  /** Resolves when the network has taken this message; with its error code where it has not. */
  acknowledged(id: string): Promise<string | undefined>
}

const codeOf = (error: unknown): number | undefined =>
  (error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode

/** Who we say we are; the phone lists it under its linked devices. */
const SHOWN_AS: [string, string, string] = ['Filo Diretto', 'Chrome', '1.0']

const { HistorySyncType } = proto.Message
/** Names and LIDs of people come with these; what was written before we were linked is never read as a report. */
const SYNCED: readonly unknown[] = [HistorySyncType.INITIAL_BOOTSTRAP, HistorySyncType.PUSH_NAME]

/** One connection of the linked device, from its beginning to its end. */
export function openConnection(deps: ConnectionDeps): Connection {
  const { auth, journal, findSent, network, log } = deps
  const waiting = new Map<string, (error: string | undefined) => void>()
  const socket: WASocket = makeWASocket({
    auth: auth.state,
    logger: quietLogger(log),
    browser: SHOWN_AS,
    makeSignalRepository: journal.makeSignalRepository,
    shouldSyncHistoryMessage: ({ syncType }) => SYNCED.includes(syncType),
    getMessage: (asked) => findSent(asked, socket),
    emitOwnEvents: false,
    syncFullHistory: false,
    // else the town's own phone would stay silent when a message comes
    markOnlineOnConnect: false,
    ...(network.url && { waWebSocketUrl: network.url }),
    ...(network.version && { version: [...network.version] }),
    ...(network.agent && { fetchAgent: network.agent }),
  })
  journal.watch(socket.ws)
  socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
    if (attrs.error === undefined) deps.onTaken()
    waiting.get(attrs.id ?? '')?.(attrs.error)
  })

  const ended = new Promise<number | undefined>((resolve) => {
    socket.ev.process((events) => {
      const connection = events['connection.update']
      if (events['creds.update']) keepCredentials()
      if (connection?.qr) deps.onQr(connection.qr)
      if (connection?.connection === 'open') deps.onOpen()
      if (events['messages.upsert']) deps.onMessages(events['messages.upsert'].messages)
      if (events['messages.update']) deps.onUpdates(events['messages.update'])
      if (connection?.connection === 'close') resolve(codeOf(connection.lastDisconnect?.error))
    })
  })

  function keepCredentials(): void {
    auth.save().catch((error: unknown) => {
      log.warn({ error }, 'whatsapp: the credentials could not be kept; connecting anew')
      void socket.end(undefined)
    })
  }

  return {
    socket,
    ended,
    async end() {
      await socket.end(undefined)
      return ended
    },
    acknowledged: (id) =>
      new Promise((resolve) => {
        waiting.set(id, (error) => {
          waiting.delete(id)
          resolve(error)
        })
      }),
  }
}

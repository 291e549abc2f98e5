import { Agent } from 'node:https'
import {
  type AuthenticationState,
  type BaileysEventMap,
  BufferJSON,
  type ConnectionState,
  initAuthCreds,
  makeWASocket,
  proto,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys'
import { within } from './fake-bot-api/within.js'
import type { FakeWhatsApp } from './fake-whatsapp/index.js'

/** What a client must remember between two processes, as text: nothing of a live object gets through. */
export interface Memory {
  creds: string
  keys: Map<string, string>
}

export const newMemory = (): Memory => ({
  creds: JSON.stringify(initAuthCreds(), BufferJSON.replacer),
  keys: new Map(),
})

function keyStore(keys: Memory['keys']): SignalKeyStore {
  return {
    get(type, ids) {
      const found: { [id: string]: SignalDataTypeMap[typeof type] } = {}
      for (const id of ids) {
        const text = keys.get(`${type} ${id}`)
        const value = text === undefined ? undefined : JSON.parse(text, BufferJSON.reviver)
        if (value)
          found[id] =
            type === 'app-state-sync-key' ? proto.Message.AppStateSyncKeyData.fromObject(value) : value
      }
      return found
    },
    set(data) {
      for (const [type, values] of Object.entries(data)) {
        for (const [id, value] of Object.entries(values ?? {})) {
          if (value) keys.set(`${type} ${id}`, JSON.stringify(value, BufferJSON.replacer))
          else keys.delete(`${type} ${id}`)
        }
      }
    },
  }
}

/** What the client says about the end of a connection. */
export const codeOf = ({ lastDisconnect }: Partial<ConnectionState>): number | undefined =>
  (lastDisconnect?.error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode

export interface Client {
  readonly socket: WASocket
  readonly messages: { message: WAMessage; type: string }[]
  readonly updates: BaileysEventMap['messages.update']
  /** Resolves with the first connection update that fits, a past one too. */
  connection(fits: (update: Partial<ConnectionState>) => boolean): Promise<Partial<ConnectionState>>
  /** Resolves with the first message that fits, a past one too. */
  message(fits: (message: WAMessage) => boolean): Promise<WAMessage>
  update(fits: (update: BaileysEventMap['messages.update'][number]) => boolean): Promise<unknown>
  /** The highest status that the client was told of a message. */
  statusOf(id: string | null | undefined): number
  /** Resolves when a message of the town has that status, with what the client says of it (such as a code). */
  status(id: string | null | undefined, status: number): Promise<string[]>
  close(): Promise<void>
}

const WAIT_MS = 8_000
const SILENT = 'silent'

const logger = {
  level: SILENT,
  child: () => logger,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
}

export type ClientOptions = Partial<UserFacingSocketConfig>

/** The unmodified client, on a memory of its own; a second one on the same memory is the next process. */
export function startClient(fake: FakeWhatsApp, memory: Memory, options: ClientOptions = {}): Client {
  const creds = JSON.parse(memory.creds, BufferJSON.reviver)
  const auth: AuthenticationState = { creds, keys: keyStore(memory.keys) }
  const socket = makeWASocket({
    auth,
    logger,
    waWebSocketUrl: fake.url,
    fetchAgent: new Agent({ ca: fake.ca }),
    retryRequestDelayMs: 5,
    ...options,
  })
  const connections: Partial<ConnectionState>[] = []
  const messages: Client['messages'] = []
  const updates: Client['updates'] = []
  const listeners = new Set<() => void>()

  socket.ev.process((events) => {
    if (events['creds.update'])
      memory.creds = JSON.stringify(Object.assign(creds, events['creds.update']), BufferJSON.replacer)
    if (events['connection.update']) connections.push(events['connection.update'])
    const { messages: upserted = [], type = '' } = events['messages.upsert'] ?? {}
    for (const message of upserted) messages.push({ message, type })
    updates.push(...(events['messages.update'] ?? []))
    for (const listener of listeners) listener()
  })

  async function until<T>(list: () => T[], fits: (item: T) => boolean): Promise<T> {
    const found = () => list().find(fits)
    const now = found()
    if (now !== undefined) return now
    return within(
      WAIT_MS,
      until,
      () => `The client had nothing that fits ${fits}`,
      (done) => {
        const listener = () => {
          const item = found()
          if (item !== undefined) done(item)
        }
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    )
  }

  /** A status comes as an update, or within the client's own message if both happen at once. */
  const statuses = () => [
    ...updates.map(({ key: { id }, update: { status, messageStubParameters } }) => ({
      id,
      status,
      stub: messageStubParameters ?? [],
    })),
    ...messages.map(({ message: { key, status, messageStubParameters } }) => ({
      id: key.id,
      status,
      stub: messageStubParameters ?? [],
    })),
  ]

  return {
    socket,
    messages,
    updates,
    connection: (fits) => until(() => connections, fits),
    message: (fits) => until(() => messages.map(({ message }) => message), fits),
    update: (fits) => until(() => updates, fits),
    statusOf: (id) =>
      Math.max(0, ...statuses().flatMap((each) => (each.id === id ? (each.status ?? 0) : []))),
    status: async (id, wanted) =>
      (await until(statuses, (each) => each.id === id && each.status === wanted)).stub,
    close: () => socket.end(undefined),
  }
}

/** Links a device and comes back when it is on the line as a device, with all that waited for it. */
export async function linkByQr(fake: FakeWhatsApp, memory: Memory): Promise<Client> {
  const first = startClient(fake, memory)
  const { qr = '' } = await first.connection((update) => update.qr !== undefined)
  await fake.scanQr(qr)
  await first.connection(({ connection }) => connection === 'close')
  return comeBack(fake, memory)
}

/** The next process on the same memory. Resolves when the server has handed over all that waited. */
export async function comeBack(fake: FakeWhatsApp, memory: Memory, options?: ClientOptions): Promise<Client> {
  const mark = fake.journal.mark()
  const client = startClient(fake, memory, options)
  await client.connection(({ connection }) => connection === 'open')
  await fake.until('online', { since: mark })
  return client
}

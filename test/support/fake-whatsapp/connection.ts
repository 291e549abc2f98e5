import { type BinaryNode, decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys'
import type { WebSocket } from 'ws'
import type { ServerIdentity } from './certificate.js'
import { createFrameReader, frame } from './frames.js'
import { node } from './node.js'
import { createNoiseResponder, type Finished } from './noise.js'

/** One client on the line, from its first stanza to its last. */
export interface Connection {
  readonly open: boolean
  send(stanza: BinaryNode): void
  /** Takes leave as the server does: the reason first, then the end. */
  end(reason: BinaryNode): void
  /** Breaks the line without a word. */
  cut(): void
}

export interface ConnectionHandlers {
  /** The handshake is done; what the client sends from here on goes to the result. */
  onHello(connection: Connection, hello: Finished): (stanza: BinaryNode) => unknown
  onClose(connection: Connection): void
  /** An error in the fake itself, which a test must see. */
  onError(reason: unknown): void
}

/** Speaks with one WebSocket: handshake, then stanzas, one at a time and in order. */
export function acceptConnection(
  socket: WebSocket,
  identity: ServerIdentity,
  { onHello, onClose, onError }: ConnectionHandlers,
): Connection {
  const noise = createNoiseResponder(identity)
  let finished: Finished | undefined
  let saidHello = false
  let onStanza: (stanza: BinaryNode) => unknown = () => {}
  let work: Promise<unknown> = Promise.resolve()

  const connection: Connection = {
    get open() {
      return socket.readyState === socket.OPEN
    },
    send(stanza) {
      if (finished && connection.open)
        socket.send(frame(finished.transport.encrypt(encodeBinaryNode(stanza))))
    },
    end(reason) {
      connection.send(reason)
      connection.send(node('xmlstreamend'))
      socket.close()
    },
    cut: () => socket.terminate(),
  }

  async function handle(body: Buffer) {
    if (finished !== undefined) return onStanza(await decodeBinaryNode(finished.transport.decrypt(body)))
    if (!saidHello) {
      saidHello = true
      return socket.send(frame(noise.hello(body)))
    }
    finished = noise.finish(body)
    onStanza = onHello(connection, finished)
  }

  const read = createFrameReader((body) => {
    work = work.then(() => handle(body)).catch(onError)
  })
  socket.on('message', (bytes) => read(bytes as Buffer))
  socket.on('close', () => onClose(connection))
  socket.on('error', () => {}) // what broke is told by `close`
  return connection
}

import type { DeviceStore } from '../../../app/linked-device-port.js'
import { as, type ChannelName, type ChatId, type ExternalId, type MediaKey } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { ChannelAdapter, SendResult } from '../../../messaging/channel.js'
import type { Rendered } from '../../../messaging/outbound.js'
import { LINKED_DEVICE_CAPABILITIES } from './capabilities.js'
import type { Network } from './connection.js'
import type { Engine } from './engine.js'
import type { Lead, PairingCode } from './keep-linked.js'
import type { Seen } from './note-state.js'
import type { Pace } from './pace.js'
import { silenceLibsignal } from './silence.js'

export type { PairingCode } from './keep-linked.js'
export type { Seen } from './note-state.js'

export interface WhatsAppWebOptions {
  readonly store: DeviceStore
  readonly lead: Lead
  readonly log: Log
  /** Rejects with code `ENOENT` when there is no such file any more. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  /** What was said to this chat under this id, by this process or by one before it. */
  readonly saidBefore: (chat: ChatId, id: ExternalId) => Promise<Rendered | undefined>
  readonly network?: Network
  /** Digits: link by a code that is typed on this phone, instead of a picture. */
  readonly pairingPhone?: string
  /** Somebody sits at a terminal: the first code is shown without being asked for. */
  readonly watched?: boolean
  /** Missing: as people type. */
  readonly pace?: Pace
  /** Missing: real time. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** The link has come, gone, or needs a person. */
  onState(seen: Seen): Promise<void>
  /** To be shown to whoever has the town's phone at hand; secret until it is used. */
  onCode(code: PairingCode): Promise<void>
  /** Two chats turned out to be one person's. */
  onSamePerson(keep: ChatId, other: ChatId): Promise<void>
  /** The database is away: waiting helps. */
  isOutage(error: unknown): boolean
}

export interface WhatsAppWeb extends ChannelAdapter {
  /** As this process sees it; undefined: it is another's, or not known yet. */
  link(): Seen | undefined
  leads(): boolean
}

const NOT_STARTED: SendResult = {
  type: 'retry',
  why: 'unreachable',
  detail: 'this process is not the linked device',
}

/** WhatsApp through a linked device: unofficial, for small towns and for trying it. */
export function createWhatsAppWeb(options: WhatsAppWebOptions): WhatsAppWeb {
  const name = as<ChannelName>('whatsapp')
  let engine: Engine | undefined
  let link: Seen | undefined
  const leads = () => engine?.leads() ?? false

  return {
    name,
    audience: 'citizen',
    capabilities: LINKED_DEVICE_CAPABILITIES,
    leads,
    // what nobody can send now is not tried in vain: it goes out at once when the line stands
    sendsHere: () => engine?.isConnected() ?? false,
    link: () => (leads() ? link : undefined),

    async start(onEvents) {
      silenceLibsignal()
      const { startEngine } = await import('./engine.js')
      engine = await startEngine(name, options, onEvents, async (seen) => {
        link = seen
        await options.onState(seen)
      })
    },

    async stop() {
      await engine?.stop()
    },

    async hangUp() {
      await engine?.end()
    },

    send: async ({ chat }, message) => (engine ? engine.send(chat, message) : NOT_STARTED),

    async fetchMedia(ref) {
      if (engine) return engine.fetchMedia(ref)
      throw new Error('WhatsApp has not started here')
    },
  }
}

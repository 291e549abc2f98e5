import { Agent } from 'node:https'
import {
  createWhatsAppWeb,
  type PairingCode,
  type Seen,
  type WhatsAppWeb,
  type WhatsAppWebOptions,
} from '../../src/channels/whatsapp/baileys/adapter.js'
import { as, type ChatId, type ExternalId } from '../../src/kernel/ids.js'
import type { SendResult } from '../../src/messaging/channel.js'
import type { InboundContent, InboundEvent } from '../../src/messaging/inbound.js'
import type { Rendered } from '../../src/messaging/outbound.js'
import { createDeviceStore } from '../../src/storage/linked-device-store.js'
import { isOutage } from '../../src/storage/outage.js'
import type { FakeWhatsApp } from './fake-whatsapp/index.js'
import type { TownDatabase } from './rows.js'
import { alwaysLeads, recordingLog } from './telegram-adapters.js'
import { until } from './telegram-town.js'

/** A linked device on the real client and a real database, with the ears of a test. */
export interface Linked {
  readonly adapter: WhatsAppWeb
  readonly heard: InboundEvent[]
  readonly codes: PairingCode[]
  readonly states: Seen[]
  readonly joined: [keep: ChatId, other: ChatId][]
  /** Resolves with the first event that fits. */
  hears<T extends InboundContent['type']>(
    type: T,
    fits?: (event: Extract<InboundEvent, { type: T }>) => boolean,
  ): Promise<Extract<InboundEvent, { type: T }>>
  sees(state: Seen['state'], why?: string): Promise<void>
  says(chat: string, message: Rendered | string): Promise<SendResult>
  end(): Promise<void>
}

export type LinkedOptions = Partial<
  Omit<WhatsAppWebOptions, 'onState' | 'onCode' | 'onSamePerson' | 'isOutage'>
> & {
  onEvents?(events: readonly InboundEvent[]): Promise<void>
}

/** Starts one; a second one on the same database is the next process. */
export async function startLinked(
  db: TownDatabase,
  fake: FakeWhatsApp,
  { onEvents, ...options }: LinkedOptions = {},
): Promise<Linked> {
  const [heard, codes, states, joined]: [InboundEvent[], PairingCode[], Seen[], [ChatId, ChatId][]] = [
    [],
    [],
    [],
    [],
  ]
  const adapter = createWhatsAppWeb({
    store: createDeviceStore(db.source),
    lead: alwaysLeads,
    log: recordingLog(),
    openMedia: async (key) => Buffer.from(`bytes of ${key}`),
    saidBefore: async () => undefined,
    network: { url: fake.url, agent: new Agent({ ca: fake.ca }) },
    watched: true,
    pace: { turn: async () => undefined },
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const done = setTimeout(resolve, ms / 50)
        signal.addEventListener('abort', () => {
          clearTimeout(done)
          resolve()
        })
      }),
    ...options,
    onState: async (seen) => {
      states.push(seen)
    },
    onCode: async (code) => {
      codes.push(code)
    },
    onSamePerson: async (keep, other) => {
      joined.push([keep, other])
    },
    isOutage,
  })
  await adapter.start(async (events) => {
    await onEvents?.(events)
    heard.push(...events)
  })
  return {
    adapter,
    heard,
    codes,
    states,
    joined,
    async hears(type, fits = () => true) {
      const find = () =>
        heard.find((event) => event.type === type && fits(event as never)) as
          | Extract<InboundEvent, { type: typeof type }>
          | undefined
      await until(`an event of type ${type}`, () => find() !== undefined)
      return find() as Extract<InboundEvent, { type: typeof type }>
    },
    async sees(state, why) {
      await until(`the link is ${state} ${why ?? ''}`, () => {
        const last = states.at(-1)
        return last?.state === state && (why === undefined || last.why === why)
      })
    },
    says: (chat, message) =>
      adapter.send(
        { channel: adapter.name, chat: as<ChatId>(chat) },
        typeof message === 'string' ? { type: 'text', text: message } : message,
      ),
    async end() {
      await adapter.stop()
      await adapter.hangUp?.()
    },
  }
}

/** Scans the code with the town's phone, and waits until the line stands. */
export async function link(linked: Linked, fake: FakeWhatsApp): Promise<void> {
  const from = linked.codes.length
  await until('a code to scan', () => linked.codes.length > Math.max(0, from - 1))
  await fake.scanQr(linked.codes.at(-1)?.code ?? '')
  await linked.sees('open')
  await fake.until('online')
}

export const idOf = (result: SendResult): ExternalId => {
  if (result.type !== 'sent' || result.externalIds[0] === undefined)
    throw new Error(`not sent: ${JSON.stringify(result)}`)
  return result.externalIds[0]
}

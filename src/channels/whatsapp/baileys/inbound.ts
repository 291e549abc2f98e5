import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceStore, StoredMessage } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'
import { as, type ChannelName, type ChatId } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { OnEvents } from '../../../messaging/channel.js'
import type { InboundEvent } from '../../../messaging/inbound.js'
import { messageOf } from './raw-message.js'
import { identityOf, mapMessage } from './update-map.js'

/** Heard together. */
const BATCH = 50
const AGAIN_AFTER_MS = SECOND

export interface InboundDeps {
  readonly channel: ChannelName
  readonly store: Pick<DeviceStore, 'unheard' | 'heard' | 'placeChat' | 'giveUp'>
  readonly onEvents: OnEvents
  /** Two chats turned out to be one person's; done before anything that this person wrote is heard. */
  readonly onSamePerson: (keep: ChatId, other: ChatId) => Promise<void>
  /** The database is away: waiting helps. */
  readonly isOutage: (error: unknown) => boolean
  readonly log: Log
}

export interface Inbound {
  /** Something was kept: it is heard soon. */
  look(): void
  /** Takes nothing more; resolves when what was begun is stored. */
  stop(): Promise<void>
}

/**
 * Hands over what lies in the database, in the order of arrival, and forgets it when the conversation has stored what it
 * means. What fails is tried again; a repeat is dropped by its id. One message that nobody can read holds up nobody's.
 */
export function createInbound(deps: InboundDeps): Inbound {
  const { channel, store, onEvents, log } = deps
  const stopping = new AbortController()
  let wanted = false
  let running: Promise<void> | undefined

  async function eventOf(stored: StoredMessage): Promise<InboundEvent | undefined> {
    const message = readable(stored, () => messageOf(stored))
    if (!message) return undefined
    const ids = identityOf(message.key)
    if (!ids.lid && !ids.phone) return undefined
    const { chat, other } = await store.placeChat(ids)
    if (other !== undefined) await join(chat, other)
    const line = { channel, chat: as<ChatId>(chat), order: stored.seq }
    return readable(stored, () => mapMessage(message, line, new Date()))
  }

  /** What it says stays out of the log, and so does the error, which may quote it. */
  function readable<T>({ seq }: StoredMessage, read: () => T): T | undefined {
    try {
      return read()
    } catch {
      log.error({ channel, seq }, 'whatsapp: a message that cannot be read is left out')
      return undefined
    }
  }

  /** Where it fails for good, the person is heard all the same, and the next message tries again. */
  async function join(chat: string, other: string): Promise<void> {
    try {
      // in this order: a crash in between does it again, and joining who is joined is nothing
      await deps.onSamePerson(as<ChatId>(chat), as<ChatId>(other))
    } catch (error) {
      if (deps.isOutage(error)) throw error
      log.error({ channel, error }, 'whatsapp: two chats of one person could not be joined')
      return
    }
    await store.giveUp(other, chat)
  }

  /** True: there may be more. */
  async function hearSome(): Promise<boolean> {
    const some = await store.unheard(BATCH)
    if (some.length === 0) return false
    const events: InboundEvent[] = []
    for (const stored of some) {
      const event = await eventOf(stored)
      if (event) events.push(event)
    }
    if (events.length > 0) await onEvents(events)
    await store.heard(some.map(({ seq }) => seq))
    return some.length === BATCH
  }

  async function run(): Promise<void> {
    while (wanted && !stopping.signal.aborted) {
      wanted = false
      try {
        if (await hearSome()) wanted = true
      } catch (error) {
        log.warn({ channel, error }, 'whatsapp: messages could not be stored; trying again')
        wanted = true
        await sleep(AGAIN_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  return {
    look() {
      wanted = true
      running ??= run().finally(() => {
        running = undefined
        // asked for in the last moment
        if (wanted && !stopping.signal.aborted) this.look()
      })
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

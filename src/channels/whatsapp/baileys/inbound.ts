import { setTimeout as sleep } from 'node:timers/promises'
import type { WAMessage } from '@whiskeysockets/baileys'
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
 * means. What fails is tried again; a repeat is dropped by its id.
 */
export function createInbound({ channel, store, onEvents, onSamePerson, log }: InboundDeps): Inbound {
  const stopping = new AbortController()
  let wanted = false
  let running: Promise<void> | undefined

  async function eventOf(stored: StoredMessage): Promise<InboundEvent | undefined> {
    let message: WAMessage
    try {
      message = messageOf(stored)
    } catch {
      log.error({ channel, seq: stored.seq }, 'whatsapp: a message that cannot be read is left out')
      return undefined
    }
    const ids = identityOf(message.key)
    if (!ids.lid && !ids.phone) return undefined
    const { chat, other } = await store.placeChat(ids)
    if (other !== undefined) {
      // in this order: a crash in between does it again, and joining who is joined is nothing
      await onSamePerson(as<ChatId>(chat), as<ChatId>(other))
      await store.giveUp(other, chat)
    }
    return mapMessage(message, { channel, chat: as<ChatId>(chat), order: stored.seq })
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

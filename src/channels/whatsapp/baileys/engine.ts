import type { WAMessageUpdate } from '@whiskeysockets/baileys'
import { as, type ChannelName, type ChatId } from '../../../kernel/ids.js'
import type { OnEvents } from '../../../messaging/channel.js'
import type { MediaRef } from '../../../messaging/inbound.js'
import type { WhatsAppWebOptions } from './adapter.js'
import { download } from './download.js'
import { createFindSent } from './find-sent.js'
import { createInbound } from './inbound.js'
import { keepLinked } from './keep-linked.js'
import { whereIs } from './media-ref.js'
import type { Seen } from './note-state.js'
import { receiptOf } from './outcome.js'
import { createPace } from './pace.js'
import { createSender } from './send.js'
import { createSentMessages } from './sent-messages.js'
import { identityOf } from './update-map.js'

const LOOPBACK = /^wss?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]/

export type Engine = Awaited<ReturnType<typeof startEngine>>

/** Everything that needs the library. Imported only when WhatsApp is used as a linked device: it costs 37 MB. */
export async function startEngine(
  channel: ChannelName,
  options: WhatsAppWebOptions,
  onEvents: OnEvents,
  onState: (seen: Seen) => Promise<void>,
) {
  const { store, log, network = {} } = options
  let stopped = false
  const inbound = createInbound({
    channel,
    store,
    onEvents,
    onSamePerson: options.onSamePerson,
    isOutage: options.isOutage,
    log,
  })
  const sent = createSentMessages()
  const keeper = keepLinked({
    ...options,
    network,
    findSent: createFindSent({ ...options, sent }),
    watched: options.watched ?? false,
    onState,
    onKept: () => inbound.look(),
    onUpdates: (updates) => void hearUpdates(updates),
  })
  const connection = keeper.connection
  const send = createSender({
    connection,
    store,
    openMedia: options.openMedia,
    pace: options.pace ?? realPace(),
    sent,
  })

  /** Only ours have a chat: we write to nobody who did not write first. */
  async function hearUpdates(updates: readonly WAMessageUpdate[]): Promise<void> {
    try {
      for (const update of stopped ? [] : updates) {
        const ids = identityOf(update.key)
        const [id] = [ids.lid ?? ids.phone]
        const chat = id === undefined ? undefined : await store.chatOf(id)
        if (chat === undefined) continue
        const at = new Date().toISOString()
        const receipt = receiptOf(update, { channel, chat: as<ChatId>(chat) }, at)
        if (receipt) await onEvents([receipt])
      }
    } catch (error) {
      log.warn({ channel, error }, 'whatsapp: what became of a message could not be noted')
    }
  }

  return {
    leads: keeper.leads,
    isConnected: () => connection() !== undefined,
    send,
    fetchMedia: (ref: MediaRef) =>
      download(whereIs(ref), { connection, loopback: LOOPBACK.test(network.url ?? '') }),
    async stop() {
      stopped = true
      keeper.stop()
      await inbound.stop()
    },
    end: keeper.end,
  }
}

const realPace = () =>
  createPace({
    chance: Math.random,
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })

import { LEASE_MS } from '../app/outbox-port.js'
import type { DueTimer, Tx } from '../app/ports.js'
import type { Town } from '../domain/town.js'
import type { ChannelName, ChatId, ExternalId } from '../kernel/ids.js'
import type { Refusal } from '../messaging/channel.js'
import type { Address, InboundEvent } from '../messaging/inbound.js'
import { refusedByNetwork } from './refused.js'

type Receipt = Extract<InboundEvent, { type: 'receipt' }>

interface Here {
  readonly town: Town
  readonly now: Date
}

/** By then a sender has written down what it sent, or is dead and sends it again. */
const WRITTEN_DOWN_AFTER_MS = LEASE_MS

/**
 * The network says more about a message of ours. What it says is kept; a refusal has the consequences of one at the
 * time of sending, once. It may be faster than the sender, who writes down network ids for many chats together: then
 * it is looked at again later.
 */
export async function hearReceipt(tx: Tx, here: Here, event: Receipt): Promise<void> {
  const { from: chat, message, status, at, why = 'invalid' } = event
  const refused = status === 'refused'
  const isNews = await tx.receipts.keep({
    chat,
    message,
    status,
    at: new Date(at),
    ...(refused && { why }),
  })
  if (!isNews || !refused || (await refuse(tx, here, chat, message, why))) return
  await tx.timers.set({
    kind: 'late_refusal',
    key: `${chat.channel}/${chat.chat}/${message}`,
    dueAt: new Date(here.now.getTime() + WRITTEN_DOWN_AFTER_MS),
    payload: { channel: chat.channel, chat: chat.chat, message, why },
  })
}

/** The second look. A message that is still not known is not ours: somebody else writes from the same number. */
export async function refusedLate(tx: Tx, here: Here, { payload }: DueTimer): Promise<void> {
  const chat: Address = {
    channel: String(payload.channel) as ChannelName,
    chat: String(payload.chat) as ChatId,
  }
  await refuse(tx, here, chat, String(payload.message) as ExternalId, String(payload.why) as Refusal)
}

/** False: no message is known under this id. */
async function refuse(tx: Tx, here: Here, to: Address, id: ExternalId, why: Refusal): Promise<boolean> {
  const refused = await tx.receipts.refuse(to, id, why)
  if (refused === 'unknown') return false
  if (refused === 'refused-before') return true
  const { message, locale, matters } = refused
  // It looked as if the person had written a short while ago: there may be approved words for it.
  if (why === 'window-closed' && message.news && !message.windowShut)
    tx.outbox.put({ to, locale, message: { ...message, windowShut: true }, matters })
  else await refusedByNetwork(tx, here, { to, rows: [refused], why })
  return true
}

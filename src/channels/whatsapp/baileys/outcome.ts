import type { WAMessageUpdate } from '@whiskeysockets/baileys'
import { as, type ChannelName, type ChatId, type ExternalId, type UserId } from '../../../kernel/ids.js'
import type { Refusal, SendResult } from '../../../messaging/channel.js'
import type { InboundEvent } from '../../../messaging/inbound.js'

/** We may not begin chats, or are shut in for a while: every further try makes it worse. */
const RESTRICTED = '463'

const refusalOf = (code: string | undefined): Refusal => (code === RESTRICTED ? 'restricted' : 'invalid')

/** What the network said when it was handed a message. */
export const outcomeOf = (id: string, error: string | undefined): SendResult =>
  error === undefined
    ? { type: 'sent', externalIds: [as<ExternalId>(id)] }
    : { type: 'refused', why: refusalOf(error), final: true, detail: `WhatsApp refuses it: ${error}` }

const isMissing = (error: unknown) => (error as { code?: unknown } | null)?.code === 'ENOENT'
/** Asked in this way it will never do; the others may pass (401, 408, 428, 429: of the connection). */
const HOPELESS: readonly unknown[] = [400, 404, 406]

/** Why the library could not hand a message over. Never its words: they quote addresses. */
export function failureOf(error: unknown): SendResult {
  if (isMissing(error))
    return { type: 'refused', why: 'invalid', detail: 'a file to send does not exist any more' }
  const code = (error as { output?: { statusCode?: unknown } } | null)?.output?.statusCode
  const detail = `WhatsApp does not take it: ${code ?? (error instanceof Error ? error.name : 'unknown')}`
  return HOPELESS.includes(code)
    ? { type: 'refused', why: 'invalid', detail }
    : { type: 'retry', why: 'unreachable', detail }
}

/** `proto.WebMessageInfo.Status`; 1 and 2 say no more than sending did. */
const STATUS: Readonly<Record<number, 'refused' | 'delivered' | 'read'>> = {
  0: 'refused',
  3: 'delivered',
  4: 'read',
  5: 'read',
}

/** What an update says of a message of ours after it was taken; undefined: nothing. `now`: ISO, real time. */
export function receiptOf(
  { key, update }: WAMessageUpdate,
  { channel, chat }: { readonly channel: ChannelName; readonly chat: ChatId },
  now: string,
): InboundEvent | undefined {
  const status = key.fromMe && key.id && update.status != null ? STATUS[update.status] : undefined
  if (!status || !key.id) return undefined
  const code: unknown = update.messageStubParameters?.[0]
  const refused = status === 'refused' && {
    why: refusalOf(String(code)),
    ...(code === undefined ? {} : { detail: String(code) }),
  }
  return {
    id: `receipt:${key.id}:${status}`,
    order: Date.parse(now),
    from: { channel, chat },
    actor: as<UserId>(chat),
    at: now,
    private: true,
    type: 'receipt',
    message: as<ExternalId>(key.id),
    status,
    ...refused,
  }
}

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateMessageIDV2, isLidUser } from '@whiskeysockets/baileys'
import type { DeviceStore } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'
import type { ChatId, MediaKey } from '../../../kernel/ids.js'
import type { SendResult } from '../../../messaging/channel.js'
import type { Rendered } from '../../../messaging/outbound.js'
import type { Connection } from './connection.js'
import { failureOf, outcomeOf } from './outcome.js'
import type { Pace } from './pace.js'
import { fileOf, render } from './render.js'
import type { SentMessages } from './sent-messages.js'

/** For one send, waiting for its turn not included; with that it stays below the 15 s that leases count on. */
const SEND_TIMEOUT_MS = 6 * SECOND

export interface SenderDeps {
  /** Undefined: there is none just now. */
  connection(): Connection | undefined
  readonly store: Pick<DeviceStore, 'idsOf'>
  /** Rejects with code `ENOENT` when there is no such file any more. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  readonly pace: Pace
  readonly sent: Pick<SentMessages, 'keep'>
}

const NOT_CONNECTED: SendResult = { type: 'retry', why: 'unreachable', detail: 'WhatsApp is not connected' }
const STRANGER: SendResult = {
  type: 'refused',
  why: 'invalid',
  detail: 'nobody wrote to us from there: a linked device begins no chats',
}
const NOT_THERE: SendResult = { type: 'refused', why: 'invalid', detail: 'this number is not on WhatsApp' }
const CANNOT_SAY: SendResult = { type: 'refused', why: 'gone', detail: 'a linked device cannot say this' }
const NO_ANSWER: SendResult = { type: 'retry', why: 'unreachable', detail: 'no answer in time' }

/** Sends; never throws. Whoever did not write first is written to never. */
export function createSender({ connection, store, openMedia, pace, sent }: SenderDeps) {
  /** Numbers that were asked about, and are there. */
  const there = new Set<string>()
  /** Handed over, and not confirmed: the same again goes under the same id, and the phone shows it once. */
  const unconfirmed = new Map<ChatId, { readonly content: string; readonly id: string }>()

  /** Where to send for this chat: the LID outlives the number. */
  async function destination({ socket }: Connection, chat: ChatId): Promise<string | SendResult> {
    const ids = await store.idsOf(chat)
    const lid = ids.find((id) => isLidUser(id))
    if (lid !== undefined || ids.length === 0) return lid ?? STRANGER
    const [number = ''] = ids
    if (there.has(number)) return number
    const [found] = (await socket.onWhatsApp(number)) ?? []
    if (!found?.exists) return NOT_THERE
    there.add(number)
    return number
  }

  async function attempt(line: Connection, chat: ChatId, message: Rendered): Promise<SendResult> {
    const to = await destination(line, chat)
    if (typeof to !== 'string') return to
    const key = fileOf(message)
    const content = render(message, key && (await openMedia(key)))
    if (!content) return CANNOT_SAY
    const name = createHash('sha256').update(JSON.stringify(message)).digest('base64')
    const before = unconfirmed.get(chat)
    const id = before?.content === name ? before.id : generateMessageIDV2(line.socket.user?.id)
    unconfirmed.set(chat, { content: name, id })
    const answered = line.acknowledged(id)
    const said = await line.socket.sendMessage(to, content, { messageId: id })
    if (said?.message) sent.keep(id, to, said.message)
    const error = await Promise.race([answered, line.ended.then(() => null)])
    if (error === null) return NOT_CONNECTED
    unconfirmed.delete(chat)
    return outcomeOf(id, error)
  }

  return async (chat: ChatId, message: Rendered): Promise<SendResult> => {
    const afterMs = await pace.turn()
    if (afterMs !== undefined) return { type: 'retry', why: 'throttled', afterMs }
    const line = connection()
    if (!line) return NOT_CONNECTED
    const over = new AbortController()
    const late = sleep(SEND_TIMEOUT_MS, NO_ANSWER, { ref: false, signal: over.signal })
    late.catch(() => undefined)
    try {
      return await Promise.race([attempt(line, chat, message).catch(failureOf), late])
    } finally {
      over.abort()
    }
  }
}

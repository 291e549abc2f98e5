import type { Lease, OutboxQueue, OutboxRow, SettledRow } from '../app/outbox-port.js'
import { HOUR, MINUTE, SECOND } from '../kernel/clock.js'
import type { ChannelName, ExternalId } from '../kernel/ids.js'
import type { Log } from '../kernel/logger.js'
import type { ChannelAdapter, SendResult } from '../messaging/channel.js'
import { fit } from '../messaging/fit.js'
import { fitTemplate } from '../messaging/fit-template.js'
import type { Address } from '../messaging/inbound.js'
import type { Rendered } from '../messaging/outbound.js'
import type { Translate } from '../messaging/translate.js'
import { createPauses } from './pacing.js'

const FIRST_PAUSE_MS = SECOND
const LONGEST_PAUSE_MS = MINUTE

/** A day, less what a message may be on its way (Cloud API, "Customer service windows"). */
const WINDOW_MS = 24 * HOUR - MINUTE

/** A lease as it stands. */
export interface Held {
  readonly lease: Lease
  /** Renews the lease when little of it is left; false: it may be somebody else's. */
  isKept(): Promise<boolean>
}

export type RowEnd =
  | { readonly type: 'settled'; readonly row: SettledRow }
  /** `ms`: what the network asks for. */
  | { readonly type: 'pause'; readonly row: SettledRow; readonly ms?: number }
  | { readonly type: 'lost'; readonly row: SettledRow }
  | {
      readonly type: 'refused'
      readonly row: SettledRow
      readonly why: Extract<SendResult, { type: 'refused' }>['why']
    }

export interface RowSenderDeps {
  readonly queue: Pick<OutboxQueue, 'target' | 'silentFor'>
  readonly adapters: ReadonlyMap<ChannelName, ChannelAdapter>
  readonly translate: Translate
  readonly log: Log
  onSent?(result: SendResult['type'], channel: ChannelName): void
}

export interface RowSender {
  /**
   * Says one row, which may be several network messages; what it throws is a fault of ours.
   * @param idsByTag network ids of what went out under this lease, perhaps not yet written down
   */
  sendRow(held: Held, row: OutboxRow, idsByTag: ReadonlyMap<string, ExternalId>): Promise<RowEnd>
  /** Real milliseconds for which a chat should rest after a fault: longer each time, until something goes out. */
  longerEachTime(to: Address): number
}

const chatKey = ({ channel, chat }: Address): string => `${channel}/${chat}`

/** Puts rows into words and hands them to their networks. */
export function createRowSender({ queue, adapters, translate, log, onSent }: RowSenderDeps): RowSender {
  const failures = new Map<string, number>()
  const pauses = createPauses()

  async function sendRow(
    held: Held,
    row: OutboxRow,
    idsByTag: ReadonlyMap<string, ExternalId>,
  ): Promise<RowEnd> {
    const { to } = held.lease
    const adapter = adapters.get(to.channel)
    if (!adapter) throw new Error(`No adapter for channel ${to.channel}`)
    const { message, seq } = row
    const tag = message.replaces?.tag
    const target =
      tag === undefined ? undefined : (idsByTag.get(tag) ?? row.target ?? (await queue.target(to, tag, seq)))
    const parts = await expand(row, to, adapter, target)
    if (typeof parts === 'string') {
      const why = parts
      return { type: 'refused', why, row: { seq, status: 'refused', parts: 0, extIds: row.extIds, why } }
    }
    const extIds: ExternalId[] = [...row.extIds]
    for (let part = row.parts; part < parts.length; part++) {
      const waiting: SettledRow = { seq, status: 'waiting', parts: part, extIds }
      // Asked before each part: several slow ones together could outlive a lease.
      if (!(await held.isKept())) return { type: 'lost', row: waiting }
      const rest = pauses.channelMs(to.channel)
      if (rest > 0) return { type: 'pause', ms: rest, row: waiting }
      const result = await adapter.send(to, parts[part] as Rendered)
      onSent?.(result.type, to.channel)
      if (result.type === 'sent') {
        failures.delete(chatKey(to))
        extIds.push(...result.externalIds)
      } else if (result.type === 'refused' && result.why === 'gone') {
        if (message.replaces?.otherwise === 'send') return sendAnew(held, row)
        break
      } else if (
        result.type === 'refused' &&
        result.why === 'window-closed' &&
        part === 0 &&
        !message.windowShut
      ) {
        return sendRow(held, { ...row, message: { ...message, windowShut: true } }, idsByTag)
      } else if (result.type === 'refused' && (result.why !== 'restricted' || result.final)) {
        const { why, detail } = result
        failures.delete(chatKey(to))
        log.warn({ channel: to.channel, why, detail }, 'The network refused a message')
        return { type: 'refused', why, row: { seq, status: 'refused', parts: part, extIds, why } }
      } else {
        return { type: 'pause', ms: pauseAsked(to, result), row: waiting }
      }
    }
    return { type: 'settled', row: { seq, status: 'sent', parts: parts.length, extIds } }
  }

  /**
   * The network messages that say the row. Where the network lets only approved texts through to who has been silent
   * for a day, one of them stands for all; what was begun before is gone on with.
   */
  async function expand(
    row: OutboxRow,
    to: Address,
    adapter: ChannelAdapter,
    target?: ExternalId,
  ): Promise<readonly Rendered[] | 'invalid' | 'window-closed'> {
    const { capabilities } = adapter
    const shut =
      row.parts === 0 &&
      capabilities.proactive === 'template-after-24h' &&
      (row.message.windowShut ?? (await queue.silentFor(to, WINDOW_MS)))
    if (!shut) return fitSafely(row, adapter, target) ?? 'invalid'
    const approved = fitTemplate(
      row.message,
      capabilities,
      (words) => translate(words, row.locale),
      row.locale,
    )
    return approved ? [approved] : 'window-closed'
  }

  /** A message that cannot be put into words must not keep the chat's later ones from going out. */
  function fitSafely(row: OutboxRow, adapter: ChannelAdapter, target?: ExternalId): Rendered[] | null {
    try {
      return fit(row.message, adapter.capabilities, (words) => translate(words, row.locale), target)
    } catch (error) {
      log.error({ error, channel: adapter.name }, 'A message could not be put into words')
      return null
    }
  }

  /** The message that this one should have replaced cannot be changed any more. */
  const sendAnew = (held: Held, row: OutboxRow): Promise<RowEnd> =>
    sendRow(held, { ...row, message: { ...row.message, replaces: undefined } }, new Map())

  function pauseAsked(to: Address, result: Exclude<SendResult, { type: 'sent' }>): number | undefined {
    const { channel } = to
    if (result.type === 'retry' && result.why === 'throttled') {
      const ms = result.afterMs ?? FIRST_PAUSE_MS
      pauses.throttled(to, ms)
      return ms
    }
    if (!failures.has(chatKey(to))) {
      failures.set(chatKey(to), 0)
      log.warn({ channel, detail: result.detail }, 'The network does not take messages; trying again')
    }
    return result.type === 'retry' ? result.afterMs : undefined
  }

  function longerEachTime(to: Address): number {
    const times = failures.get(chatKey(to)) ?? 0
    failures.set(chatKey(to), times + 1)
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** times)
  }

  return { sendRow, longerEachTime }
}

import { as, type ChannelName, type UserId } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { OnEvents } from '../../../messaging/channel.js'
import type { InboundEvent } from '../../../messaging/inbound.js'
import type { Webhook } from './payload.js'
import type { People } from './people.js'
import { type Arrival, type Mapped, mapWebhook } from './update-map.js'

export interface Taking {
  readonly channel: ChannelName
  readonly phoneNumberId: string
  readonly people: People
  readonly onEvents: OnEvents
  /** A fault of the line that Meta tells by itself. */
  readonly onError: (code: number | undefined) => void
  /** A message of ours reached a person. */
  readonly onArrived: () => void
  readonly log: Log
}

/** Resolves once all that the webhook says is stored; rejects as `onEvents` does. */
export async function takeWebhook(body: Webhook, deps: Taking): Promise<void> {
  let mapped: Mapped
  try {
    mapped = mapWebhook(body, deps.phoneNumberId)
  } catch (error) {
    // What contradicts the documentation would come again for days, and nothing of it could be read then either.
    deps.log.error({ channel: deps.channel, error }, 'A webhook that cannot be read is left out')
    return
  }
  for (const { code } of mapped.errors) deps.onError(code)
  if (mapped.arrivals.some(isArrived)) deps.onArrived()
  for (const { from, to } of mapped.moves) await deps.people.moved(from, to)
  const events: InboundEvent[] = []
  for (const arrival of mapped.arrivals) events.push(await eventOf(arrival, deps))
  if (events.length > 0) await deps.onEvents(events)
}

const isArrived = ({ content }: Arrival): boolean =>
  content.type === 'receipt' && content.status !== 'refused'

async function eventOf(
  { person, content, ...arrival }: Arrival,
  { channel, people }: Pick<Taking, 'channel' | 'people'>,
): Promise<InboundEvent> {
  const chat = await (content.type === 'receipt' ? people.findChat(person) : people.chatOf(person))
  return { ...arrival, from: { channel, chat }, actor: as<UserId>(chat), private: true, ...content }
}

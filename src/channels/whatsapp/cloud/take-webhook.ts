import { as, type ChannelName, type ChatId, type UserId } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { OnEvents } from '../../../messaging/channel.js'
import type { InboundEvent } from '../../../messaging/inbound.js'
import type { TemplateNews } from '../../../messaging/trouble.js'
import type { Webhook } from './payload.js'
import type { People } from './people.js'
import { type Arrival, type Mapped, mapWebhook, type PersonIds } from './update-map.js'

export interface Taking {
  readonly channel: ChannelName
  readonly phoneNumberId: string
  readonly people: People
  /** Two chats turned out to be one person's; done before anything that this person wrote is heard. */
  readonly onSamePerson: (keep: ChatId, other: ChatId) => Promise<void>
  readonly onEvents: OnEvents
  /** A fault of the line that Meta tells by itself. */
  readonly onError: (code: number | undefined) => void
  /** What became of a text that is to be approved; resolves once it is written down. */
  readonly onTemplate: (news: TemplateNews) => Promise<void>
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
  for (const news of mapped.templates) await deps.onTemplate(news)
  if (mapped.arrivals.some(isArrived)) deps.onArrived()
  for (const move of mapped.moves) await takeMove(move, deps)
  const events: InboundEvent[] = []
  for (const arrival of mapped.arrivals) events.push(await eventOf(arrival, deps))
  if (events.length > 0) await deps.onEvents(events)
}

const isArrived = ({ content }: Arrival): boolean =>
  content.type === 'receipt' && content.status !== 'refused'

/** Told again days later, it would undo what has changed since; a crash before the last line does it again at once. */
async function takeMove({ id, from, to }: Mapped['moves'][number], deps: Taking): Promise<void> {
  if (await deps.people.hasMoved(id)) return
  const { joined } = await placeChat(deps, to, from)
  if (joined) await deps.people.moved(id)
}

/** Where a join fails, the person is heard all the same, and the next message that shows who it is tries again. */
async function placeChat(
  deps: Taking,
  person: PersonIds,
  before?: PersonIds,
): Promise<{ readonly chat: ChatId; readonly joined: boolean }> {
  const { channel, people, log } = deps
  const { chat, others } = await people.placeChat(person, before)
  if (others.length === 0) return { chat, joined: true }
  try {
    // in this order: a crash in between does it again, and joining who is joined is nothing
    for (const other of others) {
      await deps.onSamePerson(chat, other)
      await people.giveUp(other, chat)
    }
  } catch (error) {
    log.error({ channel, error }, 'Two chats of one person on WhatsApp could not be joined')
    return { chat, joined: false }
  }
  return { chat: (await people.placeChat(person, before)).chat, joined: true }
}

async function eventOf({ person, content, ...arrival }: Arrival, deps: Taking): Promise<InboundEvent> {
  const { channel, people } = deps
  const chat =
    content.type === 'receipt' ? await people.findChat(person) : (await placeChat(deps, person)).chat
  return { ...arrival, from: { channel, chat }, actor: as<UserId>(chat), private: true, ...content }
}

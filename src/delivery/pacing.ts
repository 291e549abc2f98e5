import { SECOND } from '../kernel/clock.js'
import type { ChannelName } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'

/** So many chats throttled within a second mean that the bot itself is meant: the reply does not say. */
const CHATS_THAT_MEAN_ALL = 3

export interface Pauses {
  /** Real milliseconds for which nothing may be sent on this channel. */
  channelMs(channel: ChannelName): number
  throttled(to: Address, ms: number): void
}

/** Remembers what the networks asked us to wait for. */
export function createPauses(now: () => number = () => performance.now()): Pauses {
  const until = new Map<ChannelName, number>()
  const recent = new Map<ChannelName, Map<string, number>>()

  return {
    channelMs: (channel) => Math.max(0, (until.get(channel) ?? 0) - now()),
    throttled({ channel, chat }, ms) {
      const chats = recent.get(channel) ?? new Map<string, number>()
      recent.set(channel, chats)
      for (const [name, at] of chats) if (now() - at > SECOND) chats.delete(name)
      chats.set(chat, now())
      if (chats.size < CHATS_THAT_MEAN_ALL) return
      until.set(channel, Math.max(until.get(channel) ?? 0, now() + ms))
    },
  }
}

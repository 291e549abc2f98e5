import { setTimeout as pause } from 'node:timers/promises'
import { SECOND } from '../../kernel/clock.js'
import type { ChannelName } from '../../kernel/ids.js'
import type { Log } from '../../kernel/logger.js'
import type { OnEvents } from '../../messaging/channel.js'
import type { Line } from './phone.js'

const AGAIN_AFTER_MS = SECOND

export interface Delivery {
  /** Hands over what waits on this line, unless that is already under way. */
  wake(line: Line): void
  /** Resolves when nothing of this channel is under way any more. */
  finish(channel: ChannelName): Promise<void>
}

/**
 * Hands events over as a network does: chats side by side, each strictly in order, again and with the same id
 * until they are confirmed. A line whose channel has no receiver waits.
 */
export function deliverInOrder(deps: {
  log: Pick<Log, 'warn'>
  receiver: (channel: ChannelName) => OnEvents | undefined
}): Delivery {
  const running = new Map<Line, Promise<void>>()
  const finishing = new Map<ChannelName, AbortController>()
  const stopOf = (channel: ChannelName) => {
    const known = finishing.get(channel) ?? new AbortController()
    finishing.set(channel, known)
    return known
  }

  async function run(line: Line, onEvents: OnEvents): Promise<void> {
    const { conversation, address } = line
    while (conversation.pending.length > 0) {
      const events = [...conversation.pending]
      try {
        await onEvents(events)
        line.record({ type: 'stored', events: events.map(({ id }) => id) })
      } catch (error) {
        deps.log.warn({ err: error, channel: address.channel }, 'simulated events were not stored')
        const { signal } = stopOf(address.channel)
        // Stopped: they stand in the journal, and come again at the next start.
        if (
          signal.aborted ||
          (await pause(AGAIN_AFTER_MS, 'again', { signal }).catch(() => 'stopped')) === 'stopped'
        )
          return
      }
    }
  }

  const wake = (line: Line): void => {
    const onEvents = deps.receiver(line.address.channel)
    if (!onEvents || running.has(line) || line.conversation.pending.length === 0) return
    const ended = () => {
      running.delete(line)
      wake(line) // what came after the last look
    }
    running.set(line, run(line, onEvents).finally(ended))
  }

  return {
    wake,
    async finish(channel) {
      stopOf(channel).abort()
      await Promise.all(
        [...running].filter(([line]) => line.address.channel === channel).map(([, run]) => run),
      )
      finishing.delete(channel)
    },
  }
}

import { startProduct } from '../compose.js'
import type { Config } from '../config.js'
import type { EventId } from '../intake/replay.js'
import { as, type ChannelName } from '../kernel/ids.js'
import type { Log } from '../kernel/logger.js'

export interface ReplayOptions {
  readonly list?: boolean
  readonly all?: boolean
}

/**
 * Shows the events that were set aside, or takes them in again. It works beside a product that runs, which then sends
 * the answers; else they go out at its next start. Of an event nothing is printed that somebody wrote.
 * @returns false: one of them is still set aside, or never was
 */
export async function runReplay(
  config: Config,
  log: Log,
  names: readonly string[],
  options: ReplayOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const chosen = names.map(eventId)
  if (options.all && chosen.length > 0) throw new Error('Either --all, or the events by their names')
  // No roles: it takes nothing in and sends nothing.
  const product = await startProduct({ ...config, roles: [] }, log)
  try {
    const waiting = await product.setAside()
    const toReplay = options.list ? [] : options.all ? waiting : chosen
    if (toReplay.length === 0) {
      print(waiting.length === 0 ? 'No event is set aside.' : 'Set aside, the oldest first:')
      for (const event of waiting) print(`${nameOf(event)}  ${event.at.toISOString()}  ${event.error}`)
      if (waiting.length > 0 && !options.list) print('To take them in again: filo replay --all')
      return true
    }
    let failed = 0
    for (const event of toReplay) {
      const [result, well] = await product.replay(event).then(
        (found) => [found ? 'done' : 'is not set aside (any more)', found] as const,
        (error) => {
          log.error({ error, channel: event.channel, event: event.id }, 'An event failed again')
          return ['failed again, and stays set aside', false] as const
        },
      )
      if (!well) failed++
      print(`${nameOf(event)}  ${result}`)
    }
    return failed === 0
  } finally {
    await product.stop()
  }
}

const nameOf = ({ channel, id }: EventId): string => `${channel}/${id}`

function eventId(name: string): EventId {
  const [, channel, id] = /^([^/]+)\/(.+)$/.exec(name) ?? []
  if (!channel || !id)
    throw new Error(`"${name}" is no event: they are called channel/id, as \`filo replay\` lists them`)
  return { channel: as<ChannelName>(channel), id }
}

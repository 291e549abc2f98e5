import type { Log } from '../../kernel/logger.js'
import type { OnEvents } from '../../messaging/channel.js'
import type { Params } from './bot-api.js'
import { type Line, type Mapped, mapUpdate, type RawUpdate } from './update-map.js'

export interface Taking {
  readonly line: Line
  readonly onEvents: OnEvents
  /** Calls a method and forgets about it. */
  readonly bestEffort: (method: string, params: Params) => void
  readonly log: Log
}

const kindOf = (update: RawUpdate) => Object.keys(update).find((field) => field !== 'update_id')

/** Resolves once all that the updates say is stored; rejects as `onEvents` does. */
export async function takeUpdates(updates: readonly RawUpdate[], deps: Taking): Promise<void> {
  const { line, log } = deps
  const now = new Date().toISOString()
  const presses: string[] = []
  const events = updates.flatMap((update) => {
    const about = { channel: line.channel, update: update.update_id, kind: kindOf(update) }
    let mapped: Mapped
    try {
      mapped = mapUpdate(update, line, now)
    } catch {
      // an update that contradicts the documentation would come again for ever and hold up all others
      log.error(about, 'telegram: an update that cannot be read is left out')
      return []
    }
    if (mapped.events.length === 0) log.debug(about, 'telegram: an update that says nothing to us')
    // carries no information: what the press leads to is said by a message (DESIGN, "Buttons")
    if (mapped.press !== undefined) presses.push(mapped.press)
    // if it fails, the next message of the group asks for it again
    if (mapped.leave !== undefined) deps.bestEffort('leaveChat', { chat_id: Number(mapped.leave) })
    return mapped.events
  })
  const stored = events.length > 0 ? deps.onEvents(events) : undefined
  // behind the turn's first statements: the answer to a press is what a person waits for
  for (const press of presses) deps.bestEffort('answerCallbackQuery', { callback_query_id: press })
  await stored
}

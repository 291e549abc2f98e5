import type { Method } from './method.js'
import { botMethods } from './methods-bot.js'
import { editMethods } from './methods-edit.js'
import { sendMethods } from './methods-send.js'
import { type Answer, Refusal } from './refusal.js'
import type { Params, Upload } from './request.js'
import type { BotState } from './state.js'

const METHODS = new Map<string, { name: string; run: Method | 'getUpdates' }>()
for (const [name, run] of Object.entries({ ...botMethods, ...editMethods, ...sendMethods })) {
  METHODS.set(name.toLowerCase(), { name, run })
}
METHODS.set('getupdates', { name: 'getUpdates', run: 'getUpdates' })

/** The method's own spelling: Telegram does not care about upper and lower case. */
export const methodName = (given: string): string | undefined => METHODS.get(given.toLowerCase())?.name

const refused = (reason: unknown): Answer => {
  if (reason instanceof Refusal) return reason.answer
  throw reason
}

async function waited(updates: Promise<unknown>): Promise<Answer> {
  try {
    return { ok: true, result: await updates }
  } catch (reason) {
    return refused(reason)
  }
}

const WEBHOOK_IS_SET = new Refusal(
  409,
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)

/**
 * Runs a method and makes its answer. Only a long poll takes time; all the others answer at once, so that two
 * calls never interleave. `onGone` tells when the caller hung up.
 */
export function perform(
  bot: BotState,
  name: string,
  params: Params,
  uploads: readonly Upload[],
  onGone: (listener: () => void) => void,
): Answer | Promise<Answer> {
  const method = METHODS.get(name.toLowerCase())
  if (method === undefined) return { ok: false, error_code: 404, description: 'Not Found: method not found' }
  try {
    if (method.run !== 'getUpdates') return { ok: true, result: method.run(bot, params, uploads) }
    if (bot.webhook.settings !== undefined) return WEBHOOK_IS_SET.answer
    const updates = bot.queue.get(params, onGone)
    return Array.isArray(updates) ? { ok: true, result: updates } : waited(updates)
  } catch (reason) {
    return refused(reason)
  }
}

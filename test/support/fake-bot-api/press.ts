import type { InlineKeyboardButton, User } from 'grammy/types'
import type { ShownMessage } from './chat-log.js'
import { inlineButtons } from './keyboards.js'
import type { BotState, CallbackAnswer, ChatState, PendingPress } from './state.js'
import { pressQuery } from './updates.js'
import { within } from './within.js'

/** A button by its exact label, by a pattern, or by any condition. */
export type ButtonMatcher =
  | string
  | RegExp
  | ((button: InlineKeyboardButton, message: ShownMessage) => boolean)

/** A press under way. */
export interface Press {
  /** The callback query's id. */
  id: string
  data: string
  messageId: number
  /** Resolves once the bot answered the query: until then the person sees the button spin. */
  answered(options?: { timeoutMs?: number }): Promise<CallbackAnswer>
  /** From now on it is too old to be answered. */
  expire(): void
}

const WAIT_MS = 2_000
/** Presses kept under `history: 'none'`. */
const SHORT_MEMORY = 2_000

function fits(match: ButtonMatcher, button: InlineKeyboardButton, message: ShownMessage): boolean {
  if (typeof match === 'function') return match(button, message)
  return typeof match === 'string' ? button.text === match : match.test(button.text)
}

/** Remembers a query so that the bot can answer it. */
export function expectAnswer(bot: BotState, query: PendingPress['query']): PendingPress {
  const pending: PendingPress = { query, listeners: new Set() }
  bot.presses.set(query.id, pending)
  if (bot.history === 'none' && bot.presses.size > SHORT_MEMORY) {
    const [oldest] = bot.presses.keys()
    if (oldest !== undefined) bot.presses.delete(oldest)
  }
  return pending
}

async function answered(
  pending: PendingPress,
  chat: ChatState,
  timeoutMs: number,
  caller: Press['answered'],
): Promise<CallbackAnswer> {
  if (pending.answer !== undefined) return pending.answer
  const { query, listeners } = pending
  const why = () =>
    `The press of ${query.data} was not answered within ${timeoutMs} ms. ${chat.log.transcript()}`
  return within(timeoutMs, caller, why, (done) => {
    listeners.add(done)
    return () => listeners.delete(done)
  })
}

/** Presses with data of one's own choice, as a modified client can; the message need not exist. */
export function pressData(
  bot: BotState,
  chat: ChatState,
  user: User,
  messageId: number,
  data: string,
): Press {
  const query = pressQuery(bot, chat, user, messageId, chat.log.find(messageId), data)
  const pending = expectAnswer(bot, query)
  chat.log.act()
  bot.queue.push({ callback_query: query })
  const made: Press = {
    id: query.id,
    data,
    messageId,
    answered: ({ timeoutMs = WAIT_MS } = {}) => answered(pending, chat, timeoutMs, made.answered),
    expire: () => bot.presses.delete(query.id),
  }
  return made
}

/** Presses the button on the newest message that carries it; throws with the chat's transcript if none does. */
export function press(bot: BotState, chat: ChatState, user: User, match: ButtonMatcher): Press {
  const fails = (why: string): never => {
    throw new Error(`${why}: ${match}. ${chat.log.transcript()}`)
  }
  const message = chat.log.all.findLast(
    (each) => !each.deleted && inlineButtons(each.raw).some((button) => fits(match, button, each)),
  )
  if (message === undefined) return fails('No message carries the button')
  const button = inlineButtons(message.raw).find((each) => fits(match, each, message))
  if (button === undefined || !('callback_data' in button)) return fails('That button tells the bot nothing')
  return pressData(bot, chat, user, message.message_id, button.callback_data)
}

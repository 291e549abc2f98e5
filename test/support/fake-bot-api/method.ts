import type { Message } from 'grammy/types'
import type { ShownMessage } from './chat-log.js'
import { refuse } from './refusal.js'
import type { Params, Upload } from './request.js'
import type { BotState, ChatState } from './state.js'

/** A method of the Bot API: answers with its result or refuses. */
export type Method = (bot: BotState, params: Params, uploads: readonly Upload[]) => unknown

/** The chat that a call names, if the bot may still talk there. */
export function chatGiven(bot: BotState, params: Params): ChatState {
  const id = params.chat_id
  if (id === undefined || id === '') return refuse('chat_id is empty')
  const chat = bot.chats.get(Number(id))
  if (chat === undefined || chat.standing === 'new') return refuse('chat not found')
  if (chat.standing === 'kicked') return refuse(`bot was kicked from the ${chat.chat.type} chat`, 403)
  if (chat.standing === 'left') return refuse(`bot is not a member of the ${chat.chat.type} chat`, 403)
  return chat
}

/** Blocking is known to Telegram's servers alone, so every other mistake is told first. */
export function mustNotBeBlocked(chat: ChatState) {
  if (chat.standing === 'blocked') refuse('bot was blocked by the user', 403)
}

export function messageGiven(chat: ChatState, params: Params, purpose: 'edit' | 'delete'): ShownMessage {
  return chat.log.find(Number(params.message_id)) ?? refuse(`message to ${purpose} not found`)
}

/** What a message carries of the one that it answers: that one, without its own reply. */
export function replyOf(message: ShownMessage | undefined): Pick<Message, 'reply_to_message'> {
  if (message === undefined) return {}
  const { reply_to_message: _, ...raw } = message.raw
  return { reply_to_message: raw as Message['reply_to_message'] }
}

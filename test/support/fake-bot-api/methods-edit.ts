import type { Message } from 'grammy/types'
import type { ShownMessage } from './chat-log.js'
import { inlineOf, readMarkup } from './keyboards.js'
import { chatGiven, type Method, messageGiven } from './method.js'
import { captionOf, textOf } from './methods-send.js'
import { refuse } from './refusal.js'
import type { Params } from './request.js'
import type { BotState } from './state.js'

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

const without = (message: Message, ...fields: (keyof Message)[]): Message => {
  const rest = { ...message }
  for (const field of fields) delete rest[field]
  return rest
}

/** What makes two versions of a message the same to Telegram. */
const visibleParts = ({ text, entities, caption, caption_entities, reply_markup }: Message) =>
  JSON.stringify([text, entities, caption, caption_entities, reply_markup])

/** Finds the message, lets `change` make its new version, and shows that one with the keyboard given, or none. */
function edit(bot: BotState, params: Params, change: (old: ShownMessage) => Message): Message {
  if (params.inline_message_id !== undefined) return refuse('message to edit not found')
  const markup = readMarkup(params.reply_markup)
  const chat = chatGiven(bot, params)
  if (params.message_id === undefined) return refuse('message identifier is not specified')
  const old = messageGiven(chat, params, 'edit')
  if (old.by !== 'bot') return refuse("message can't be edited")
  if (markup !== undefined && markup.inline_keyboard === undefined) return refuse('inline keyboard expected')
  const changed = without(change(old), 'reply_markup')
  const inline = inlineOf(markup, chat.chat.type)
  if (inline !== undefined) changed.reply_markup = inline
  if (visibleParts(changed) === visibleParts(old.raw)) return refuse(NOT_MODIFIED)
  const message = { ...changed, edit_date: bot.date() }
  chat.log.edit(old.message_id, message)
  return message
}

/** The methods that change or take away what is in a chat already. */
export const editMethods: Record<string, Method> = {
  editMessageText(bot, params) {
    if (params.text === undefined || params.text === '') return refuse('message text is empty')
    return edit(bot, params, ({ raw }) => {
      if (raw.text === undefined) return refuse('there is no text in the message to edit')
      return { ...without(raw, 'entities'), ...textOf(params) }
    })
  },
  editMessageCaption: (bot, params) =>
    edit(bot, params, ({ raw }) => {
      if (raw.text !== undefined || raw.location !== undefined) {
        return refuse('there is no caption in the message to edit')
      }
      return { ...without(raw, 'caption', 'caption_entities'), ...captionOf(params) }
    }),
  editMessageReplyMarkup: (bot, params) => edit(bot, params, ({ raw }) => raw),
  deleteMessage(bot, params) {
    if (params.chat_id === undefined || params.chat_id === '')
      return refuse('chat identifier is not specified')
    if (params.message_id === undefined) return refuse('message identifier is not specified')
    const chat = chatGiven(bot, params)
    const message = messageGiven(chat, params, 'delete')
    const isOthers = message.by !== 'bot' && chat.chat.type !== 'private'
    if (isOthers && !chat.isAdministrator) return refuse("message can't be deleted")
    chat.log.delete(message.message_id)
    return true
  },
}

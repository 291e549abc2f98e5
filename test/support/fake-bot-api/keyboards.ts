import type { InlineKeyboardButton, InlineKeyboardMarkup, Message } from 'grammy/types'
import { refuse } from './refusal.js'

/** Whatever a bot may put under a message; the inline kind alone becomes part of the message. */
export interface ReplyMarkup {
  inline_keyboard?: InlineKeyboardButton[][]
  keyboard?: (string | { text: string; request_location?: boolean; request_contact?: boolean })[][]
  one_time_keyboard?: boolean
  remove_keyboard?: boolean
  force_reply?: boolean
}

/** Bytes, not characters (Bot API, "InlineKeyboardButton"). */
export const MAX_CALLBACK_DATA = 64

const ACTIONS = [
  'callback_data',
  'callback_game',
  'copy_text',
  'login_url',
  'pay',
  'switch_inline_query',
  'switch_inline_query_chosen_chat',
  'switch_inline_query_current_chat',
  'url',
  'web_app',
]

function checkButton(button: unknown) {
  if (typeof button !== 'object' || button === null) {
    return refuse("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
  }
  const fields = button as Record<string, unknown>
  if (typeof fields.text !== 'string') {
    return refuse(`can't parse inline keyboard button: Can't find field "text"`)
  }
  if (!ACTIONS.some((action) => fields[action] !== undefined && fields[action] !== '')) {
    return refuse("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
  }
}

const isRows = (value: unknown): value is unknown[][] => Array.isArray(value) && value.every(Array.isArray)

/** The form of a `reply_markup`; its contents are checked on sending, as the real server does. */
export function readMarkup(value: unknown): ReplyMarkup | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return refuse("can't parse reply keyboard markup JSON object")
  if (typeof value !== 'object' || value === null) return refuse('object expected as reply markup')
  const { inline_keyboard: inline, keyboard } = value as Record<string, unknown>
  if (inline !== undefined) {
    if (!isRows(inline)) {
      return refuse('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    }
    inline.flat().forEach(checkButton)
  }
  if (keyboard !== undefined && !isRows(keyboard)) {
    return refuse('field "keyboard" must be an Array of Arrays')
  }
  return value as ReplyMarkup
}

function checkInline(button: InlineKeyboardButton) {
  if (button.text.trim() === '') return refuse('inline keyboard button text must be non-empty')
  if ('callback_data' in button && Buffer.byteLength(button.callback_data) > MAX_CALLBACK_DATA) {
    return refuse('BUTTON_DATA_INVALID')
  }
  if ('url' in button && !/^(?:(?:https?|tg):\/\/)?[^\s/]+\.\S+$|^(?:tel|tg|mailto):/i.test(button.url)) {
    return refuse(`inline keyboard button URL '${button.url}' is invalid: Wrong HTTP URL`)
  }
}

/** The inline keyboard that the message will carry, checked; an empty one counts as none. */
export function inlineOf(
  markup: ReplyMarkup | undefined,
  chatType: string,
): InlineKeyboardMarkup | undefined {
  for (const key of markup?.keyboard?.flat() ?? []) {
    if (typeof key === 'string' || chatType === 'private') continue
    if (key.request_location) return refuse('location can be requested in private chats only')
    if (key.request_contact) return refuse('phone number can be requested in private chats only')
  }
  const rows = markup?.inline_keyboard?.filter((row) => row.length > 0) ?? []
  if (rows.length === 0) return undefined
  if (rows.flat().length > 100) return refuse('reply markup is too long')
  rows.flat().forEach(checkInline)
  return { inline_keyboard: rows }
}

export const inlineButtons = (message: Message): InlineKeyboardButton[] =>
  message.reply_markup?.inline_keyboard.flat() ?? []

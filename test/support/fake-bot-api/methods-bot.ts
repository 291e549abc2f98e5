import type { BotCommand } from 'grammy/types'
import { MAX_DOWNLOAD_BYTES } from './files.js'
import { chatGiven, type Method } from './method.js'
import { refuse } from './refusal.js'
import type { Params } from './request.js'
import type { BotState, Profile } from './state.js'
import { membershipChange } from './updates.js'

/** Commands are kept by scope and language: the key that both make. */
export function commandsKey(params: Params): string {
  const scope = (params.scope ?? {}) as { type?: string; chat_id?: number; user_id?: number }
  const parts = [
    scope.type ?? 'default',
    scope.chat_id ?? '',
    scope.user_id ?? '',
    params.language_code ?? '',
  ]
  return parts.join(':')
}

function commandsGiven(params: Params): BotCommand[] {
  if (!Array.isArray(params.commands)) return refuse("can't parse commands JSON object")
  if (params.commands.length > 100) return refuse('BOT_COMMANDS_TOO_MUCH')
  return params.commands.map(({ command, description }: BotCommand) => {
    const name = String(command ?? '')
      .trim()
      .replace(/^\//, '')
    const text = String(description ?? '').trim()
    if (name === '') return refuse('command must be non-empty')
    if (name.length > 32) return refuse('command length must not exceed 32')
    if (text === '') return refuse('command description must be non-empty')
    if (text.length > 256) return refuse('command description length must not exceed 256')
    return /^[a-z0-9_]+$/.test(name) ? { command: name, description: text } : refuse('BOT_COMMAND_INVALID')
  })
}

type Words = 'name' | 'description' | 'shortDescription'

/** A setter and a getter for one of the texts that a bot shows about itself. */
function wordsMethods(what: Words, field: string, longest: number): [set: Method, get: Method] {
  const words = (bot: BotState): Profile[Words] => bot.profile[what]
  return [
    (bot, params) => {
      const text = String(params[field] ?? '')
      if (text.length > longest) return refuse(`bot ${field.replaceAll('_', ' ')} is too long`)
      words(bot).set(String(params.language_code ?? ''), text)
      return true
    },
    (bot, params) => {
      const otherwise = what === 'name' ? bot.me.first_name : ''
      const text = words(bot).get(String(params.language_code ?? '')) ?? words(bot).get('') ?? otherwise
      return { [field]: text }
    },
  ]
}

const [setMyName, getMyName] = wordsMethods('name', 'name', 64)
const [setMyDescription, getMyDescription] = wordsMethods('description', 'description', 512)
const [setMyShortDescription, getMyShortDescription] = wordsMethods(
  'shortDescription',
  'short_description',
  120,
)

function setWebhook(bot: BotState, params: Params): true {
  const url = String(params.url ?? '')
  const secret = String(params.secret_token ?? '')
  if (url !== '' && !URL.canParse(url)) return refuse('invalid webhook URL specified')
  if (secret.length > 256) return refuse('secret token is too long')
  if (!/^[\w-]*$/.test(secret)) return refuse('secret token contains unallowed characters')
  // the real server wants https and one of four ports; here the product listens on loopback
  if (params.allowed_updates !== undefined) bot.queue.allow(params.allowed_updates)
  if (params.drop_pending_updates === true) bot.queue.clear()
  if (url === '') {
    bot.webhook.remove()
    return true
  }
  bot.queue.terminate('setWebhook request')
  bot.webhook.set({
    url,
    secret,
    maxConnections: Math.min(100, Math.max(1, Number(params.max_connections ?? 40))),
  })
  return true
}

/** The methods about the bot itself, its updates and its files. */
export const botMethods: Record<string, Method> = {
  getMe: (bot) => bot.me,
  setWebhook,
  deleteWebhook: (bot, params) => setWebhook(bot, { drop_pending_updates: params.drop_pending_updates }),
  getWebhookInfo({ webhook, queue }) {
    const { settings, lastError } = webhook
    return {
      url: settings?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: queue.size,
      ...(lastError && {
        last_error_date: Math.floor(lastError.at / 1000),
        last_error_message: lastError.message,
      }),
      ...(settings && { max_connections: settings.maxConnections, ip_address: '127.0.0.1' }),
      ...(queue.allowed && { allowed_updates: queue.allowed }),
    }
  },
  getFile(bot, params) {
    if (params.file_id === undefined || params.file_id === '') return refuse('file_id not specified')
    const file = bot.files.byId(String(params.file_id))
    if (file === undefined) return refuse('invalid file_id')
    if (file.size > MAX_DOWNLOAD_BYTES) return refuse('file is too big')
    const { file_id, file_unique_id, size, file_path } = file
    return { file_id, file_unique_id, file_size: size, file_path }
  },
  answerCallbackQuery(bot, params) {
    const press = bot.presses.get(String(params.callback_query_id))
    if (press === undefined) {
      return refuse('query is too old and response timeout expired or query ID is invalid')
    }
    if (String(params.text ?? '').length > 200) return refuse('MESSAGE_TOO_LONG')
    press.answer = {
      text: params.text as string | undefined,
      show_alert: params.show_alert === true,
      url: params.url as string | undefined,
    }
    for (const listener of press.listeners) listener(press.answer)
    return true
  },
  getChat(bot, params) {
    const { chat } = chatGiven(bot, params)
    return { ...chat, accent_color_id: 0, max_reaction_count: 11 }
  },
  leaveChat(bot, params) {
    const chat = chatGiven(bot, params)
    if (chat.chat.type === 'private') return refuse("chat member status can't be changed in private chats")
    bot.queue.push(membershipChange(bot, chat, bot.self, 'left'))
    chat.standing = 'left'
    return true
  },
  setMyCommands(bot, params) {
    bot.profile.commands.set(commandsKey(params), commandsGiven(params))
    return true
  },
  deleteMyCommands(bot, params) {
    bot.profile.commands.delete(commandsKey(params))
    return true
  },
  getMyCommands: (bot, params) => bot.profile.commands.get(commandsKey(params)) ?? [],
  setMyName,
  getMyName,
  setMyDescription,
  getMyDescription,
  setMyShortDescription,
  getMyShortDescription,
}

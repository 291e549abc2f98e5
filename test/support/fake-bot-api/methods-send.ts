import type { Message } from 'grammy/types'
import { aDocument, aVoice, fileGiven } from './files.js'
import { inlineOf, type ReplyMarkup, readMarkup } from './keyboards.js'
import { chatGiven, type Method, mustNotBeBlocked, replyOf } from './method.js'
import { refuse } from './refusal.js'
import type { Params, Upload } from './request.js'
import type { BotState, ChatState } from './state.js'
import { MAX_CAPTION, MAX_TEXT, readText } from './text.js'

const CHAT_ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
])

function repliedTo(chat: ChatState, params: Params) {
  const given = (params.reply_parameters ?? {}) as {
    message_id?: number
    allow_sending_without_reply?: boolean
  }
  const id = given.message_id ?? params.reply_to_message_id
  if (id === undefined) return undefined
  const message = chat.log.find(Number(id))
  if (message === undefined && !(given.allow_sending_without_reply ?? params.allow_sending_without_reply)) {
    return refuse('message to be replied not found')
  }
  return message
}

/** Checks in the order of the real server: form, chat, reply, content, keyboard, and only then blocking. */
function post(bot: BotState, params: Params, content: () => Partial<Message>): Message {
  const markup = readMarkup(params.reply_markup)
  const chat = chatGiven(bot, params)
  const reply = replyOf(repliedTo(chat, params))
  const body = content()
  const inline = inlineOf(markup, chat.chat.type)
  mustNotBeBlocked(chat)
  return put(bot, chat, { ...reply, ...body, ...(inline && { reply_markup: inline }) }, params, markup)
}

function put(
  bot: BotState,
  chat: ChatState,
  content: Partial<Message>,
  params: Params,
  markup?: ReplyMarkup,
): Message {
  const message = {
    message_id: chat.nextMessageId(),
    from: bot.self,
    chat: chat.chat,
    date: bot.date(),
    ...content,
    ...(params.protect_content === true && { has_protected_content: true }),
  } as Message
  chat.log.add(message, 'bot', markup)
  return message
}

export function captionOf(params: Params): Pick<Message, 'caption' | 'caption_entities'> {
  const { text, entities } = readText(params.caption, params.parse_mode, params.caption_entities, {
    limit: MAX_CAPTION,
    what: 'message caption',
  })
  return { ...(text && { caption: text }), ...(entities.length > 0 && { caption_entities: entities }) }
}

export function textOf(params: Params): Pick<Message, 'text' | 'entities'> {
  const options = { limit: MAX_TEXT, what: 'message' } as const
  const { text, entities } = readText(params.text, params.parse_mode, params.entities, options)
  if (text === '') return refuse('text must be non-empty')
  return { text, ...(entities.length > 0 && { entities }) }
}

function locationOf(params: Params): NonNullable<Message['location']> {
  const { latitude, longitude } = params
  if (latitude === undefined || latitude === '') return refuse('latitude is empty')
  if (longitude === undefined || longitude === '') return refuse('longitude is empty')
  const place = { latitude: Number(latitude), longitude: Number(longitude) }
  const isOnEarth = Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180
  return isOnEarth ? place : refuse('wrong location specified')
}

function mediaContent(
  bot: BotState,
  type: unknown,
  file: unknown,
  uploads: readonly Upload[],
  params: Params,
  field: string,
): Partial<Message> {
  switch (type) {
    case 'photo':
      return { photo: fileGiven(bot.files, uploads, 'photo', file, field).sizes, ...captionOf(params) }
    case 'document':
      return {
        document: aDocument(fileGiven(bot.files, uploads, 'document', file, field)),
        ...captionOf(params),
      }
    default:
      return refuse(`can't parse InputMedia: type "${type}" is unsupported`)
  }
}

function sendMediaGroup(bot: BotState, params: Params, uploads: readonly Upload[]): Message[] {
  if (!Array.isArray(params.media)) return refuse("can't parse media JSON object")
  const media = params.media as Params[]
  const chat = chatGiven(bot, params)
  const reply = replyOf(repliedTo(chat, params))
  if (media.length === 0) return refuse('there are no messages to send')
  if (media.length > 10) return refuse('too many messages to send as an album')
  // the documentation says 2-10; the real server sends a lone one as an ordinary message
  if (media.length === 1) return refuse('an album must have 2-10 items')
  if (new Set(media.map((item) => item.type)).size > 1) {
    return refuse("Document can't be mixed with other media types")
  }
  const contents = media.map((item) => mediaContent(bot, item.type, item.media, uploads, item, ''))
  mustNotBeBlocked(chat)
  const album = { media_group_id: bot.nextAlbumId() }
  return contents.map((content) => put(bot, chat, { ...reply, ...album, ...content }, params))
}

/** The methods that put something into a chat. */
export const sendMethods: Record<string, Method> = {
  sendMessage(bot, params) {
    if (params.text === undefined || params.text === '') return refuse('message text is empty')
    return post(bot, params, () => textOf(params))
  },
  sendPhoto: (bot, params, uploads) =>
    post(bot, params, () => mediaContent(bot, 'photo', params.photo, uploads, params, 'photo')),
  sendDocument: (bot, params, uploads) =>
    post(bot, params, () => mediaContent(bot, 'document', params.document, uploads, params, 'document')),
  sendVoice: (bot, params, uploads) =>
    post(bot, params, () => ({
      voice: aVoice(
        fileGiven(bot.files, uploads, 'voice', params.voice, 'voice'),
        Number(params.duration ?? 0),
      ),
      ...captionOf(params),
    })),
  sendMediaGroup,
  sendLocation: (bot, params) =>
    post(bot, params, () => ({
      location: {
        ...locationOf(params),
        ...(params.live_period !== undefined && { live_period: Number(params.live_period) }),
      },
    })),
  sendVenue: (bot, params) =>
    post(bot, params, () => {
      const location = locationOf(params)
      const venue = { location, title: String(params.title ?? ''), address: String(params.address ?? '') }
      return { location, venue }
    }),
  sendChatAction(bot, params) {
    if (!CHAT_ACTIONS.has(String(params.action))) return refuse('wrong parameter action in request')
    mustNotBeBlocked(chatGiven(bot, params))
    return true
  },
}

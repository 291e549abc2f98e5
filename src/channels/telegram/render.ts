import type { ChatId } from '../../kernel/ids.js'
import type { Button, Rendered } from '../../messaging/outbound.js'
import type { Params } from './bot-api.js'

/** A file id that Telegram knows, or what the library takes to upload one. */
export type FileSource = string | object

export interface Request {
  readonly method: string
  readonly params: Params
}

const inlineKeyboard = (rows: readonly (readonly Button[])[]) => ({
  inline_keyboard: rows.map((row) => row.map(({ id, label }) => ({ text: label, callback_data: id }))),
})

const askKeyboard = ({ what, label, others }: NonNullable<Extract<Rendered, { type: 'text' }>['ask']>) => ({
  keyboard: [
    [{ text: label, [what === 'location' ? 'request_location' : 'request_contact']: true }],
    ...others.map((text) => [{ text }]),
  ],
  resize_keyboard: true,
  one_time_keyboard: true,
})

/** One markup fits on a message: buttons go first, since the message is about them. */
function markup(message: Extract<Rendered, { type: 'text' | 'edit' }>): Params {
  if (message.buttons?.length) return { reply_markup: inlineKeyboard(message.buttons) }
  // an edit without a markup takes the buttons away (Bot API, "editMessageText")
  if (message.type === 'edit') return {}
  if (message.ask) return { reply_markup: askKeyboard(message.ask) }
  return message.hideAsk ? { reply_markup: { remove_keyboard: true } } : {}
}

// no parse_mode anywhere: what people write is never read as formatting
const words = (message: Extract<Rendered, { type: 'text' | 'edit' }>): Params => ({
  text: message.text,
  link_preview_options: { is_disabled: true },
  ...markup(message),
})

/** The one request that says this message; `files` stand for its media, in order. */
export function render(to: ChatId, message: Rendered, files: readonly FileSource[] = []): Request {
  const chat_id = Number(to)
  switch (message.type) {
    case 'text':
      return { method: 'sendMessage', params: { chat_id, ...words(message) } }
    case 'edit':
      return {
        method: 'editMessageText',
        params: { chat_id, message_id: Number(message.target), ...words(message) },
      }
    case 'pin':
      return {
        method: 'sendLocation',
        params: { chat_id, latitude: message.point.lat, longitude: message.point.lon },
      }
    case 'photos':
      // a group holds 2 to 10 (Bot API, "sendMediaGroup")
      return files.length === 1
        ? { method: 'sendPhoto', params: { chat_id, photo: files[0] } }
        : {
            method: 'sendMediaGroup',
            params: { chat_id, media: files.map((media) => ({ type: 'photo', media })) },
          }
    case 'voice':
      // only OGG with Opus is drawn as a voice message; as audio go MP3 and M4A (Bot API, "sendVoice", "sendAudio")
      return message.media.endsWith('.ogg')
        ? { method: 'sendVoice', params: { chat_id, voice: files[0] } }
        : { method: 'sendAudio', params: { chat_id, audio: files[0] } }
    default:
      return message satisfies never
  }
}

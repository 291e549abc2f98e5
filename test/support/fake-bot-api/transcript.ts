import type { Chat } from 'grammy/types'
import type { ShownMessage } from './chat-log.js'

const MOST_LINES = 30

function contentOf(message: ShownMessage): string {
  const { raw } = message
  if (raw.photo) return `[photo]${raw.caption ? ` ${raw.caption}` : ''}`
  if (raw.document) return `[document ${raw.document.file_name ?? ''}]${raw.caption ? ` ${raw.caption}` : ''}`
  if (raw.voice) return '[voice]'
  if (raw.video) return '[video]'
  if (raw.sticker) return '[sticker]'
  if (raw.contact) return '[contact]'
  if (raw.poll) return `[poll ${raw.poll.question}]`
  if (raw.venue) return `[venue ${raw.venue.title}, ${raw.venue.address}]`
  if (raw.location) return `[location ${raw.location.latitude}, ${raw.location.longitude}]`
  return raw.text ?? '[service message]'
}

function lineOf(message: ShownMessage): string {
  const who = message.by === 'bot' ? 'bot' : message.from.first_name
  const buttons = message.buttons.length > 0 ? `  [${message.buttons.join(' | ')}]` : ''
  const fate = message.deleted ? '  (deleted)' : message.edited ? '  (edited)' : ''
  const content = contentOf(message).replaceAll('\n', '\n      ')
  return `  #${message.message_id} ${who}: ${content}${buttons}${fate}`
}

/** The chat as a text to read when a test fails: who said what, with the buttons, and what went wrong. */
export function transcriptOf(
  chat: Chat,
  messages: readonly ShownMessage[],
  troubles: readonly string[],
): string {
  const name = chat.title ?? chat.first_name ?? ''
  const lines = messages.slice(-MOST_LINES).map(lineOf)
  const left = messages.length - lines.length
  return [
    `The chat with ${name} (${chat.id}), ${messages.length} messages:`,
    ...(left > 0 ? [`  … ${left} before`] : []),
    ...lines,
    ...troubles.map((trouble) => `  ! ${trouble}`),
  ].join('\n')
}

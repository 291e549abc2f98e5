import type { PhoneMessage } from '../../../src/channels/simulator/conversation.js'
import type { Phone } from '../../../src/channels/simulator/phone.js'

/** Tokens of invitations are drawn anew each time. */
const TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/g

/** So are the codes that link two chats; the message that gives one says so. */
export const LINK_CODE = /(?:codice è|code is) (\d{4} \d{4})/
const CODE = /(?<!\d)\d{4} \d{4}(?!\d)/g

/** Whether one of them stands in these words. */
export const holdsSecret = (words: string): boolean => words !== masked(words)

const masked = (words: string): string => words.replace(TOKEN, '<token>').replace(CODE, '<code>')

const indented = (text: string): string => text.replace(/\n(?=.)/g, '\n  ')

/** What was done, as a line of the transcript. */
export const done = (deed: string): string => `> ${masked(indented(deed))}`

/** What a phone shows now, as a person reads it. */
export function shown(actor: string, message: PhoneMessage, phone: Phone, isLast: boolean): string {
  const head = `< ${actor}${message.edited ? ' (changed)' : ''}: `
  return `${head}${masked(indented([...contentOf(message), ...keyboardOf(phone, isLast)].join('\n')))}`
}

function contentOf({ content }: PhoneMessage): string[] {
  switch (content.type) {
    case 'text':
      return [content.text, ...rowsOf(content.buttons?.map((row) => row.map(({ label }) => label)) ?? [])]
    case 'pin':
      return [`(map pin ${content.point.lat} ${content.point.lon})`]
    case 'photo':
      return ['(photo)']
    default:
      return [`(${content.type})`]
  }
}

/** The app's own keyboard stands below the newest message. */
const keyboardOf = ({ keyboard }: Phone, isLast: boolean): string[] =>
  keyboard && isLast ? [`(below the chat) ${rowsOf([[keyboard.label, ...keyboard.others]]).join(' ')}`] : []

const rowsOf = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.map((label) => `[${label}]`).join(' '))

import { randomUUID } from 'node:crypto'
import type { ExternalId, MediaKey } from '../../kernel/ids.js'
import type { Capabilities, SendResult } from '../../messaging/channel.js'
import type { Button, Rendered } from '../../messaging/outbound.js'
import type { MessageContent, PhoneMessage } from './conversation.js'
import type { Journal } from './journal.js'
import { extensionOf, type Line, messageId } from './phone.js'

/** Bytes that a button carries (Bot API, InlineKeyboardButton.callback_data). */
const MAX_BUTTON_BYTES = 64

interface SendDeps {
  readonly line: Line
  readonly capabilities: Capabilities
  readonly journal: Pick<Journal, 'keep'>
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
}

type Refused = Extract<SendResult, { type: 'refused' }>

const refused = (why: Refused['why'], detail: string): Refused => ({ type: 'refused', why, detail })

/** Puts what the bot says on the phone, and refuses what the played app would refuse. Never throws. */
export async function sendTo(deps: SendDeps, message: Rendered): Promise<SendResult> {
  const { line, capabilities } = deps
  if (line.conversation.blocked) return refused('blocked', 'bot was blocked by the user')
  const fault = faultOf(message, capabilities)
  if (fault) return refused('invalid', fault)
  try {
    switch (message.type) {
      case 'text': {
        const { text, list, ask, hideAsk } = message
        // A list is drawn opened: each row as a person reads it.
        const buttons = list
          ? list.rows.map(({ id, label, detail }) => [{ id, label: detail ?? label }])
          : message.buttons
        // A request that stands alone is a part of its message: what comes next is below it.
        const keyboard = ask ?? (hideAsk || capabilities.locationRequestAlone ? null : undefined)
        return say(deps, [{ type: 'text', text, ...(buttons && { buttons }) }], keyboard)
      }
      case 'pin':
        return say(deps, [{ type: 'pin', point: message.point }])
      case 'photos':
        return await sendPhotos(deps, message.media)
      case 'voice': {
        const file = await keepFile(deps, message.media)
        return file === null
          ? refused('invalid', `no voice message ${message.media}`)
          : say(deps, [{ type: 'voice', file }])
      }
      case 'edit': {
        const { target, text, buttons } = message
        if (!line.conversation.messages.some(({ id, by }) => id === target && by === 'bot')) {
          return refused('gone', 'message to edit not found')
        }
        line.record({ type: 'edited', message: target, text, ...(buttons && { buttons }) })
        return { type: 'sent', externalIds: [target] }
      }
    }
    message satisfies never
  } catch (error) {
    return { type: 'retry', why: 'unreachable', detail: String(error) }
  }
}

function say(
  { line }: SendDeps,
  contents: readonly MessageContent[],
  keyboard?: Extract<Rendered, { type: 'text' }>['ask'] | null,
): SendResult {
  const at = line.now().toISOString()
  const messages = contents.map(
    (content, index): PhoneMessage => ({
      id: messageId(line.conversation, index + 1),
      by: 'bot',
      at,
      content,
    }),
  )
  line.record({ type: 'said', messages, ...(keyboard !== undefined && { keyboard }) })
  return { type: 'sent', externalIds: messages.map(({ id }): ExternalId => id) }
}

/**
 * The phone keeps its own copy, as a real one does: what the town erases later stays in the citizen's chat. Null: there
 * is no such file.
 */
async function keepFile({ openMedia, journal }: SendDeps, key: MediaKey): Promise<string | null> {
  const content = await openMedia(key).catch(() => null)
  return content && journal.keep(content, extensionOf(key))
}

async function sendPhotos(deps: SendDeps, media: readonly MediaKey[]): Promise<SendResult> {
  const album = media.length > 1 ? randomUUID() : undefined
  const contents: MessageContent[] = []
  for (const key of media) {
    const file = await keepFile(deps, key)
    if (file === null) return refused('invalid', `no picture ${key}`)
    contents.push({ type: 'photo', file, ...(album && { album }) })
  }
  return say(deps, contents)
}

function faultOf(message: Rendered, capabilities: Capabilities): string | undefined {
  if (message.type === 'pin' || message.type === 'voice') return undefined
  if (message.type === 'photos') {
    if (message.media.length === 0) return 'no picture'
    return message.media.length > capabilities.maxAlbum ? 'too many pictures in one album' : undefined
  }
  if (message.type === 'edit' && !capabilities.edits) return 'messages cannot be changed here'
  if (message.text.trim() === '') return 'message text is empty'
  if (message.text.length > capabilities.maxText) return 'message is too long'
  if (message.type === 'text' && message.ask && !canAsk(message.ask.what, capabilities))
    return 'no such keyboard here'
  const rows = message.type === 'text' ? (message.list?.rows ?? []) : []
  if (rows.length > capabilities.maxListRows) return 'too many rows in a list'
  return buttonFault(message.buttons?.flat() ?? [], capabilities)
}

const canAsk = (what: 'location' | 'phone', capabilities: Capabilities) =>
  what === 'location' ? capabilities.locationRequest : capabilities.phoneRequest

function buttonFault(buttons: readonly Button[], capabilities: Capabilities): string | undefined {
  if (buttons.length > capabilities.maxButtons) return 'too many buttons'
  const wrong = buttons.find(
    ({ id, label }) => label === '' || id === '' || Buffer.byteLength(id) > MAX_BUTTON_BYTES,
  )
  return wrong && `button "${wrong.label}" is not valid`
}

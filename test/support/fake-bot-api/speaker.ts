import type { Message, User } from 'grammy/types'
import { aDocument, aVideo, aVoice } from './files.js'
import { replyOf } from './method.js'
import { type ButtonMatcher, type Press, press, pressData } from './press.js'
import type { BotState, ChatState } from './state.js'
import { detectEntities, MAX_TEXT } from './text.js'
import { editUpdate, messageFrom, messageUpdate } from './updates.js'

export interface SayOptions {
  /** Id of the message that this one answers. */
  replyTo?: number
}

/** All that one person can do in one chat. What is said is queued at once; the raw message is returned. */
export interface Speaker {
  readonly user: User
  send(text: string, options?: SayOptions): Message
  /** `sendCommand('start', 'from-poster')` says `/start from-poster`. */
  sendCommand(command: string, argument?: string): Message
  /** Presses the inline button on the newest message that carries it. */
  press(button: ButtonMatcher): Press
  /** Presses with forged data. */
  pressData(messageId: number, data: string): Press
  /** Uses a button of the keyboard that stands in place of the letters: says its label. */
  tap(label: string): Message
  sendLocation(latitude: number, longitude: number, options?: SayOptions): Message
  sendLiveLocation(latitude: number, longitude: number, livePeriod?: number): Message
  /** Moves the newest live location, or the one named. */
  moveLiveLocation(latitude: number, longitude: number, messageId?: number): Message
  stopLiveLocation(messageId?: number): Message
  sendVenue(venue: { latitude: number; longitude: number; title: string; address: string }): Message
  sendPhoto(bytes: Buffer, options?: SayOptions & { caption?: string; mediaGroupId?: string }): Message
  /** Several messages with one `media_group_id`; the first alone has the caption. */
  sendAlbum(photos: readonly Buffer[], caption?: string): Message[]
  sendDocument(bytes: Buffer, options?: { fileName?: string; mime?: string; caption?: string }): Message
  /** Only the size is real, so that it can be beyond what a bot may fetch. */
  sendVideo(options: { size: number; caption?: string; duration?: number }): Message
  sendVoice(bytes: Buffer, options?: { duration?: number }): Message
  sendSticker(emoji?: string): Message
  sendPoll(question?: string, choices?: readonly string[]): Message
  /** Somebody's phone number; the person's own unless `userId` says otherwise. */
  sendContact(phoneNumber?: string, options?: { firstName?: string; userId?: number }): Message
  edit(messageId: number, text: string): Message
}

const LIVE_PERIOD_S = 900

function textContent(text: string): Pick<Message, 'text' | 'entities'> {
  if (text.length > MAX_TEXT) throw new Error(`No app sends ${text.length} characters as one message`)
  const entities = detectEntities(text)
  return { text, ...(entities.length > 0 && { entities }) }
}

/** In privacy mode a bot in a group sees commands, mentions and answers to itself (Bot API, "Privacy mode"). */
function reaches(bot: BotState, chat: ChatState, message: Message): boolean {
  if (chat.chat.type === 'private' || bot.me.can_read_all_group_messages || chat.isAdministrator) return true
  if (message.reply_to_message?.from?.id === bot.me.id) return true
  const text = message.text ?? message.caption ?? ''
  return text.startsWith('/') || text.includes(`@${bot.me.username}`)
}

export function createSpeaker(bot: BotState, chat: ChatState, user: User): Speaker {
  const { log, chat: place } = chat

  function mustReachBot() {
    if (chat.standing === 'blocked') throw new Error(`${user.first_name} blocked the bot: unblock() first`)
    if (place.type === 'private') chat.standing = 'open'
    else if (chat.standing !== 'open')
      throw new Error(`The bot is not in the group "${place.title}": addBot() first`)
  }

  function say(content: Partial<Message>, { replyTo }: SayOptions = {}): Message {
    mustReachBot()
    const answered = replyTo === undefined ? undefined : log.find(replyTo)
    const message = messageFrom(bot, chat, user, { ...replyOf(answered), ...content })
    log.add(message, 'person')
    log.act()
    if (reaches(bot, chat, message)) bot.queue.push(messageUpdate(message))
    return message
  }

  function change(messageId: number, content: Partial<Message>): Message {
    mustReachBot()
    const old = log.find(messageId)
    if (old === undefined) throw new Error(`There is no message #${messageId}. ${log.transcript()}`)
    const message = { ...old.raw, ...content, edit_date: bot.date() } as Message
    log.edit(messageId, message)
    log.act()
    if (reaches(bot, chat, message)) bot.queue.push(editUpdate(message))
    return message
  }

  function liveLocation(messageId?: number): Message {
    const found =
      messageId === undefined
        ? log.all.findLast((each) => each.from.id === user.id && each.raw.location?.live_period !== undefined)
        : log.find(messageId)
    if (found?.raw.location === undefined) throw new Error(`No live location is shared. ${log.transcript()}`)
    return found.raw
  }

  function photo(bytes: Buffer, mediaGroupId?: string, caption?: string): Partial<Message> {
    return {
      ...(mediaGroupId && { media_group_id: mediaGroupId }),
      photo: bot.files.addPhoto(bytes).sizes,
      ...captioned(caption),
    }
  }

  return {
    user,
    send: (text, options) => say(textContent(text), options),
    sendCommand: (command, argument) =>
      say(textContent([`/${command.replace(/^\//, '')}`, argument].filter(Boolean).join(' '))),
    press(button) {
      mustReachBot()
      return press(bot, chat, user, button)
    },
    pressData(messageId, data) {
      mustReachBot()
      return pressData(bot, chat, user, messageId, data)
    },
    tap(label) {
      if (!keyboardOf(chat).includes(label))
        throw new Error(`No key "${label}" is shown. ${log.transcript()}`)
      return say(textContent(label))
    },
    sendLocation: (latitude, longitude, options) => say({ location: { latitude, longitude } }, options),
    sendLiveLocation: (latitude, longitude, livePeriod = LIVE_PERIOD_S) =>
      say({ location: { latitude, longitude, live_period: livePeriod } }),
    moveLiveLocation(latitude, longitude, messageId) {
      const { message_id, location } = liveLocation(messageId)
      return change(message_id, { location: { ...location, latitude, longitude } })
    },
    stopLiveLocation(messageId) {
      const { message_id, location } = liveLocation(messageId)
      const { latitude = 0, longitude = 0 } = location ?? {}
      return change(message_id, { location: { latitude, longitude } })
    },
    sendVenue({ latitude, longitude, title, address }) {
      const location = { latitude, longitude }
      return say({ venue: { location, title, address }, location })
    },
    sendPhoto: (bytes, { caption, mediaGroupId, replyTo } = {}) =>
      say(photo(bytes, mediaGroupId, caption), { replyTo }),
    sendAlbum(photos, caption) {
      const group = bot.nextAlbumId()
      return photos.map((bytes, index) => say(photo(bytes, group, index === 0 ? caption : undefined)))
    },
    sendDocument(bytes, { fileName, mime, caption } = {}) {
      const file = bot.files.add('document', { bytes, name: fileName, mime })
      return say({ document: aDocument(file), ...captioned(caption) })
    },
    sendVideo({ size, caption, duration = 10 }) {
      return say({ video: aVideo(bot.files.add('video', { size }), duration), ...captioned(caption) })
    },
    sendVoice: (bytes, { duration = 3 } = {}) =>
      say({ voice: aVoice(bot.files.add('voice', { bytes }), duration) }),
    sendSticker(emoji = '👍') {
      const { file_id, file_unique_id, size } = bot.files.add('sticker', { size: 12_000 })
      const look = {
        type: 'regular',
        width: 512,
        height: 512,
        is_animated: false,
        is_video: false,
        emoji,
      } as const
      return say({ sticker: { file_id, file_unique_id, file_size: size, ...look } })
    },
    sendPoll(question = 'Domani?', choices = ['Sì', 'No']) {
      const options = choices.map((text, index) => ({ persistent_id: String(index), text, voter_count: 0 }))
      const rules = { is_closed: false, is_anonymous: true, type: 'regular', allows_multiple_answers: false }
      return say({
        poll: { id: bot.nextPressId(), question, options, total_voter_count: 0, ...rules } as never,
      })
    },
    sendContact(phoneNumber = '+390599999999', { firstName = user.first_name, userId = user.id } = {}) {
      return say({ contact: { phone_number: phoneNumber, first_name: firstName, user_id: userId } })
    },
    edit: (messageId, text) => change(messageId, textContent(text)),
  }
}

function captioned(caption: string | undefined): Pick<Message, 'caption' | 'caption_entities'> {
  if (!caption) return {}
  const entities = detectEntities(caption)
  return { caption, ...(entities.length > 0 && { caption_entities: entities }) }
}

/** Labels of the keyboard that is open now in place of the letters; empty without one. */
export function keyboardOf({ log }: ChatState): string[] {
  const newest = log.all.findLast(({ reply_markup: markup }) => markup?.keyboard || markup?.remove_keyboard)
  return newest?.reply_markup?.keyboard?.flat().map((key) => (typeof key === 'string' ? key : key.text)) ?? []
}

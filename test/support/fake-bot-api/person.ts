import type { Chat, Message, User } from 'grammy/types'
import type { ChatLog, Matcher, ShownMessage, WaitOptions } from './chat-log.js'
import { createSpeaker, keyboardOf, type SayOptions, type Speaker } from './speaker.js'
import type { BotState, ChatState } from './state.js'
import { membershipChange, messageFrom, messageUpdate } from './updates.js'

/** What can be seen in a chat. */
export interface ChatView {
  readonly id: number
  readonly chat: Chat
  /** What is visible now, in order: the person's own messages and the bot's. */
  messages(): ShownMessage[]
  /** The newest visible message of the bot. */
  lastMessage(): ShownMessage | undefined
  /** Resolves with a bot message that matches, as soon as it arrives or changes (see `WaitOptions.since`). */
  waitFor(match: Matcher, options?: WaitOptions): Promise<ShownMessage>
  waitUntil: ChatLog['waitUntil']
  /** Calls the listener on each message that arrives, changes or goes; the result stops it. */
  onMessage: ChatLog['onChange']
  /** A point in time for `waitFor(…, { since })`. */
  mark(): number
  transcript(): string
  /** Labels of the keyboard in place of the letters. */
  keyboard(): string[]
  /** Also the deleted ones. */
  history(): readonly ShownMessage[]
}

/** A person in a private chat with the bot. */
export interface Person extends Speaker, ChatView {
  block(): void
  unblock(): void
  /** Deletes the whole chat on both sides, as people can; the bot is not told. */
  clearHistory(): void
}

export interface Group extends ChatView {
  /** What one member can do here. */
  as(person: Person): Speaker
  send(person: Person, text: string, options?: SayOptions): Message
  addBot(by: Person, options?: { administrator?: boolean }): void
  removeBot(by: Person): void
}

export interface NewPerson {
  id: number
  first_name?: string
  last_name?: string
  username?: string
  language_code?: string
}

export interface NewGroup {
  /** Below -1,000,000,000,000 for a supergroup, another negative number for a plain group. */
  id: number
  title: string
  /** Who adds the bot at once; without it call `addBot`. */
  addedBy?: Person
}

function viewOf(state: ChatState): ChatView {
  const { chat, log } = state
  return {
    id: chat.id,
    chat,
    messages: log.visible,
    lastMessage: () => log.all.findLast((message) => message.by === 'bot' && !message.deleted),
    waitFor: log.waitFor,
    waitUntil: log.waitUntil,
    onMessage: log.onChange,
    mark: log.mark,
    transcript: log.transcript,
    keyboard: () => keyboardOf(state),
    history: () => log.all,
  }
}

export function createPerson(bot: BotState, person: NewPerson): Person {
  const { id, first_name = `Persona ${person.id}`, last_name, username, language_code } = person
  const names = { first_name, ...(last_name && { last_name }), ...(username && { username }) }
  const user: User = { id, is_bot: false, ...names, ...(language_code && { language_code }) }
  const chat = bot.openChat({ id, ...names, type: 'private' })

  return {
    ...createSpeaker(bot, chat, user),
    ...viewOf(chat),
    block() {
      bot.queue.push(membershipChange(bot, chat, user, 'kicked'))
      chat.standing = 'blocked'
    },
    unblock() {
      bot.queue.push(membershipChange(bot, chat, user, 'member'))
      chat.standing = 'open'
    },
    clearHistory() {
      for (const message of chat.log.visible()) chat.log.delete(message.message_id)
    },
  }
}

export function createGroup(bot: BotState, { id, title, addedBy }: NewGroup): Group {
  const type = id < -1_000_000_000_000 ? 'supergroup' : 'group'
  const state = bot.openChat({ id, title, type })
  const speakers = new Map<number, Speaker>()

  function as(person: Person): Speaker {
    const known = speakers.get(person.id)
    if (known !== undefined) return known
    const speaker = createSpeaker(bot, state, person.user)
    speakers.set(person.id, speaker)
    return speaker
  }

  /** The line that everybody in the group reads: somebody came or went. */
  function announce(by: Person, content: Partial<Message>) {
    const message = messageFrom(bot, state, by.user, content)
    state.log.add(message, 'person')
    bot.queue.push(messageUpdate(message))
  }

  function addBot(by: Person, { administrator = false } = {}) {
    bot.queue.push(membershipChange(bot, state, by.user, administrator ? 'administrator' : 'member'))
    state.standing = 'open'
    state.isAdministrator = administrator
    announce(by, { new_chat_members: [bot.self] })
  }

  if (addedBy !== undefined) addBot(addedBy)
  return {
    ...viewOf(state),
    as,
    send: (person, text, options) => as(person).send(text, options),
    addBot,
    removeBot(by) {
      bot.queue.push(membershipChange(bot, state, by.user, 'kicked'))
      state.standing = 'kicked'
      state.isAdministrator = false
    },
  }
}

import type { Chat, Message, User } from 'grammy/types'
import { inlineButtons, type ReplyMarkup } from './keyboards.js'
import { transcriptOf } from './transcript.js'
import { within } from './within.js'

/** A message as a person sees it. A snapshot: an edit makes a new one. */
export interface ShownMessage {
  message_id: number
  by: 'bot' | 'person'
  from: User
  /** When it arrived, milliseconds. */
  at: number
  text?: string
  caption?: string
  /** What was sent under it: inline buttons as they are now, or the keyboard that it opened. */
  reply_markup?: ReplyMarkup
  /** Labels of the inline buttons, row after row. */
  buttons: string[]
  photo?: Message['photo']
  document?: Message['document']
  voice?: Message['voice']
  location?: Message['location']
  venue?: Message['venue']
  media_group_id?: string
  /** The message that it answers. */
  reply_to?: number
  edited: boolean
  deleted: boolean
  /** As the Bot API describes it. */
  raw: Message
}

/** A piece of the text or caption, a pattern for it, or any condition. */
export type Matcher = string | RegExp | ((message: ShownMessage) => boolean)

export interface WaitOptions {
  timeoutMs?: number
  /**
   * What counts besides what is still to come: bot messages that arrived or changed since this person's last
   * action (the default), none, or all that can be seen. A number is a `mark()`.
   */
  since?: 'action' | 'now' | 'start' | number
  /** Also look at messages as they disappear. */
  deleted?: boolean
}

export interface ChatLog {
  /** All, the deleted ones too, in order of arrival. */
  readonly all: readonly ShownMessage[]
  visible(): ShownMessage[]
  find(messageId: number): ShownMessage | undefined
  add(raw: Message, by: 'bot' | 'person', markup?: ReplyMarkup): ShownMessage
  edit(messageId: number, raw: Message): ShownMessage | undefined
  delete(messageId: number): void
  /** The person did something: what the bot says from here on is an answer. */
  act(): void
  mark(): number
  /** Resolves with the first bot message that matches; rejects with the chat's transcript. */
  waitFor(match: Matcher, options?: WaitOptions): Promise<ShownMessage>
  /** Resolves as soon as the condition holds for what can be seen, which may be at once. */
  waitUntil(condition: (visible: ShownMessage[]) => boolean, options?: { timeoutMs?: number }): Promise<void>
  onChange(listener: (message: ShownMessage) => void): () => void
  transcript(): string
}

export interface ChatLogOptions {
  chat: Chat
  now: () => number
  /** How many messages to remember, or all. */
  keep: number
  /** Lines that explain an absence: what failed in this chat. */
  troubles: () => string[]
}

const WAIT_MS = 2_000

export function matches(match: Matcher, message: ShownMessage): boolean {
  if (typeof match === 'function') return match(message)
  const words = message.text ?? message.caption ?? ''
  return typeof match === 'string' ? words.includes(match) : match.test(words)
}

export function createChatLog({ chat, now, keep, troubles }: ChatLogOptions): ChatLog {
  const all: ShownMessage[] = []
  const changedAt = new Map<number, number>()
  const listeners = new Set<(message: ShownMessage) => void>()
  let changes = 0
  let actedAt = 0

  const shown = (raw: Message, by: 'bot' | 'person', markup: ReplyMarkup | undefined): ShownMessage => ({
    message_id: raw.message_id,
    by,
    from: raw.from as User,
    at: now(),
    text: raw.text,
    caption: raw.caption,
    reply_markup: markup,
    buttons: inlineButtons(raw).map((button) => button.text),
    photo: raw.photo,
    document: raw.document,
    voice: raw.voice,
    location: raw.location,
    venue: raw.venue,
    media_group_id: raw.media_group_id,
    reply_to: raw.reply_to_message?.message_id,
    edited: false,
    deleted: false,
    raw,
  })

  function changed(message: ShownMessage): ShownMessage {
    changes += 1
    changedAt.set(message.message_id, changes)
    for (const listener of listeners) listener(message)
    return message
  }

  const indexOf = (messageId: number) =>
    all.findLastIndex((message) => message.message_id === messageId && !message.deleted)

  function replace(messageId: number, make: (old: ShownMessage) => ShownMessage) {
    const index = indexOf(messageId)
    const old = all[index]
    if (old === undefined) return undefined
    const next = make(old)
    all[index] = next
    return changed(next)
  }

  function forgetOldest() {
    for (const message of all.splice(0, all.length - keep)) changedAt.delete(message.message_id)
  }

  function listen(listener: (message: ShownMessage) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  const log: ChatLog = {
    all,
    visible: () => all.filter((message) => !message.deleted),
    find: (messageId) => all[indexOf(messageId)],
    add(raw, by, markup) {
      const message = shown(raw, by, markup)
      all.push(message)
      if (all.length > keep * 2) forgetOldest()
      return changed(message)
    },
    edit: (messageId, raw) =>
      replace(messageId, (old) => ({ ...shown(raw, old.by, raw.reply_markup), at: old.at, edited: true })),
    delete(messageId) {
      replace(messageId, (old) => ({ ...old, deleted: true }))
    },
    act() {
      actedAt = changes
    },
    mark: () => changes,
    async waitFor(match, { timeoutMs = WAIT_MS, since = 'action', deleted = false } = {}) {
      const from = typeof since === 'number' ? since : { action: actedAt, now: changes, start: 0 }[since]
      const fits = (message: ShownMessage) =>
        message.by === 'bot' && (deleted || !message.deleted) && matches(match, message)
      const isNew = ({ message_id: id }: ShownMessage) => (changedAt.get(id) ?? 0) > from
      const found = changes > from ? all.find((message) => isNew(message) && fits(message)) : undefined
      if (found !== undefined) return found
      const why = () => `No message matched ${match} within ${timeoutMs} ms. ${log.transcript()}`
      return within(timeoutMs, log.waitFor, why, (done) =>
        listen((message) => fits(message) && done(message)),
      )
    },
    async waitUntil(condition, { timeoutMs = WAIT_MS } = {}) {
      const holds = () => condition(log.visible())
      if (holds()) return
      const why = () => `It was not so within ${timeoutMs} ms that ${condition}. ${log.transcript()}`
      return within<void>(timeoutMs, log.waitUntil, why, (done) => listen(() => holds() && done()))
    },
    onChange: listen,
    transcript: () => transcriptOf(chat, all, troubles()),
  }
  return log
}

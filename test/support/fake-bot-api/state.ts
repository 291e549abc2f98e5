import type { BotCommand, CallbackQuery, Chat, User, UserFromGetMe } from 'grammy/types'
import { type ChatLog, createChatLog } from './chat-log.js'
import { createFaults, type Faults } from './faults.js'
import { createFileStore, type FileStore } from './files.js'
import type { Answer } from './refusal.js'
import type { Params, Received } from './request.js'
import { createUpdateQueue, type UpdateQueue } from './update-queue.js'
import { createWebhook, type Webhook } from './webhook.js'

/** One call of a method as it came in and went out. `download` stands for the GET of a file. */
export interface Call {
  method: string
  params: Params
  files: { field: string; fileName: string; size: number }[]
  /** When it came in, milliseconds. */
  at: number
  /** Absent while it is under way, as a long poll is. */
  outcome?: Answer
  /** The fault that it met. */
  fault?: string
}

/** `none` keeps no calls, no uploaded bytes and only the newest messages of a chat: for benchmarks. */
export type History = 'full' | 'none'

export interface ApiOptions {
  history: History
  now: () => number
  retryMs: number
}

/** Whether the bot may write: `new` is somebody who never wrote to it. */
export type Standing = 'new' | 'open' | 'blocked' | 'left' | 'kicked'

export interface ChatState {
  chat: Chat
  standing: Standing
  /** In a group: the bot's rank, which says whether it may delete what others wrote. */
  isAdministrator: boolean
  instance: string
  log: ChatLog
  nextMessageId(): number
}

export interface CallbackAnswer {
  text?: string
  show_alert?: boolean
  url?: string
}

export interface PendingPress {
  query: CallbackQuery
  answer?: CallbackAnswer
  listeners: Set<(answer: CallbackAnswer) => void>
}

/** What a bot says about itself, by language code ('' is everybody's). */
export interface Profile {
  commands: Map<string, BotCommand[]>
  name: Map<string, string>
  description: Map<string, string>
  shortDescription: Map<string, string>
}

/** All that the server knows about one token. */
export interface BotState {
  token: string
  me: UserFromGetMe
  /** As it signs messages. */
  self: User
  history: History
  chats: Map<number, ChatState>
  files: FileStore
  queue: UpdateQueue
  webhook: Webhook
  faults: Faults
  profile: Profile
  presses: Map<string, PendingPress>
  calls: Call[]
  counts: Map<string, number>
  now(): number
  /** Unix seconds, as in every `date`. */
  date(): number
  nextPressId(): string
  nextAlbumId(): string
  openChat(chat: Chat): ChatState
  onCall(listener: (call: Call) => void): () => void
  /** Notes a call that came in; `done` notes how it ended. */
  record(method: string, params: Params, files: Call['files']): Call
  done(call: Call, outcome: Answer): void
}

const SHORT_MEMORY = 50

const isTroubleIn = (chatId: number) => (call: Call) =>
  call.outcome?.ok === false && Number(call.params.chat_id) === chatId

const troubleLine = (call: Call) =>
  `${call.method}: ${call.outcome?.ok === false ? call.outcome.description : ''}${call.fault ? ' (fault)' : ''}`

export interface NewBot {
  token: string
  username?: string
  firstName?: string
  /** False switches privacy mode on: in groups only commands, mentions and replies arrive. */
  readsAllGroupMessages?: boolean
}

function meOf({
  token,
  username,
  firstName = 'Filo Diretto',
  readsAllGroupMessages = true,
}: NewBot): UserFromGetMe {
  const id = Number(token.split(':')[0]) || 1
  return {
    id,
    is_bot: true,
    first_name: firstName,
    username: username ?? `fake_${id}_bot`,
    can_join_groups: true,
    can_read_all_group_messages: readsAllGroupMessages,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  } as UserFromGetMe
}

export function createBotState(
  bot: NewBot,
  { history, now, retryMs }: ApiOptions,
  onWebhookCall: (state: BotState, received: Received) => void,
): BotState {
  const me = meOf(bot)
  const queue = createUpdateQueue(now)
  const listeners = new Set<(call: Call) => void>()
  const chats = new Map<number, ChatState>()
  let messageIds = 0
  let pressIds = 4_382_000_000_000_000_000n + BigInt(me.id)
  let albumIds = 13_800_000_000_000_000n

  function openChat(chat: Chat): ChatState {
    const known = chats.get(chat.id)
    if (known !== undefined) return known
    // a supergroup counts its own messages; all other chats of a bot share one count
    let own = 0
    const opened: ChatState = {
      chat,
      standing: 'new',
      isAdministrator: false,
      instance: String(-(BigInt(chat.id) * 7919n + BigInt(me.id))),
      nextMessageId: chat.type === 'supergroup' ? () => ++own : () => ++messageIds,
      log: createChatLog({
        chat,
        now,
        keep: history === 'full' ? Number.POSITIVE_INFINITY : SHORT_MEMORY,
        troubles: () => state.calls.filter(isTroubleIn(chat.id)).slice(-5).map(troubleLine),
      }),
    }
    chats.set(chat.id, opened)
    return opened
  }

  const state: BotState = {
    token: bot.token,
    me,
    self: { id: me.id, is_bot: true, first_name: me.first_name, username: me.username },
    history,
    chats,
    files: createFileStore(bot.token, history === 'none'),
    queue,
    webhook: createWebhook({ queue, now, retryMs, onCall: (received) => onWebhookCall(state, received) }),
    faults: createFaults(),
    profile: { commands: new Map(), name: new Map(), description: new Map(), shortDescription: new Map() },
    presses: new Map(),
    calls: [],
    counts: new Map(),
    now,
    date: () => Math.floor(now() / 1000),
    nextPressId: () => String(++pressIds),
    nextAlbumId: () => String(++albumIds),
    openChat,
    onCall(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    record(method, params, files) {
      const call: Call = { method, params, files, at: now() }
      if (history === 'full') state.calls.push(call)
      state.counts.set(method, (state.counts.get(method) ?? 0) + 1)
      return call
    },
    done(call, outcome) {
      call.outcome = outcome
      for (const listener of listeners) listener(call)
    },
  }
  return state
}

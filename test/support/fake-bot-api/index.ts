/**
 * A Bot API server of our own, over real sockets, for tests and benchmarks: many tokens, polling and webhooks,
 * files, faults, and people to talk as. What it refuses and how it says so follows the open source of
 * Telegram's own server (tdlib/telegram-bot-api and tdlib/td).
 */
export type { FakeBot, UpdatesDriver } from './bot.js'
export type { Matcher, ShownMessage, WaitOptions } from './chat-log.js'
export type { Fault, Faults, RandomFaults } from './faults.js'
export type { ChatView, Group, NewGroup, NewPerson, Person } from './person.js'
export type { ButtonMatcher, Press } from './press.js'
export { type FakeBotApi, type FakeBotApiOptions, startFakeBotApi } from './server.js'
export type { SayOptions, Speaker } from './speaker.js'
export type { Call, CallbackAnswer, History } from './state.js'
export type { Disorder } from './update-queue.js'

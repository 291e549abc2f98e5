import type { Update, UserFromGetMe } from 'grammy/types'
import type { Faults } from './faults.js'
import { commandsKey } from './methods-bot.js'
import {
  createGroup,
  createPerson,
  type Group,
  type NewGroup,
  type NewPerson,
  type Person,
} from './person.js'
import { expectAnswer } from './press.js'
import type { BotState, Call, Profile } from './state.js'
import type { UpdateQueue } from './update-queue.js'
import { within } from './within.js'

export interface UpdatesDriver extends Pick<UpdateQueue, 'duplicate' | 'shuffle' | 'dropPresses'> {
  /** How many updates are not confirmed. */
  readonly pending: number
  /** Resolves once every update is confirmed: polled past, or taken by the webhook. */
  settled(options?: { timeoutMs?: number }): Promise<void>
}

/** One bot as a test sees it: the people who write to it, what it called, and what goes wrong. */
export interface FakeBot {
  readonly token: string
  readonly me: UserFromGetMe
  /** The person with that id; the same one when asked again. */
  user(person: NewPerson): Person
  group(group: NewGroup): Group
  /** Queues an update as it is given; without an `update_id` it gets the next one. */
  pushUpdate(update: Omit<Update, 'update_id'> & { update_id?: number }): Update | undefined
  /** Every call in order of arrival, long polls too; empty with `history: 'none'`. */
  readonly calls: readonly Call[]
  callsOf(method: string): Call[]
  /** How often each method was called, also with `history: 'none'`. */
  readonly counts: ReadonlyMap<string, number>
  /** Resolves with a finished call of the method, from the start or only from now on. */
  waitForCall(
    method: string,
    where?: (call: Call) => boolean,
    options?: { timeoutMs?: number; since?: 'start' | 'now' },
  ): Promise<Call>
  /** Calls the listener with each call that is done, also with `history: 'none'`; the result stops it. */
  onCall(listener: (call: Call) => void): () => void
  readonly faults: Faults
  readonly updates: UpdatesDriver
  readonly profile: Profile
  /** The commands that the bot set for a language and a scope. */
  commands(
    languageCode?: string,
    scope?: { type: string; chat_id?: number },
  ): { command: string; description: string }[]
  /** Where updates are delivered to, if a webhook is set. */
  readonly webhookUrl: string | undefined
}

const WAIT_MS = 2_000

/** A raw message shows up in its chat and opens it; a raw press can be answered. */
function note(bot: BotState, update: Omit<Update, 'update_id'>) {
  const { message, callback_query: query } = update
  if (query !== undefined) expectAnswer(bot, query)
  if (message === undefined) return
  const chat = bot.openChat(message.chat)
  if (chat.standing === 'new') chat.standing = 'open'
  if (chat.log.find(message.message_id) === undefined) chat.log.add(message, 'person')
  chat.log.act()
}

async function waitForCall(
  bot: BotState,
  method: string,
  where: (call: Call) => boolean,
  { timeoutMs, since, caller }: { timeoutMs: number; since: 'start' | 'now'; caller: FakeBot['waitForCall'] },
): Promise<Call> {
  const fits = (call: Call) => call.method === method && call.outcome !== undefined && where(call)
  const found = since === 'start' ? bot.calls.find(fits) : undefined
  if (found !== undefined) return found
  const why = () => {
    const counts = [...bot.counts].map(([name, count]) => `${name} ${count}`).join(', ')
    return `No such call of ${method} within ${timeoutMs} ms. Calls so far: ${counts || 'none'}`
  }
  return within(timeoutMs, caller, why, (done) => bot.onCall((call) => fits(call) && done(call)))
}

async function settled(
  queue: UpdateQueue,
  timeoutMs: number,
  caller: UpdatesDriver['settled'],
): Promise<void> {
  if (queue.isSettled) return
  const why = () => {
    const left = [...queue.pending()].map((update) => `\n  ${JSON.stringify(update).slice(0, 160)}`)
    return `${left.length} updates were not confirmed within ${timeoutMs} ms:${left.join('')}`
  }
  return within<void>(timeoutMs, caller, why, queue.onSettled)
}

export function createFakeBot(bot: BotState): FakeBot {
  const people = new Map<number, Person>()
  const groups = new Map<number, Group>()
  const { queue } = bot

  const driver: FakeBot = {
    token: bot.token,
    me: bot.me,
    user(person) {
      const known = people.get(person.id)
      if (known !== undefined) return known
      const created = createPerson(bot, person)
      people.set(person.id, created)
      return created
    },
    group(group) {
      const known = groups.get(group.id)
      if (known !== undefined) return known
      const created = createGroup(bot, group)
      groups.set(group.id, created)
      return created
    },
    pushUpdate(update) {
      note(bot, update)
      return queue.push(update)
    },
    calls: bot.calls,
    callsOf: (method) => bot.calls.filter((call) => call.method === method),
    counts: bot.counts,
    waitForCall: (method, where = () => true, { timeoutMs = WAIT_MS, since = 'start' } = {}) =>
      waitForCall(bot, method, where, { timeoutMs, since, caller: driver.waitForCall }),
    onCall: bot.onCall,
    faults: bot.faults,
    updates: {
      duplicate: queue.duplicate,
      shuffle: queue.shuffle,
      dropPresses: queue.dropPresses,
      get pending() {
        return queue.size
      },
      settled: ({ timeoutMs = WAIT_MS } = {}) => settled(queue, timeoutMs, driver.updates.settled),
    },
    profile: bot.profile,
    commands: (languageCode, scope) =>
      bot.profile.commands.get(commandsKey({ language_code: languageCode, scope })) ?? [],
    get webhookUrl() {
      return bot.webhook.settings?.url
    },
  }
  return driver
}

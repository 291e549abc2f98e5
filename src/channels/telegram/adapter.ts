import { as, type ChannelName, type ChatId, type ExternalId, type MediaKey } from '../../kernel/ids.js'
import type { Log } from '../../kernel/logger.js'
import type { ChannelAdapter, SendResult } from '../../messaging/channel.js'
import type { Rendered } from '../../messaging/outbound.js'
import { ALLOWED_UPDATES, type BotApi, LONG_POLL_SECONDS, type Params } from './bot-api.js'
import { TELEGRAM_CAPABILITIES } from './capabilities.js'
import { download } from './download.js'
import { isForeignFile, outcomeOf, readFault } from './outcome.js'
import { type Lead, startPolling } from './poll.js'
import { type FileSource, render } from './render.js'
import { createSentFiles } from './sent-files.js'
import { type Bot, type CommandMenu, identify, type Mode, register } from './set-up.js'
import { takeUpdates } from './take-updates.js'
import type { Line, RawUpdate } from './update-map.js'
import { createWebhook } from './webhook.js'

export interface TelegramDeps {
  readonly token: string
  /** Without a slash at the end. */
  readonly apiRoot: string
  readonly mode: Mode
  readonly lead: Lead
  /** Rejects with code `ENOENT` when there is no such file any more. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  readonly log: Log
  readonly commands: readonly CommandMenu[]
}

export interface TelegramAdapter extends ChannelAdapter {
  /** Without the @. Known once `start` has resolved; throws before. */
  readonly botUsername: string
  /**
   * For the HTTP route of the webhook: the parsed body and the header X-Telegram-Bot-Api-Secret-Token.
   * Rejects when the update could not be stored: answer 500, and Telegram sends it again.
   */
  handleWebhook(body: unknown, secretHeader: string | undefined): Promise<'ok' | 'forbidden'>
}

export interface Identity {
  readonly name: ChannelName
  readonly audience: ChannelAdapter['audience']
  readonly tokenVariable: 'TELEGRAM_CITIZEN_TOKEN' | 'TELEGRAM_STAFF_TOKEN'
  readonly groups: Line['groups']
}

interface KnownFile {
  readonly file_id: string
}

interface SentMessage {
  readonly message_id: number
  readonly photo?: readonly KnownFile[]
  readonly voice?: KnownFile
  readonly audio?: KnownFile
}

function keysOf(message: Rendered): readonly MediaKey[] {
  if (message.type === 'voice') return [message.media]
  return message.type === 'photos' ? message.media : []
}

const isMissing = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'

/** A line over one bot; `api` is the library that makes its calls. */
export function createTelegramAdapter(who: Identity, deps: TelegramDeps, api: BotApi): TelegramAdapter {
  const { mode, log } = deps
  const files = createSentFiles(deps.openMedia, api.upload)
  const stopping = new AbortController()
  let bot: Bot | undefined
  let polling: { stop(): Promise<void> } | undefined
  let store: (updates: readonly RawUpdate[]) => Promise<void> = async () => {
    throw new Error(`${who.name} takes nothing in yet: it has not started`)
  }
  const webhook =
    mode.type === 'webhook' ? createWebhook(mode.secret, (update) => store([update as RawUpdate])) : undefined

  function bestEffort(method: string, params: Params): void {
    // failures are left alone on purpose: a press that is answered too late has nobody waiting (DESIGN, "Buttons")
    api.call(method, params).catch(() => {})
  }

  const ask = (offset: number | undefined, over: AbortSignal) =>
    api.call<RawUpdate[]>(
      'getUpdates',
      { offset, timeout: LONG_POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
      over,
    )

  async function attempt(to: ChatId, message: Rendered): Promise<SendResult> {
    const keys = keysOf(message)
    let sources: readonly FileSource[]
    try {
      sources = await Promise.all(
        keys.map((key) => files.sourceOf(key, message.type === 'voice' ? 'voice' : 'photo')),
      )
    } catch (error) {
      return isMissing(error)
        ? { type: 'refused', why: 'invalid', detail: 'a file to send does not exist any more' }
        : { type: 'retry', why: 'unreachable', detail: 'a file to send could not be opened' }
    }
    const { method, params } = render(to, message, sources)
    try {
      const result = await api.call<SentMessage | readonly SentMessage[]>(method, params)
      const sent = 'message_id' in result ? [result] : result
      sent.forEach(({ photo, voice, audio }, index) => {
        const [key, file] = [keys[index], photo?.at(-1) ?? voice ?? audio]
        if (key !== undefined && file !== undefined) files.remember(key, file.file_id)
      })
      return { type: 'sent', externalIds: sent.map(({ message_id }) => as<ExternalId>(String(message_id))) }
    } catch (error) {
      const fault = readFault(error)
      if (isForeignFile(fault) && files.forget(keys)) return attempt(to, message)
      return outcomeOf(fault, message.type === 'edit' ? message.target : undefined)
    }
  }

  return {
    name: who.name,
    audience: who.audience,
    capabilities: TELEGRAM_CAPABILITIES,

    get botUsername() {
      if (bot === undefined) throw new Error(`${who.name} knows its name once it has started`)
      return bot.username
    },

    async start(onEvents) {
      const channel = who.name
      const setUp = { api, channel, tokenVariable: who.tokenVariable, log, stopping: stopping.signal }
      bot = await identify(setUp)
      const line: Line = { channel, botUsername: bot.username, groups: who.groups }
      store = (updates) => takeUpdates(updates, { line, onEvents, bestEffort, log })
      await register(setUp, mode, deps.commands)
      if (mode.type === 'webhook' || stopping.signal.aborted) return
      // the id, not the token: keys of locks are visible to others
      polling = startPolling({ channel, key: `telegram-updates:${bot.id}`, lead: deps.lead, ask, store, log })
    },

    async stop() {
      stopping.abort()
      await Promise.all([polling?.stop(), webhook?.close()])
    },

    send: (to, message) => attempt(to.chat, message),

    fetchMedia: (ref) => download(api, deps, ref),

    handleWebhook: async (body, secretHeader) => webhook?.handle(body, secretHeader) ?? 'forbidden',
  }
}

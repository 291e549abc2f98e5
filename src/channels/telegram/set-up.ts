import type { Log } from '../../kernel/logger.js'
import { ALLOWED_UPDATES, type BotApi, type Params } from './bot-api.js'
import { failureOf, readFault } from './outcome.js'
import { createPatience } from './patience.js'

export type Mode =
  | { readonly type: 'polling' }
  /** `secret` comes back with each update: 1 to 256 of A-Z a-z 0-9 _ - (Bot API, "setWebhook"). */
  | { readonly type: 'webhook'; readonly url: string; readonly secret: string }

/** What the app's menu offers. */
export interface CommandMenu {
  /** ISO 639-1; without it: for everybody whose language has no menu of its own. */
  readonly language?: string
  /** Names without the slash, at most 100. */
  readonly commands: readonly { readonly command: string; readonly description: string }[]
}

export interface Bot {
  readonly id: number
  readonly username: string
}

export interface SetUp {
  readonly api: BotApi
  readonly channel: string
  /** The setting that holds the token, for the error message. */
  readonly tokenVariable: string
  readonly log: Log
  /** Aborts when the attempts are to end. */
  readonly stopping: AbortSignal
}

/** Calls until Telegram answers: a machine that starts before its network waits for it. Rejects when refused. */
async function insist<Result>(deps: SetUp, method: string, params: Params = {}): Promise<Result> {
  const patience = createPatience(deps.log, deps.channel)
  while (!deps.stopping.aborted) {
    try {
      const result = await deps.api.call<Result>(method, params, deps.stopping)
      patience.calm()
      return result
    } catch (error) {
      const fault = readFault(error)
      const failure = failureOf(fault)
      const detail = `${fault.code ?? 'network'}: ${fault.description}`
      if (failure.type === 'refused') throw new Error(refusal(deps, method, failure.why, detail))
      await patience.after(
        { kind: String(fault.code ?? 'network'), detail, afterMs: failure.afterMs },
        deps.stopping,
      )
    }
  }
  throw new Error(`${deps.channel}: stopped before it had started`)
}

const refusal = ({ channel, tokenVariable }: SetUp, method: string, why: string, detail: string) =>
  why === 'restricted'
    ? `${tokenVariable} is not a token that Telegram accepts (${detail}): copy it again from @BotFather`
    : `${channel}: Telegram refuses ${method} (${detail})`

/** Who we are; rejects, naming the setting, when the token is wrong. */
export const identify = (deps: SetUp): Promise<Bot> => insist<Bot>(deps, 'getMe')

/** Tells Telegram our commands, and how updates are to come. Rejects when the webhook is refused. */
export async function register(deps: SetUp, mode: Mode, menus: readonly CommandMenu[]): Promise<void> {
  for (const { language, commands } of menus) {
    await insist(deps, 'setMyCommands', { commands, language_code: language }).catch((error: Error) => {
      // a menu is a comfort: the commands work without it
      deps.log.warn(
        { channel: deps.channel, language, detail: error.message },
        'telegram: no menu of commands',
      )
    })
  }
  if (mode.type === 'polling') await insist(deps, 'deleteWebhook')
  else {
    const { url, secret } = mode
    await insist(deps, 'setWebhook', { url, secret_token: secret, allowed_updates: ALLOWED_UPDATES })
  }
}

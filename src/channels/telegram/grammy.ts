import { Api, InputFile } from 'grammy'
import { SECOND } from '../../kernel/clock.js'
import { as, type ChannelName } from '../../kernel/ids.js'
import { createTelegramAdapter, type TelegramAdapter, type TelegramDeps } from './adapter.js'
import { type BotApi, SEND_TIMEOUT_MS } from './bot-api.js'
import { leanCall } from './lean-call.js'

type AnyMethod = (params: object, signal?: AbortSignal) => Promise<unknown>

/** The Bot API as grammY calls it. */
function overGrammy({ token, apiRoot }: TelegramDeps): BotApi {
  const api = new Api(token, { apiRoot, timeoutSeconds: SEND_TIMEOUT_MS / SECOND })
  api.config.use(leanCall(token, apiRoot))
  const methods = api.raw as unknown as Readonly<Record<string, AnyMethod>>
  return {
    async call<Result>(method: string, params: object, signal?: AbortSignal) {
      // grammY takes no parameters for this one, and would read them as the signal
      const result = method === 'getMe' ? api.raw.getMe(signal as never) : methods[method]?.(params, signal)
      return (await result) as Result
    },
    upload: (bytes, fileName) => new InputFile(bytes, fileName),
  }
}

/** The citizens' bot. */
export const createTelegramCitizens = (deps: TelegramDeps): TelegramAdapter =>
  createTelegramAdapter(
    {
      name: as<ChannelName>('telegram'),
      audience: 'citizen',
      tokenVariable: 'TELEGRAM_CITIZEN_TOKEN',
      groups: 'leave',
    },
    deps,
    overGrammy(deps),
  )

import { Api, InputFile } from 'grammy'
import { as, type ChannelName } from '../../kernel/ids.js'
import { createTelegramAdapter, type TelegramAdapter, type TelegramDeps } from './adapter.js'
import type { BotApi } from './bot-api.js'
import { leanFetch } from './lean-fetch.js'

type AnyMethod = (params: object, signal: AbortSignal) => Promise<unknown>

/** The Bot API as grammY calls it. */
function overGrammy({ token, apiRoot }: TelegramDeps): BotApi {
  const { raw } = new Api(token, { apiRoot, fetch: leanFetch(apiRoot) as unknown as typeof fetch })
  const methods = raw as unknown as Readonly<Record<string, AnyMethod>>
  return {
    async call<Result>(method: string, params: object, signal: AbortSignal) {
      // grammY takes no parameters for this one, and would read them as the signal
      const result = method === 'getMe' ? raw.getMe(signal as never) : methods[method]?.(params, signal)
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

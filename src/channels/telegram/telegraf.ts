import { Telegram } from 'telegraf'
import { as, type ChannelName } from '../../kernel/ids.js'
import { createTelegramAdapter, type TelegramAdapter, type TelegramDeps } from './adapter.js'
import { type BotApi, keepAliveAgent, type Params, timeLimitMs, withDeadline } from './bot-api.js'

type AnyMethod = (method: string, params: object, options: { signal: AbortSignal }) => Promise<unknown>

/** The Bot API as Telegraf calls it. */
function overTelegraf({ token, apiRoot }: TelegramDeps): BotApi {
  // resolved as a relative address: without the slash a path in it would lose its last part
  const telegram = new Telegram(token, { apiRoot: `${apiRoot}/` })
  // set afterwards: Telegraf drops the agent it is given for an http: address
  telegram.options.agent = keepAliveAgent(apiRoot)
  const callApi = telegram.callApi.bind(telegram) as unknown as AnyMethod
  return {
    call: <Result>(method: string, params: Params, outer?: AbortSignal) =>
      withDeadline(
        timeLimitMs(params),
        async (signal) => (await callApi(method, params, { signal })) as Result,
        outer,
      ),
    upload: (source, filename) => ({ source, filename }),
  }
}

/** The staff's bot. */
export const createTelegramStaff = (deps: TelegramDeps): TelegramAdapter =>
  createTelegramAdapter(
    {
      name: as<ChannelName>('telegram-staff'),
      audience: 'staff',
      tokenVariable: 'TELEGRAM_STAFF_TOKEN',
      groups: 'hear',
    },
    deps,
    overTelegraf(deps),
  )

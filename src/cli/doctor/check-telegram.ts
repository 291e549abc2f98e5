import type { TelegramConfig } from '../../config.js'
import { HOUR, MINUTE, SECOND } from '../../kernel/clock.js'
import { type Finding, fault, ok, warning } from './finding.js'

const ANSWER_WITHIN_MS = 10 * SECOND
/** More than a busy minute's worth: somebody is not fetching them. */
const MANY_PENDING = 100

interface Answer {
  readonly ok: boolean
  readonly error_code?: number
  readonly description?: string
  readonly result?: unknown
}

/** Bot API, "WebhookInfo". */
interface WebhookInfo {
  readonly url: string
  readonly pending_update_count: number
  /** Seconds since 1970. */
  readonly last_error_date?: number
  readonly last_error_message?: string
}

const BOTS = [
  { channel: 'telegram', setting: 'TELEGRAM_CITIZEN_TOKEN', token: 'citizenToken' },
  { channel: 'telegram-staff', setting: 'TELEGRAM_STAFF_TOKEN', token: 'staffToken' },
] as const

/** Do both bots exist, and do their updates come the way that is configured? */
export async function checkTelegram(config: TelegramConfig | undefined, now: Date): Promise<Finding[]> {
  if (!config) return [ok('telegram', 'no tokens: the simulator is used')]
  const checked = await Promise.all(
    BOTS.map((bot) => {
      const token = config[bot.token]
      return token === undefined
        ? [ok(bot.channel, 'no citizens’ bot: they write on WhatsApp')]
        : checkBot(config, { ...bot, token }, now)
    }),
  )
  return checked.flat()
}

async function checkBot(
  config: TelegramConfig,
  { channel, setting, token }: { channel: string; setting: string; token: string },
  now: Date,
): Promise<Finding[]> {
  const ask = (method: string) => call(`${config.apiRoot}/bot${token}/${method}`)
  const me = await ask('getMe')
  if (!me) {
    return [
      fault(
        channel,
        `${config.apiRoot} cannot be reached`,
        'look at the network, a proxy, TELEGRAM_API_ROOT',
      ),
    ]
  }
  if (!me.ok) {
    const says = `Telegram refuses ${setting}: ${me.error_code} ${me.description ?? ''}`.trimEnd()
    return [fault(channel, says, 'copy the token again from @BotFather')]
  }
  const { username } = me.result as { username?: string }
  const webhook = (await ask('getWebhookInfo'))?.result as WebhookInfo | undefined
  const there = ok(channel, `@${username} answers`)
  return webhook ? [there, ...checkWebhook(config, channel, webhook, now)] : [there]
}

/** The way updates come, as Telegram has it; the next start sets it as it is configured. */
export function checkWebhook(
  { mode }: Pick<TelegramConfig, 'mode'>,
  channel: string,
  info: WebhookInfo,
  now: Date,
): Finding[] {
  const findings: Finding[] = []
  const wanted = mode.type === 'webhook' ? `${mode.publicUrl}/telegram/${channel}` : ''
  const START = 'the next start sets it as configured'
  if (wanted === '' && info.url !== '') {
    findings.push(warning(channel, 'a webhook is set, and TELEGRAM_MODE is polling', START))
  } else if (info.url !== wanted) {
    const says = info.url === '' ? 'no webhook is set' : 'the webhook leads elsewhere'
    findings.push(warning(channel, `${says}; it should be PUBLIC_URL/telegram/${channel}`, START))
  }
  const age = now.getTime() - (info.last_error_date ?? 0) * SECOND
  if (wanted !== '' && info.url === wanted && age < HOUR) {
    const says = `${Math.max(0, Math.round(age / MINUTE))} min ago Telegram could not deliver: ${info.last_error_message}`
    findings.push(
      warning(channel, says, 'does the proxy pass PUBLIC_URL/telegram/… on, with a valid certificate?'),
    )
  }
  if (info.pending_update_count > MANY_PENDING) {
    const says = `${info.pending_update_count} updates wait at Telegram`
    findings.push(warning(channel, says, 'is the product running, with the role channels? It takes them in'))
  }
  return findings
}

/** Undefined: nobody answers there, or not as Telegram does. The address holds the token: no error is passed on. */
async function call(url: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return (await response.json()) as Answer
  } catch {
    return undefined
  }
}

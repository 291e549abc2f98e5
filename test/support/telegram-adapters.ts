import type { TelegramDeps } from '../../src/channels/telegram/adapter.js'
import { createTelegramCitizens } from '../../src/channels/telegram/grammy.js'
import type { Lead } from '../../src/channels/telegram/poll.js'
import { createTelegramStaff } from '../../src/channels/telegram/telegraf.js'
import type { Log } from '../../src/kernel/logger.js'
import type { InboundEvent } from '../../src/messaging/inbound.js'

/** Shaped like a real one, so that whatever looks for tokens finds it. */
export const TOKEN = '7100000001:AAHk3sFiloDirettoTestTokenNotARealOne'

/** Both adapters: every test of one is a test of the other. */
export const ADAPTERS = [
  { library: 'grammY', create: createTelegramCitizens, tokenVariable: 'TELEGRAM_CITIZEN_TOKEN' },
  { library: 'Telegraf', create: createTelegramStaff, tokenVariable: 'TELEGRAM_STAFF_TOKEN' },
] as const

export interface Entry {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly about: object
  readonly words?: string
}

/** Keeps what is logged. */
export function recordingLog(): Log & { readonly entries: readonly Entry[] } {
  const entries: Entry[] = []
  const at = (level: Entry['level']) => (about: object, words?: string) => {
    entries.push({ level, about, words })
  }
  const log = {
    entries,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}

/** Leads at once and for ever. */
export const alwaysLeads: Lead = async () => ({ lost: new AbortController().signal, release: async () => {} })

export const telegramDeps = (
  overrides: Partial<TelegramDeps> & Pick<TelegramDeps, 'apiRoot'>,
): TelegramDeps => ({
  token: TOKEN,
  mode: { type: 'polling' },
  lead: alwaysLeads,
  openMedia: async (key) => Buffer.from(`bytes of ${key}`),
  log: recordingLog(),
  commands: [],
  ...overrides,
})

/** A promise, and the hand that fulfils it. */
export function latch<T = void>() {
  let open: (value: T) => void = () => {}
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** What was said, or which other kind of event it is. */
export const texts = (events: readonly InboundEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : event.type))

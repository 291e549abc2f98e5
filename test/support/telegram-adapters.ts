import type { TelegramDeps } from '../../src/channels/telegram/adapter.js'
import { createTelegramCitizens } from '../../src/channels/telegram/grammy.js'
import type { Lead } from '../../src/channels/telegram/poll.js'
import { createTelegramStaff } from '../../src/channels/telegram/telegraf.js'
import type { InboundEvent } from '../../src/messaging/inbound.js'
import { recordingLog } from './recording-log.js'

export { latch } from './latch.js'
export { type Entry, recordingLog } from './recording-log.js'

/** Shaped like a real one, so that whatever looks for tokens finds it. */
export const TOKEN = '7100000001:AAHk3sFiloDirettoTestTokenNotARealOne'

/** Both adapters: every test of one is a test of the other. */
export const ADAPTERS = [
  { library: 'grammY', create: createTelegramCitizens, tokenVariable: 'TELEGRAM_CITIZEN_TOKEN' },
  { library: 'Telegraf', create: createTelegramStaff, tokenVariable: 'TELEGRAM_STAFF_TOKEN' },
] as const

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

/** What was said, or which other kind of event it is. */
export const texts = (events: readonly InboundEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : event.type))

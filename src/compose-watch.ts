import { setTimeout as sleep } from 'node:timers/promises'
import type { Backlog, LineState } from './app/figures.js'
import { otherWaySentence } from './app/other-way.js'
import { notReadyBecause } from './app/readiness.js'
import type { Config } from './config.js'
import { createMetrics, type Metrics } from './http/metrics.js'
import type { Clock } from './kernel/clock.js'
import { SECOND } from './kernel/clock.js'
import type { Log } from './kernel/logger.js'
import { readBacklog } from './storage/backlog-store.js'
import type { Database } from './storage/database.js'
import { chatsOfOtherWay } from './storage/other-way-store.js'
import type { Presence } from './storage/presence.js'

/** Who asks whether we are well must hear soon that the database is not. */
const ANSWER_WITHIN_MS = 2 * SECOND

export interface WatchDeps {
  readonly config: Pick<Config, 'roles'>
  readonly pool: Database['pool']
  readonly presence: Pick<Presence, 'owner'>
  readonly clock: Clock
  lines(): readonly LineState[]
}

/** What this process says about itself. */
export interface Watch {
  readonly metrics: Metrics
  /** Why it should be given nothing to do; empty: it is ready. */
  notReady(): Promise<readonly string[]>
  /** From now on it is not ready. */
  stopping(): void
}

export function openWatch({ config, pool, presence, clock, lines }: WatchDeps): Watch {
  let stopping = false
  let reading: Promise<Backlog | undefined> | undefined

  /** One question at a time, however many ask: one that hangs must not be joined by more and more of them. */
  function backlog(): Promise<Backlog | undefined> {
    reading ??= readBacklog(pool, clock.now())
      .catch(() => undefined)
      .finally(() => {
        reading = undefined
      })
    return Promise.race([reading, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })])
  }

  return {
    metrics: createMetrics(async () => ({ backlog: await backlog(), lines: lines(), pool })),
    notReady: async () =>
      notReadyBecause({
        stopping,
        backlog: await backlog(),
        present: presence.owner !== undefined,
        lines: lines(),
        sends: config.roles.includes('delivery'),
      }),
    stopping() {
      stopping = true
    },
  }
}

/** Says it where WHATSAPP_TRANSPORT was changed on a running town. */
export async function warnOfOtherWay(
  { whatsapp }: Pick<Config, 'whatsapp'>,
  source: Parameters<typeof chatsOfOtherWay>[0],
  log: Pick<Log, 'warn'>,
): Promise<void> {
  if (!whatsapp) return
  const chats = await chatsOfOtherWay(source, whatsapp.transport)
  const says = otherWaySentence(whatsapp.transport, chats)
  if (says) log.warn({ chats }, `whatsapp: ${says}`)
}

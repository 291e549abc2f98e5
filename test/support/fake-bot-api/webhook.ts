import http from 'node:http'
import https from 'node:https'
import type { Update } from 'grammy/types'
import { Refusal } from './refusal.js'
import { type Received, readRequest } from './request.js'
import type { UpdateQueue } from './update-queue.js'

export interface WebhookSettings {
  url: string
  secret: string
  maxConnections: number
}

export interface Webhook {
  set(settings: WebhookSettings): void
  remove(): void
  readonly settings: WebhookSettings | undefined
  readonly lastError: { at: number; message: string } | undefined
  /** An outage: what is under way breaks off and nothing new starts. */
  pause(paused: boolean): void
  stop(): void
}

export interface WebhookOptions {
  queue: UpdateQueue
  now: () => number
  /** Milliseconds before the second retry; the first is at once, later ones take twice as long each. */
  retryMs: number
  /** A call that came as the answer to an update. */
  onCall: (received: Received) => void
}

/** Updates that wait for each other: one lane is delivered in order, lanes side by side. */
interface Lane {
  key: string
  updates: Update[]
  failures: number
  state: 'ready' | 'queued' | 'sending' | 'resting'
  timer?: NodeJS.Timeout
}

type Outcome = { ok: true } | { ok: false; error: string; afterMs?: number }

const LONGEST_RETRY_MS = 2_000

/** As the Bot API server has it: messages by chat, presses by person, membership by chat, each for itself. */
function laneOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.channel_post ?? update.edited_channel_post
  if (message !== undefined) return `message ${message.chat.id}`
  if (update.callback_query !== undefined) return `press ${update.callback_query.from.id}`
  if (update.my_chat_member !== undefined) return `member ${update.my_chat_member.chat.id}`
  return 'other'
}

export function createWebhook({ queue, now, retryMs, onCall }: WebhookOptions): Webhook {
  const lanes = new Map<string, Lane>()
  const underWay = new Set<http.ClientRequest>()
  /** Lanes that wait for one of the connections, first come first served. */
  const queued: Lane[] = []
  let settings: WebhookSettings | undefined
  let lastError: { at: number; message: string } | undefined
  let agent: http.Agent | undefined
  let paused = false

  function enqueue(update: Update) {
    const key = laneOf(update)
    let lane = lanes.get(key)
    if (lane === undefined) {
      lane = { key, updates: [], failures: 0, state: 'ready' }
      lanes.set(key, lane)
    }
    lane.updates.push(update)
    if (lane.state === 'ready') send(lane)
  }

  function send(lane: Lane) {
    lane.state = 'ready'
    while (lane.updates[0] !== undefined && !queue.has(lane.updates[0])) lane.updates.shift()
    const update = lane.updates[0]
    if (update === undefined) lanes.delete(lane.key)
    if (update === undefined || settings === undefined || paused) return
    if (underWay.size >= settings.maxConnections) {
      lane.state = 'queued'
      queued.push(lane)
      return
    }
    lane.state = 'sending'
    post(settings, update, (outcome) => {
      // whoever waits for a connection goes first, so that a busy lane does not keep it
      const next = queued.shift()
      if (next !== undefined) send(next)
      if (!outcome.ok) return rest(lane, outcome)
      lane.failures = 0
      if (!queue.delivered(update)) lane.updates.shift()
      send(lane)
    })
  }

  function rest(lane: Lane, { error, afterMs }: { error: string; afterMs?: number }) {
    lastError = { at: now(), message: error }
    const pauseMs = lane.failures === 0 ? 0 : Math.min(LONGEST_RETRY_MS, retryMs * 2 ** (lane.failures - 1))
    lane.failures += 1
    lane.state = 'resting'
    lane.timer = setTimeout(() => send(lane), afterMs ?? pauseMs)
  }

  function post({ url, secret }: WebhookSettings, update: Update, done: (outcome: Outcome) => void) {
    const body = Buffer.from(JSON.stringify(update))
    const request = (url.startsWith('https:') ? https : http).request(url, {
      method: 'POST',
      agent,
      rejectUnauthorized: false,
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        ...(secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
    })
    const finish = (outcome: Outcome) => {
      if (underWay.delete(request)) done(outcome)
    }
    underWay.add(request)
    request.on('error', () => finish({ ok: false, error: 'Webhook connection closed' }))
    request.on('response', (response) => {
      const code = response.statusCode ?? 0
      readRequest(response).then(
        (received) => {
          if (code >= 200 && code < 300) {
            finish({ ok: true })
            if (received?.params.method !== undefined) onCall(received)
            return
          }
          const seconds = Number(response.headers['retry-after'])
          const error = `Wrong response from the webhook: ${code} ${response.statusMessage ?? ''}`
          finish({ ok: false, error, afterMs: seconds > 0 ? seconds * 1000 : undefined })
        },
        // an answer that is no call, such as plain words, is as good as an empty one
        (reason) => {
          const isWhole = reason instanceof Refusal && code >= 200 && code < 300
          finish(isWhole ? { ok: true } : { ok: false, error: 'Webhook connection closed' })
        },
      )
    })
    request.end(body)
  }

  function drop() {
    for (const lane of lanes.values()) clearTimeout(lane.timer)
    lanes.clear()
    queued.length = 0
    const broken = [...underWay]
    underWay.clear()
    for (const request of broken) request.destroy()
    agent?.destroy()
  }

  function open(next: WebhookSettings) {
    agent = new (next.url.startsWith('https:') ? https : http).Agent({ keepAlive: true })
    for (const update of queue.pending()) enqueue(update)
  }

  return {
    set(next) {
      drop()
      settings = next
      lastError = undefined
      queue.onPush(enqueue)
      open(next)
    },
    remove() {
      queue.onPush(undefined)
      settings = undefined
      lastError = undefined
      drop()
    },
    get settings() {
      return settings
    },
    get lastError() {
      return lastError
    },
    pause(pausing) {
      paused = pausing
      if (settings === undefined) return
      drop()
      if (!paused) open(settings)
    },
    stop() {
      queue.onPush(undefined)
      drop()
    },
  }
}

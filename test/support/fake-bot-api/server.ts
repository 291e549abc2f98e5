import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createFakeBot, type FakeBot } from './bot.js'
import { answerOf, type Fault } from './faults.js'
import { methodName, perform } from './methods.js'
import { type Answer, Refusal } from './refusal.js'
import { type Received, readRequest } from './request.js'
import { type BotState, type Call, createBotState, type History, type NewBot } from './state.js'

export interface FakeBotApiOptions {
  /** 0 (the default) takes a free one. */
  port?: number
  /** `none` for benchmarks: keeps no calls and little of each chat. */
  history?: History
  /** Milliseconds since 1970; every date comes from here. */
  now?: () => number
  /** Milliseconds between the tries of a webhook, doubled each time; Telegram's own 1 s is long for a test. */
  webhookRetryMs?: number
}

export interface FakeBotApi {
  /** What goes into `apiRoot`. */
  readonly url: string
  readonly port: number
  /** Registers a token, or gives the bot that has it. */
  bot(token: string, options?: Omit<NewBot, 'token'>): FakeBot
  /** While true every connection, open or new, is reset and no webhook is called. */
  outage(broken: boolean): void
  /** Ends long polls and keep-alive connections at once. */
  stop(): Promise<void>
}

const METHOD_PATH = /^\/bot([^/]+)\/(?:test\/)?(\w+)$/
const FILE_PATH = /^\/file\/bot([^/]+)\/(.+)$/

const NOT_FOUND: Answer = { ok: false, error_code: 404, description: 'Not Found' }
const UNAUTHORIZED: Answer = { ok: false, error_code: 401, description: 'Unauthorized' }
const TOO_LARGE: Answer = { ok: false, error_code: 413, description: 'Request Entity Too Large' }

const BAD_GATEWAY = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
`

function write(response: ServerResponse, answer: Answer) {
  const body = Buffer.from(JSON.stringify(answer))
  const headers: http.OutgoingHttpHeaders = {
    'content-type': 'application/json',
    'content-length': body.length,
  }
  if (!answer.ok && answer.parameters?.retry_after)
    headers['retry-after'] = String(answer.parameters.retry_after)
  response.writeHead(answer.ok ? 200 : answer.error_code, headers).end(body)
}

function writeHtml(response: ServerResponse) {
  const headers = { 'content-type': 'text/html', 'content-length': Buffer.byteLength(BAD_GATEWAY) }
  response.writeHead(502, headers).end(BAD_GATEWAY)
}

/** Sends the answer, or does to it what the fault says. */
function writeWith(fault: Fault | undefined, response: ServerResponse, answer: Answer) {
  switch (fault?.kind) {
    case 'cut':
    case 'cut-after':
      return response.socket?.destroy()
    case 'html':
      return writeHtml(response)
    case 'slow':
      return setTimeout(() => write(response, answer), fault.ms).unref()
    default:
      return write(response, answer)
  }
}

function filesOf({ uploads }: Received): Call['files'] {
  return uploads.map(({ field, fileName, bytes }) => ({ field, fileName, size: bytes.length }))
}

async function handleCall(bot: BotState, given: string, query: string | undefined, exchange: Exchange) {
  const { request, response } = exchange
  const method = methodName(given) ?? given
  const fault = bot.faults.take(method)
  const received = await readRequest(request, query)
  if (received === undefined) return write(response, TOO_LARGE)
  delete received.params.method // Telegraf repeats it among the fields of a form
  const call = bot.record(method, received.params, filesOf(received))
  if (fault !== undefined) call.fault = fault.kind
  const refused = fault === undefined ? undefined : answerOf(fault)
  const answer =
    refused ??
    (await perform(bot, method, received.params, received.uploads, (gone) => response.once('close', gone)))
  bot.done(call, answer)
  return writeWith(fault, response, answer)
}

function handleDownload(bot: BotState, path: string, { request, response }: Exchange) {
  request.resume()
  const fault = bot.faults.take('download')
  const file = bot.files.byPath(path)
  const call = bot.record('download', { file_path: path }, [])
  if (fault !== undefined) call.fault = fault.kind
  const refused = (fault && answerOf(fault)) ?? (file === undefined ? NOT_FOUND : undefined)
  bot.done(call, refused ?? { ok: true, result: path })
  if (file === undefined || refused !== undefined) return writeWith(fault, response, refused ?? NOT_FOUND)

  const bytes = file.bytes ?? Buffer.alloc(file.size)
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length })
  if (fault?.kind === 'cut-after') {
    return response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
  }
  if (fault?.kind === 'slow') return setTimeout(() => response.end(bytes), fault.ms).unref()
  return response.end(bytes)
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

/** What went wrong while reading is the sender's; anything else is an error in the fake, and must be seen. */
function fail(reason: unknown, response: ServerResponse) {
  if (response.destroyed || response.headersSent) return
  if (reason instanceof Refusal) return write(response, reason.answer)
  const why = reason instanceof Error ? reason.stack : String(reason)
  write(response, { ok: false, error_code: 500, description: `Internal Server Error: in the fake: ${why}` })
}

/** Starts a Bot API server on loopback. It knows the tokens that were given to `bot()`, and no others. */
export async function startFakeBotApi(options: FakeBotApiOptions = {}): Promise<FakeBotApi> {
  const { port = 0, history = 'full', now = Date.now, webhookRetryMs = 50 } = options
  const bots = new Map<string, { state: BotState; driver: FakeBot }>()
  const sockets = new Set<Socket>()
  let broken = false

  const server = http.createServer({ keepAlive: true }, (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?', 2)
    const exchange = { request, response }
    const call = METHOD_PATH.exec(path)
    const [, token = '', rest = ''] = call ?? FILE_PATH.exec(path) ?? []
    const state = bots.get(token)?.state
    if (state === undefined) {
      request.resume()
      return write(response, rest === '' ? NOT_FOUND : UNAUTHORIZED)
    }
    if (call === null) return handleDownload(state, rest, exchange)
    handleCall(state, rest, query, exchange).catch((reason) => fail(reason, response))
  })
  // a connection lives until its client or stop() ends it: a server that closes an idle one races the next call
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.headersTimeout = 0
  server.on('connection', (socket) => {
    if (broken) return socket.resetAndDestroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo

  /** An update answered with a call: done, but nobody hears how it went. */
  function onWebhookCall(state: BotState, received: Received) {
    const { method, ...params } = received.params
    const name = methodName(String(method))
    if (name === undefined || /^get|webhook$/i.test(name)) return
    const call = state.record(name, params, filesOf(received))
    const outcome = perform(state, name, params, received.uploads, () => {})
    if (!(outcome instanceof Promise)) state.done(call, outcome)
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    bot(token, bot) {
      const known = bots.get(token)
      if (known !== undefined) return known.driver
      const state = createBotState(
        { token, ...bot },
        { history, now, retryMs: webhookRetryMs },
        onWebhookCall,
      )
      const driver = createFakeBot(state)
      bots.set(token, { state, driver })
      return driver
    },
    outage(outage) {
      broken = outage
      for (const { state } of bots.values()) state.webhook.pause(outage)
      if (outage) for (const socket of sockets) socket.resetAndDestroy()
    },
    stop() {
      for (const { state } of bots.values()) state.webhook.stop()
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { leanCall } from '../../../src/channels/telegram/lean-call.js'
import { readFault } from '../../../src/channels/telegram/outcome.js'
import { until } from '../../support/until.js'

/** What a connection may do to a call, below the Bot API: a server that says it byte by byte. */

const TOKEN = '7200000001:AAsecret'
/** Quotes what it was asked for. */
const PAGE = `<p>No such page: /bot${TOKEN}/sendMessage</p>`
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'

let server: Server
let sockets: Socket[]
let answer: (socket: Socket) => void

beforeEach(async () => {
  sockets = []
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

function call(signal?: AbortSignal): Promise<unknown> {
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transformer = leanCall(TOKEN, root)
  const prev = () => Promise.reject(new Error('not by grammY itself'))
  return transformer(prev as never, 'sendMessage', { chat_id: 1, text: 'Ciao' }, signal as never)
}

const refused = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => Promise.reject(new Error('It was answered')),
    (error: Error) => error,
  )

it('takes an answer that comes in pieces, in the middle of a letter too', async () => {
  const body = Buffer.from('{"ok":true,"result":{"text":"Città"}}')
  answer = (socket) => {
    socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n`)
    socket.write(body.subarray(0, -5))
    setImmediate(() => socket.write(body.subarray(-5)))
  }
  expect(await call()).toEqual({ ok: true, result: { text: 'Città' } })
})

it.each<[string, string, unknown]>([
  [
    'in the order of Telegram’s server',
    '{"ok":true,"result":{"message_id":12,"text":"Ciao"}}',
    { message_id: 12 },
  ],
  ['and nothing else', '{"ok":true,"result":{"message_id":12}}', { message_id: 12 }],
  [
    'in another order',
    '{"ok":true,"result":{"text":"Ciao","message_id":12}}',
    { text: 'Ciao', message_id: 12 },
  ],
  ['of an album', '{"ok":true,"result":[{"message_id":12}]}', [{ message_id: 12 }]],
])('knows a message that was sent by its id: %s', async (_, body, result) => {
  answer = (socket) => socket.end(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`)
  expect(await call()).toEqual({ ok: true, result })
})

it.each<[string, (socket: Socket) => void]>([
  ['nothing comes', () => undefined],
  ['the content begins and never ends', (socket) => socket.write(`${HEAD}content-length: 99\r\n\r\n{"ok":`)],
])('ends when it is told to, and lets the connection go: %s', async (_, says) => {
  const asked = new Promise<void>((resolve) => {
    answer = (socket) => {
      says(socket)
      resolve()
    }
  })
  const stop = new AbortController()
  const error = refused(call(stop.signal))
  await asked
  stop.abort()
  expect(readFault(await error)).toEqual({ description: 'no answer in time' })
  await until('its connection is closed', () => sockets[0]?.destroyed)
})

it('does not even begin when it is over', async () => {
  answer = () => undefined
  expect(readFault(await refused(call(AbortSignal.abort())))).toEqual({ description: 'no answer in time' })
  expect(sockets).toEqual([])
})

it.each<[string, (socket: Socket) => void]>([
  ['a proxy’s page', (socket) => socket.end(`${HEAD}content-length: ${PAGE.length}\r\n\r\n${PAGE}`)],
  ['a cut', (socket) => socket.destroy()],
  ['a cut in the middle', (socket) => socket.end(`${HEAD}content-length: 99\r\n\r\n{"ok":`)],
  ['no HTTP', (socket) => socket.end('what?\r\n\r\n')],
])('fails without a word of the token: %s', async (_, says) => {
  answer = says
  const error = await refused(call())
  const fault = readFault(error)
  expect(fault.code).toBeUndefined()
  expect(fault.description).toMatch(/^\w[\w-]+$/)
  expect(JSON.stringify([fault, error, error.message, error.cause])).not.toContain(TOKEN)
})

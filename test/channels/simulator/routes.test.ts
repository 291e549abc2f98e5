import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fastify from 'fastify'
import { WebSocket } from 'ws'
import { simulatorAddress } from '../../../src/channels/simulator/guard.js'
import { simulatorRoutes } from '../../../src/channels/simulator/routes.js'
import { createSimulator, SIMULATED } from '../../../src/channels/simulator/simulator.js'
import { as, type ChatId, type OfficeCode } from '../../../src/kernel/ids.js'

const TOKEN = 'token-of-this-start'
const NOON = Date.parse('2026-03-02T12:00:00Z')

let moved = 0
const simulator = createSimulator({ log: { warn: () => {} }, openMedia: async () => Buffer.alloc(0) })
const page = {
  simulator,
  token: TOKEN,
  clock: {
    now: () => new Date(NOON + moved),
    async advance(ms: number) {
      moved += ms
      return 3
    },
  },
  town: {
    name: 'Fossano',
    timeZone: 'Europe/Rome',
    offices: [{ code: as<OfficeCode>('roads'), name: { it: 'Strade', en: 'Roads' } }],
  },
  boundary: {
    type: 'Feature' as const,
    properties: {},
    geometry: {
      type: 'Polygon' as const,
      coordinates: [
        [
          [7, 44],
          [8, 44],
          [8, 45],
          [7, 44],
        ],
      ],
    },
  },
  host: '127.0.0.1',
  port: 0,
}
const server = fastify()
let port: number

beforeAll(async () => {
  await server.register(simulatorRoutes(page))
  await server.listen({ host: '127.0.0.1', port: 0 })
  port = (server.server.address() as AddressInfo).port
})
afterAll(() => server.close())

/** `fetch` would not let a test choose Host. */
async function get(path: string, headers: Record<string, string> = {}) {
  const asked = request({ host: '127.0.0.1', port, path, headers }).end()
  const [response] = await once(asked, 'response')
  let body = ''
  for await (const part of response) body += part
  return { status: response.statusCode, headers: response.headers, body }
}

/** The first message of a socket, or the status that refused it. */
const dial = (headers: Record<string, string>) =>
  new Promise<{ socket: WebSocket; greeting: Heard } | number>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/simulator/socket`, { headers })
    socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode))
    socket.on('error', () => {})
    socket.once('message', (data) => resolve({ socket, greeting: JSON.parse(String(data)) }))
  })

type Heard = { type: string; [key: string]: unknown }

const cookie = () => `filo-simulator-${port}=${TOKEN}`
const origin = () => `http://127.0.0.1:${port}`

async function join() {
  const joined = await dial({ cookie: cookie(), origin: origin() })
  if (typeof joined === 'number') throw new Error(`refused: ${joined}`)
  const { socket, greeting } = joined
  return {
    socket,
    greeting,
    say: (message: object) => socket.send(JSON.stringify(message)),
    /** The next message that fits. */
    hear: (fits: (heard: Heard) => boolean) =>
      new Promise<Heard>((resolve) => {
        const listen = (data: unknown) => {
          const heard = JSON.parse(String(data)) as Heard
          if (!fits(heard)) return
          socket.off('message', listen)
          resolve(heard)
        }
        socket.on('message', listen)
      }),
  }
}

describe('who may open it', () => {
  it('gives the page and the cookie for the token of the printed address', async () => {
    const { pathname, search } = new URL(simulatorAddress({ host: '127.0.0.1', port, token: TOKEN }))
    const { status, headers, body } = await get(pathname + search)
    expect(status).toBe(200)
    expect(body).toContain('Filo Diretto')
    expect(headers['set-cookie']).toEqual([`${cookie()}; Path=/simulator; HttpOnly; SameSite=Strict`])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect((await get('/simulator/page/app.js', { cookie: cookie() })).headers['content-type']).toContain(
      'javascript',
    )
  })

  it.each([
    ['no token', '/simulator', () => ({})],
    ['another token', '/simulator?token=wrong', () => ({})],
    ['two tokens', `/simulator?token=${TOKEN}&token=${TOKEN}`, () => ({})],
    ['another token in the cookie', '/simulator', () => ({ cookie: `filo-simulator-${port}=wrong` })],
    ['the cookie of another port', '/simulator', () => ({ cookie: `filo-simulator-1=${TOKEN}` })],
    ['an asset without the cookie', '/simulator/page/app.js', () => ({})],
    ['a photo without the cookie', `/simulator/files/${'a'.repeat(64)}.jpg`, () => ({})],
    ['a foreign host', `/simulator?token=${TOKEN}`, () => ({ host: 'evil.example' })],
    ['the host with another port', `/simulator?token=${TOKEN}`, () => ({ host: '127.0.0.1:1' })],
    ['a foreign origin', `/simulator?token=${TOKEN}`, () => ({ origin: 'http://evil.example' })],
  ])('refuses %s', async (_, path, headers) => {
    const answer = await get(path, headers())
    expect(answer.status).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each([
    ['no cookie', () => ({ origin: origin() })],
    ['no origin', () => ({ cookie: cookie() })],
    ['a foreign origin', () => ({ cookie: cookie(), origin: 'http://evil.example' })],
    ['another port of this machine', () => ({ cookie: cookie(), origin: 'http://127.0.0.1:1' })],
    ['a foreign host', () => ({ cookie: cookie(), origin: 'http://evil.example', host: 'evil.example' })],
  ])('refuses a WebSocket with %s', async (_, headers) => {
    expect(await dial(headers())).toBe(403)
  })

  it('is not served on more than this machine', () => {
    expect(() => simulatorRoutes({ ...page, host: '0.0.0.0' })).toThrow('loopback')
  })

  it('gives only the files of the page', async () => {
    expect((await get('/simulator/page/..%2Froutes.ts', { cookie: cookie() })).status).toBe(404)
    expect((await get('/simulator/files/..%2Fmaria.jsonl', { cookie: cookie() })).status).toBe(404)
  })
})

describe('the page’s line', () => {
  it('greets with all phones, and carries messages both ways', async () => {
    const { greeting, say, hear, socket } = await join()
    expect((greeting.phones as { id: string }[]).map(({ id }) => id)).toEqual([
      'maria',
      'giuseppe',
      'operator-roads',
      'supervisor',
    ])
    const shown = hear(({ type }) => type === 'phone')
    say({ type: 'text', phone: 'maria', text: 'C’è una <b>buca</b>' })
    expect(await shown).toMatchObject({
      phone: 'maria',
      messages: [{ by: 'person', content: { text: 'C’è una <b>buca</b>' } }],
    })
    const answered = hear(({ type }) => type === 'phone')
    const [citizens] = simulator.adapters
    await citizens?.send(
      { channel: SIMULATED.buttons, chat: as<ChatId>('maria') },
      { type: 'text', text: 'Grazie' },
    )
    expect(await answered).toMatchObject({ messages: [{ by: 'bot', content: { text: 'Grazie' } }] })
    socket.close()
  })

  it('keeps a photo that can be looked at', async () => {
    const { say, hear, socket } = await join()
    const shown = hear(({ type }) => type === 'phone')
    say({ type: 'photos', phone: 'maria', photos: [Buffer.from('jpeg').toString('base64')] })
    const [{ content }] = (await shown).messages as [{ content: { file: string } }]
    const photo = await get(`/simulator/files/${content.file}`, { cookie: cookie() })
    expect(photo).toMatchObject({ status: 200, body: 'jpeg', headers: { 'content-type': 'image/jpeg' } })
    socket.close()
  })

  it('gives a player a part of a voice message, and the whole to who asks for no part that there is', async () => {
    const { say, hear, socket } = await join()
    const shown = hear(({ type }) => type === 'phone')
    say({ type: 'voice', phone: 'maria', content: Buffer.from('OggS').toString('base64'), mime: 'audio/ogg' })
    const [{ content }] = (await shown).messages as [{ content: { file: string } }]
    const ask = (range: string) =>
      get(`/simulator/files/${content.file}`, { cookie: cookie(), range: `bytes=${range}` })
    expect(await ask('1-2')).toMatchObject({
      status: 206,
      body: 'gg',
      headers: { 'content-type': 'audio/ogg', 'content-range': 'bytes 1-2/4' },
    })
    expect(await ask('2-')).toMatchObject({ status: 206, body: 'gS' })
    expect(await ask('2-99')).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 2-3/4' } })
    for (const range of ['4-', '3-2', '-2', '0-1,2-3', 'x']) {
      expect(await ask(range)).toMatchObject({ status: 200, body: 'OggS' })
    }
    socket.close()
  })

  it('moves the clock to the next morning of the town, and says how many timers fired', async () => {
    const { say, hear, socket } = await join()
    const done = hear(({ type }) => type === 'moved')
    say({ type: 'forward', by: 'tomorrow' })
    expect(await done).toMatchObject({ timers: 3, messages: 0 })
    expect(page.clock.now().toISOString()).toBe('2026-03-03T07:00:00.000Z')
    socket.close()
  })

  it.each([
    ['{'],
    ['{"type":"text","phone":"nobody","text":"a"}'],
    ['{"type":"text","phone":"maria","text":" "}'],
  ])('refuses %s and stays', async (words) => {
    const { hear, socket } = await join()
    const refused = hear(({ type }) => type === 'refused')
    socket.send(words)
    expect(await refused).toEqual({ type: 'refused', why: 'malformed' })
    socket.close()
  })
})

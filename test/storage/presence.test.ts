import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { OWNER_LOCK, openPresence, type Presence } from '../../src/storage/presence.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { until } from '../support/until.js'

let database: TestDatabase
let proxy: TcpProxy
let admin: Client
const open: Presence[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await openProxy(database.url)
  admin = new Client(database.url)
  await admin.connect()
})
afterEach(async () => {
  for (const presence of open.splice(0)) await presence.stop()
})
afterAll(async () => {
  await admin.end()
  await proxy.stop()
  await database.drop()
})

async function aPresence(url = database.url): Promise<Presence> {
  const presence = await openPresence(url, recordingLog())
  open.push(presence)
  return presence
}

const living = async () => {
  const { rows } = await admin.query<{ owner: number }>(
    `SELECT objid::integer AS owner FROM pg_locks WHERE locktype = 'advisory' AND classid = ${OWNER_LOCK}
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  return rows.map(({ owner }) => owner)
}

const forever = () => new AbortController().signal

test('a session that breaks is another number, and what was led is free for the next', async () => {
  const first = await aPresence(proxy.url)
  const second = await aPresence()
  const before = first.owner
  const lead = await first.lead('bot', forever())
  const next = second.lead('bot', forever())
  proxy.cut()
  await next
  expect(lead.lost.aborted).toBe(true)
  await until('a new number', () => first.owner !== undefined && first.owner !== before)
  expect(await living()).toEqual(expect.arrayContaining([first.owner, second.owner]))
})

test('whoever stops leads nothing any more, and another one may', async () => {
  const [first, second] = [await aPresence(), await aPresence()]
  const lead = await first.lead('line', forever())
  await first.stop()
  expect(lead.lost.aborted).toBe(true)
  await second.lead('line', forever())
})

test('a network that swallows everything is noticed too', async () => {
  const presence = await aPresence(proxy.url)
  const before = presence.owner
  const { lost } = await presence.lead('bot', forever())
  proxy.freeze()
  await until('leadership is given up', () => lost.aborted, 10_000)
  await until('a new number', () => presence.owner !== undefined && presence.owner !== before)
  proxy.cut()
}, 20_000)

test('stopped while it looks for a new session, it leaves none behind', async () => {
  const presence = await aPresence(proxy.url)
  proxy.close(true)
  await until('it is lost', () => presence.owner === undefined)
  proxy.close(false)
  // In the middle of the next attempt, whenever that is.
  for (let moment = 0; moment < 60 && (await living()).length === 0; moment++) await sleep(10)
  await presence.stop()
  await until('nobody is there', async () => (await living()).length === 0)
  expect(presence.owner).toBeUndefined()
})

test('waiting to lead ends when it is told to', async () => {
  const [first, second] = [await aPresence(), await aPresence()]
  await first.lead('bot', forever())
  const waiting = new AbortController()
  const lead = second.lead('bot', waiting.signal)
  waiting.abort(new Error('no more'))
  await expect(lead).rejects.toThrow('no more')
})

import type { PoolClient } from 'pg'
import type { DataSource } from 'typeorm'
import type { OutboxQueue } from '../../src/app/outbox-port.js'
import type { UnitOfWork } from '../../src/app/ports.js'
import { TELEGRAM_CAPABILITIES } from '../../src/channels/telegram/capabilities.js'
import { createDispatcher, type Dispatcher, type DispatcherDeps } from '../../src/delivery/outbox.js'
import type { ChannelName, ChatId, ExternalId } from '../../src/kernel/ids.js'
import { verbatim } from '../../src/kernel/text.js'
import type { ChannelAdapter, SendResult } from '../../src/messaging/channel.js'
import type { Address } from '../../src/messaging/inbound.js'
import type { OutboundMessage, Rendered } from '../../src/messaging/outbound.js'
import { openDatabase } from '../../src/storage/data-source.js'
import { entities } from '../../src/storage/entities.js'
import { createOutboxQueue } from '../../src/storage/outbox-queue.js'
import { openPresence, type Presence } from '../../src/storage/presence.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'
import { until } from '../support/until.js'

/** The dispatcher on a real database; the network is a function. */

let database: TestDatabase
let source: DataSource
let presence: Presence
let dispatchers: Dispatcher[] = []
let chats = 0

beforeAll(async () => {
  database = await createTestDatabase()
  source = await openDatabase(database.url, { entities, poolSize: 6, log: { warn: () => undefined } })
  presence = await openPresence(database.url, recordingLog())
})
afterEach(async () => {
  for (const dispatcher of dispatchers) await dispatcher.stop(1_000)
  dispatchers = []
})
afterAll(async () => {
  await presence.stop()
  await source.destroy()
  await database.drop()
})

type Send = (message: Rendered, to: Address) => Promise<SendResult> | SendResult

let ids = 0
const sent = (): SendResult => ({ type: 'sent', externalIds: [String(++ids) as ExternalId] })
const wordsOf = (message: Rendered): string => ('text' in message ? message.text : message.type)

/** A process that sends. */
function aDispatcher(
  send: Send,
  overrides: Partial<DispatcherDeps> = {},
  owner: () => number | undefined = () => presence.owner,
): { unitOfWork: UnitOfWork; dispatcher: Dispatcher; queue: OutboxQueue } {
  const adapter: ChannelAdapter = {
    name: 'telegram' as ChannelName,
    audience: 'citizen',
    capabilities: TELEGRAM_CAPABILITIES,
    start: async () => undefined,
    stop: async () => undefined,
    send: async (to, message) => send(message, to),
    fetchMedia: async () => {
      throw new Error('no files here')
    },
  }
  const queue = createOutboxQueue(source)
  const unitOfWork: UnitOfWork = createUnitOfWork(source, {
    ownerFor: owner,
    deliver: (leases) => dispatcher.deliver(leases),
  })
  const dispatcher = createDispatcher({
    queue,
    unitOfWork,
    adapters: new Map([[adapter.name, adapter]]),
    translate: (words) => ('verbatim' in words ? words.verbatim : JSON.stringify(words)),
    log: recordingLog(),
    owner,
    onRefused: async () => undefined,
    ...overrides,
  })
  dispatchers.push(dispatcher)
  return { unitOfWork, dispatcher, queue }
}

const aChat = (): Address => ({ channel: 'telegram' as ChannelName, chat: `chat-${++chats}` as ChatId })

const say = (words: string, more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  body: [verbatim(words)],
  ...more,
})

const put = (unitOfWork: UnitOfWork, to: Address, ...messages: OutboundMessage[]) =>
  unitOfWork.run(async (tx) =>
    tx.outbox.put(...messages.map((message) => ({ to, locale: 'it' as const, message }))),
  )

const statusesOf = async ({ chat }: Address): Promise<string[]> => {
  const rows: { status: string }[] = await source.query(
    'SELECT status FROM outbox WHERE chat = $1 ORDER BY seq',
    [chat],
  )
  return rows.map(({ status }) => status)
}

const allSettled = (chat: Address) =>
  until('all is settled', async () => !(await statusesOf(chat)).includes('waiting'))

test('a message that replaces one of the same batch finds it, though it is not written down yet', async () => {
  const network: Rendered[] = []
  const { unitOfWork } = aDispatcher((message) => {
    network.push(message)
    return sent()
  })
  const chat = aChat()
  await put(
    unitOfWork,
    chat,
    say('Quale?', { tag: 'q1', choices: [{ id: 'a', label: verbatim('A') }] }),
    say('Quale? ✔️ A', { replaces: { tag: 'q1', otherwise: 'drop' } }),
    say('Grazie'),
  )
  await allSettled(chat)
  expect(network.map(({ type }) => type)).toEqual(['text', 'edit', 'text'])
  expect(network[1]).toMatchObject({ target: String(ids - 2) })
})

test('what follows from a refusal fails: what went out before it does not go out again', async () => {
  const network: string[] = []
  let failures = 2
  const { unitOfWork, dispatcher } = aDispatcher(
    (message) => {
      network.push(wordsOf(message))
      return wordsOf(message) === 'seconda' ? { type: 'refused', why: 'invalid' } : sent()
    },
    {
      async onRefused() {
        if (failures-- > 0) throw new Error('a mistake of ours')
      },
    },
  )
  dispatcher.start()
  const chat = aChat()
  await put(unitOfWork, chat, say('prima'), say('seconda'), say('terza'))
  await until('all is settled', async () => !(await statusesOf(chat)).includes('waiting'), 8_000)
  expect(network).toEqual(['prima', 'seconda', 'seconda', 'seconda', 'terza'])
  expect(await statusesOf(chat)).toEqual(['sent', 'refused', 'sent'])
}, 15_000)

test('a lease that is somebody else’s is left at once, in the middle of a message; what went out stands written', async () => {
  const network: string[] = []
  const chat = aChat()
  const { unitOfWork } = aDispatcher(async (message) => {
    network.push(wordsOf(message))
    // Slow for so long that the lease ran out, and another process has it.
    if (network.length === 2) {
      await source.query('UPDATE outbox_head SET token = gen_random_uuid(), owner = 1 WHERE chat = $1', [
        chat.chat,
      ])
      lapse()
    }
    return sent()
  })
  const clock = performance.now
  const lapse = () => {
    performance.now = () => clock.call(performance) + 60_000
  }
  try {
    await put(unitOfWork, chat, say('prima'), say('x'.repeat(9_000)), say('ultima'))
    await until('it is written down', async () => (await statusesOf(chat))[0] === 'sent')
  } finally {
    performance.now = clock
  }
  expect(network).toHaveLength(2)
  expect(
    await source.query('SELECT status, parts, ext_ids FROM outbox WHERE chat = $1 AND seq = 2', [chat.chat]),
  ).toEqual([{ status: 'waiting', parts: 1, ext_ids: [String(ids)] }])
  expect(await statusesOf(chat)).toEqual(['sent', 'waiting', 'waiting'])
})

test('a session that is lost while something is being sent: it is written down all the same', async () => {
  let owner = presence.owner
  const network: string[] = []
  const { unitOfWork } = aDispatcher(
    (message) => {
      network.push(wordsOf(message))
      owner = undefined
      return sent()
    },
    {},
    () => owner,
  )
  const chat = aChat()
  await put(unitOfWork, chat, say('prima'), say('seconda'))
  await until('the first is written down', async () => (await statusesOf(chat))[0] === 'sent')
  expect(network).toEqual(['prima'])
})

test('of two chats that settle together each hears of its own lease', async () => {
  const { queue } = aDispatcher(sent)
  const chat = aChat()
  const { unitOfWork } = aDispatcher(
    () => new Promise(() => undefined),
    {},
    () => presence.owner,
  )
  await put(unitOfWork, chat, say('prima'), say('seconda'))
  const [head]: { token: string }[] = await source.query('SELECT token FROM outbox_head WHERE chat = $1', [
    chat.chat,
  ])
  const lease = { to: chat, owner: presence.owner as number, until: 0 }
  const lost = '00000000-0000-4000-8000-000000000000'
  const settlement = { rows: [], doneSeq: 1 }
  expect(
    await queue.settle([
      { ...settlement, lease: { ...lease, token: lost } },
      { ...settlement, lease: { ...lease, token: head?.token as string } },
    ]),
  ).toEqual([false, true])
  dispatchers = dispatchers.slice(0, -1)
})

test('a commit whose answer never came: the rows go out at once if it happened, and nothing if not', async () => {
  const network: string[] = []
  const { unitOfWork, dispatcher } = aDispatcher((message) => {
    network.push(wordsOf(message))
    return sent()
  })
  for (const happened of [true, false]) {
    const chat = aChat()
    const original = source.createQueryRunner.bind(source)
    source.createQueryRunner = (mode) => {
      const runner = original(mode)
      source.createQueryRunner = original
      const connect = runner.connect.bind(runner)
      runner.connect = async () => {
        const client: PoolClient = await connect()
        const query = client.query.bind(client) as (statement: unknown) => Promise<unknown>
        const lost = async () => {
          await query(happened ? 'COMMIT' : 'ROLLBACK')
          throw new Error('Connection terminated unexpectedly')
        }
        client.query = ((statement: unknown) => (statement === 'COMMIT' ? lost() : query(statement))) as never
        runner.connect = async () => client
        return client
      }
      return runner
    }
    await expect(put(unitOfWork, chat, say(`confermato: ${happened}`))).rejects.toThrow('terminated')
    await dispatcher.idle()
    expect(await statusesOf(chat)).toEqual(happened ? ['sent'] : [])
  }
  expect(network).toEqual(['confermato: true'])
})

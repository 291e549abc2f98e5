import type { PoolClient } from 'pg'
import type { DataSource, QueryRunner } from 'typeorm'
import type { OutboxQueue } from '../../src/app/outbox-port.js'
import type { UnitOfWork } from '../../src/app/ports.js'
import { TELEGRAM_CAPABILITIES } from '../../src/channels/telegram/capabilities.js'
import { createDispatcher, type Dispatcher, type DispatcherDeps } from '../../src/delivery/dispatcher.js'
import type { ChannelName, ChatId, ExternalId } from '../../src/kernel/ids.js'
import { verbatim } from '../../src/kernel/text.js'
import type { ChannelAdapter, SendResult } from '../../src/messaging/channel.js'
import type { Address } from '../../src/messaging/inbound.js'
import type { OutboundMessage, Rendered } from '../../src/messaging/outbound.js'
import { openDatabase } from '../../src/storage/data-source.js'
import { entities } from '../../src/storage/entities.js'
import { cut } from '../../src/storage/hot-query.js'
import { isOutage } from '../../src/storage/outage.js'
import { createOutboxQueue } from '../../src/storage/outbox-queue.js'
import { openPresence, type Presence } from '../../src/storage/presence.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { latch } from '../support/latch.js'
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
    deliver: (leases, behind) => dispatcher.deliver(leases, behind),
  })
  const dispatcher = createDispatcher({
    queue,
    unitOfWork,
    adapters: new Map([[adapter.name, adapter]]),
    translate: (words) => ('verbatim' in words ? words.verbatim : JSON.stringify(words)),
    log: recordingLog(),
    isOutage,
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

/** A question, the answer written under it, and the next question. */
const exchange = (): OutboundMessage[] => [
  say('Quale?', { tag: 'q1' }),
  say('Quale? A', { replaces: { tag: 'q1', otherwise: 'drop' } }),
  say('Dove?'),
]

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

test('the change of an earlier message and the message behind it go out together; a later one waits for both', async () => {
  const network: string[] = []
  const waits = new Map([
    ['Quale? A', latch()],
    ['Dove?', latch()],
  ])
  const { unitOfWork } = aDispatcher(async (message) => {
    network.push(wordsOf(message))
    await waits.get(wordsOf(message))?.opened
    return sent()
  })
  const chat = aChat()
  await put(unitOfWork, chat, ...exchange(), say('Grazie'))
  await until('both are on their way', () => network.length === 3)
  expect(network).toEqual(['Quale?', 'Quale? A', 'Dove?'])
  waits.get('Dove?')?.open()
  // A whole transaction later nothing else went out.
  await put(unitOfWork, aChat(), say('Altrove'))
  await until('the other chat is served', () => network.includes('Altrove'))
  expect(network).not.toContain('Grazie')
  waits.get('Quale? A')?.open()
  await allSettled(chat)
  expect(network.at(-1)).toBe('Grazie')
})

test('a change that is throttled is tried again; the message beside it is not said twice', async () => {
  const network: string[] = []
  const { unitOfWork, dispatcher } = aDispatcher((message) => {
    network.push(wordsOf(message))
    const first = network.filter((words) => words === 'Quale? A').length === 1
    return wordsOf(message) === 'Quale? A' && first ? { type: 'retry', why: 'throttled', afterMs: 1 } : sent()
  })
  const chat = aChat()
  await put(unitOfWork, chat, ...exchange())
  await until('the first try is over', () => network.length === 3)
  dispatcher.start()
  await allSettled(chat)
  expect(network).toEqual(['Quale?', 'Quale? A', 'Dove?', 'Quale? A'])
  expect(await statusesOf(chat)).toEqual(['sent', 'sent', 'sent'])
})

test('a change and the message beside it are one attempt: the pauses grow as for one, or are what the network asks for', async () => {
  let afterMs: number | undefined
  const rests: (number | undefined)[] = []
  const queue = createOutboxQueue(source)
  const { unitOfWork, dispatcher } = aDispatcher(
    (message) => {
      if (wordsOf(message) === 'Quale?') return sent()
      const isThrottled = afterMs !== undefined && wordsOf(message) === 'Dove?'
      return isThrottled
        ? { type: 'retry', why: 'throttled', afterMs }
        : { type: 'retry', why: 'unreachable' }
    },
    {
      queue: {
        ...queue,
        async settle(settlements) {
          const answers = await queue.settle(settlements)
          rests.push(...settlements.map(({ pauseMs }) => pauseMs))
          return answers
        },
      },
    },
  )
  const chat = aChat()
  await put(unitOfWork, chat, ...exchange())
  dispatcher.start()
  const rested = (times: number) => until(`it rests ${times} times`, () => rests.length === times)
  const hurry = () =>
    source.query('UPDATE outbox_head SET next_at = clock_timestamp() WHERE chat = $1', [chat.chat])
  await rested(1)
  await hurry()
  await rested(2)
  afterMs = 30_000
  await hurry()
  await until('it rests for long', () => rests.includes(30_000))
  expect(rests.slice(0, 2)).toEqual([1_000, 2_000])
})

test('a secret is forgotten when it is out, or refused; while it waits it is whole, and other words stay', async () => {
  const network: string[] = []
  const wait = latch()
  const { unitOfWork } = aDispatcher(async (message) => {
    network.push(wordsOf(message))
    if (wordsOf(message) === 'codice 3333') await wait.opened
    return wordsOf(message) === 'codice 2222' ? { type: 'refused', why: 'invalid' } : sent()
  })
  const chat = aChat()
  const kept = async (): Promise<OutboundMessage[]> =>
    (await source.query('SELECT message FROM outbox WHERE chat = $1 ORDER BY seq', [chat.chat])).map(
      ({ message }: { message: OutboundMessage }) => message,
    )
  const secret = (words: string) =>
    say(words, { secret: true, choices: [{ id: 'a', label: verbatim(words) }] })
  await put(
    unitOfWork,
    chat,
    secret('codice 1111'),
    say('ciao'),
    secret('codice 2222'),
    secret('codice 3333'),
  )
  await until('the last one is on its way', () => network.includes('codice 3333'))
  expect((await kept()).at(-1)).toEqual(secret('codice 3333'))
  wait.open()
  await allSettled(chat)
  expect(network).toEqual(['codice 1111', 'ciao', 'codice 2222', 'codice 3333'])
  const blank = { body: [], secret: true }
  expect(await kept()).toEqual([blank, say('ciao'), blank, blank])
})

describe('what is written to a chat that is being sent', () => {
  /** A chat whose first message is on its way, and the database's reads since then. */
  async function onItsWay(first: () => SendResult, overrides: Partial<DispatcherDeps> = {}) {
    const network: string[] = []
    const wait = latch()
    const queue = createOutboxQueue(source)
    let reads = 0
    const read: OutboxQueue['read'] = (...asked) => {
      reads += 1
      return queue.read(...asked)
    }
    const { unitOfWork } = aDispatcher(
      async (message) => {
        network.push(wordsOf(message) + (message.type === 'edit' ? ` (${message.target})` : ''))
        if (wordsOf(message) !== 'uno') return sent()
        await wait.opened
        return first()
      },
      { queue: { ...queue, read }, ...overrides },
    )
    const chat = aChat()
    await put(unitOfWork, chat, say('uno', { tag: 'q1' }))
    await until('it is on its way', () => network.length === 1)
    return { chat, network, unitOfWork, open: wait.open, reads: () => reads }
  }

  test('goes out behind it, and changes it, without a question to the database', async () => {
    const { chat, network, unitOfWork, open, reads } = await onItsWay(() => ({
      type: 'sent',
      externalIds: ['the first' as ExternalId],
    }))
    await put(unitOfWork, chat, say('due'))
    await put(unitOfWork, chat, say('uno!', { replaces: { tag: 'q1', otherwise: 'drop' } }), say('tre'))
    expect(network).toEqual(['uno'])
    open()
    await allSettled(chat)
    expect(network).toEqual(['uno', 'due', 'uno! (the first)', 'tre'])
    expect([await statusesOf(chat), reads()]).toEqual([['sent', 'sent', 'sent', 'sent'], 0])
  })

  /** Network ids tell what was said; counts how often the database was asked for one. */
  function aCounting(overrides: Partial<OutboxQueue> = {}) {
    const network: string[] = []
    const queue = createOutboxQueue(source)
    let asked = 0
    const target: OutboxQueue['target'] = (...of) => {
      asked += 1
      return queue.target(...of)
    }
    const sender = aDispatcher(
      (message) => {
        network.push(wordsOf(message) + (message.type === 'edit' ? ` (${message.target})` : ''))
        return { type: 'sent', externalIds: [`id of ${wordsOf(message)}` as ExternalId] }
      },
      { queue: { ...queue, target, ...overrides } },
    )
    return { ...sender, network, asked: () => asked }
  }

  test('changes what is just being written down, without a question to the database', async () => {
    const [began, goOn] = [latch(), latch()]
    const { unitOfWork, network, asked } = aCounting({
      async settle(settlements) {
        began.open()
        await goOn.opened
        return createOutboxQueue(source).settle(settlements)
      },
    })
    const chat = aChat()
    await put(unitOfWork, chat, say('uno', { tag: 'q1' }))
    await began.opened
    await put(unitOfWork, chat, say('uno!', { replaces: { tag: 'q1', otherwise: 'drop' } }))
    // Said once more under the same name: from now on this one is meant.
    await put(unitOfWork, chat, say('due', { tag: 'q1' }))
    await put(unitOfWork, chat, say('due!', { replaces: { tag: 'q1', otherwise: 'drop' } }))
    goOn.open()
    await allSettled(chat)
    expect(network.toSorted()).toEqual(['due', 'due! (id of due)', 'uno', 'uno! (id of uno)'])
    expect(asked()).toBe(0)
  })

  test('changes what was said under an earlier lease: then the database is asked', async () => {
    const { unitOfWork, dispatcher, network, asked } = aCounting()
    const chat = aChat()
    await put(unitOfWork, chat, say('uno', { tag: 'q1' }))
    await dispatcher.idle()
    // Written where nothing is sent, so that the sender has to read it.
    const elsewhere = aDispatcher(sent, {}, () => undefined)
    await put(elsewhere.unitOfWork, chat, say('uno!', { replaces: { tag: 'q1', otherwise: 'drop' } }))
    dispatcher.start()
    await allSettled(chat)
    expect([network, asked()]).toEqual([['uno', 'uno! (id of uno)'], 1])
  })

  test('goes out in its order where another process has written in between', async () => {
    const { chat, network, unitOfWork, open } = await onItsWay(sent)
    const elsewhere = aDispatcher(sent, {}, () => undefined)
    await put(elsewhere.unitOfWork, chat, say('due'))
    await put(unitOfWork, chat, say('tre'))
    open()
    await allSettled(chat)
    expect(network).toEqual(['uno', 'due', 'tre'])
  })

  test('is refused once, with all the rest, where nobody reads', async () => {
    const refused: number[] = []
    const { chat, network, unitOfWork, open } = await onItsWay(() => ({ type: 'refused', why: 'blocked' }), {
      async onRefused(_, { to, rows }) {
        refused.push(...rows.map(({ seq }) => seq))
        // Behind all that is refused.
        if (refused.includes(2)) await put(unitOfWork, to, say('tre'))
      },
    })
    await put(unitOfWork, chat, say('due'))
    open()
    await until('the last one went out', async () => (await statusesOf(chat))[2] === 'sent')
    expect([network, refused]).toEqual([
      ['uno', 'tre'],
      [1, 2],
    ])
  })

  test('does not keep what went out from being written down', async () => {
    const chat = aChat()
    let settled = 0
    const wait = latch()
    const network: string[] = []
    const all = Array.from({ length: 80 }, (_, index) => String(index))
    const { unitOfWork } = aDispatcher(async (message) => {
      network.push(wordsOf(message))
      if (network.length === 1) await wait.opened
      settled = (await statusesOf(chat)).filter((status) => status === 'sent').length
      return sent()
    })
    for (const words of all) await put(unitOfWork, chat, say(words))
    wait.open()
    await allSettled(chat)
    expect(network).toEqual(all)
    expect(settled).toBeGreaterThanOrEqual(40)
  })
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

test('three chats throttled at once: the whole channel rests, and then each of them gets its message', async () => {
  const throttled = new Set<string>()
  const { unitOfWork, dispatcher } = aDispatcher((_, { chat }) => {
    if (throttled.has(chat)) return sent()
    throttled.add(chat)
    return { type: 'retry', why: 'throttled', afterMs: 300 }
  })
  dispatcher.start()
  const people = [aChat(), aChat(), aChat(), aChat()]
  for (const person of people) await put(unitOfWork, person, say('Ciao'))
  await Promise.all(people.map(allSettled))
  expect((await Promise.all(people.map(statusesOf))).flat()).toEqual(people.map(() => 'sent'))
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

test('a connection that breaks while its commit is under way: the rows go out as soon as that is done', async () => {
  const { unitOfWork, dispatcher } = aDispatcher(sent)
  const gate = source.createQueryRunner()
  await source.query(`
    CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(351351); RETURN NULL; END $$`)
  await source.query(`
    CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate()`)
  const waitingAtLocks = async () =>
    (
      await source.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      )
    ).length
  try {
    for (const known of [false, true]) {
      const chat = aChat()
      if (known) {
        await put(unitOfWork, chat, say('vecchio'))
        await allSettled(chat)
      }
      await gate.query('SELECT pg_advisory_lock(351351)')
      const committing = put(unitOfWork, chat, say('nuovo'))
      committing.catch(() => undefined)
      await until('the commit waits', async () => (await waitingAtLocks()) === 1)
      for (const runner of runnersAtWork()) cut(runner, new Error('Connection terminated unexpectedly'))
      await expect(committing).rejects.toThrow()
      await until('the sender waits for it', async () => (await waitingAtLocks()) === 2)
      await gate.query('SELECT pg_advisory_unlock(351351)')
      const expected = known ? 'sent, sent' : 'sent'
      await until('it went out', async () => (await statusesOf(chat)).join(', ') === expected)
    }
  } finally {
    await gate.query('SELECT pg_advisory_unlock_all()')
    await gate.release()
    await source.query('DROP FUNCTION wait_at_the_gate CASCADE')
    await dispatcher.idle()
  }

  function runnersAtWork() {
    const { connectedQueryRunners } = source.driver as unknown as { connectedQueryRunners: QueryRunner[] }
    return connectedQueryRunners.filter((runner) => runner !== gate)
  }
})

test('a lease whose answer was lost is found by its own owner; one that is being sent is left alone', async () => {
  const { unitOfWork, queue } = aDispatcher(sent, {}, () => undefined)
  const owner = presence.owner as number
  const chat = aChat()
  await put(unitOfWork, chat, say('Ciao'))
  // Other tests' chats lie there too, and on a slow machine their leases are old enough to be found.
  const take = async (...active: string[]) =>
    (await queue.takeDue(owner, () => active, [chat.channel], 100)).filter(({ to }) => to.chat === chat.chat)
  const [lost] = await take()
  expect(lost).toMatchObject({ to: chat })
  expect(await take()).toEqual([])
  await source.query(
    `UPDATE outbox_head SET lease_until = lease_until - interval '10 seconds' WHERE chat = $1`,
    [chat.chat],
  )
  expect(await take(lost?.token as string)).toEqual([])
  expect(await take()).toMatchObject([{ to: chat }])
})

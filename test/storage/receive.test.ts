import type { UnitOfWork } from '../../src/app/ports.js'
import type { Dialog, Dialogs } from '../../src/dialog/dialog.js'
import { type Json, newSession, type Session } from '../../src/dialog/session.js'
import { MOST_A_MINUTE } from '../../src/intake/flood.js'
import { createIntake, type Intake } from '../../src/intake/receive.js'
import type { Audience } from '../../src/intake/turns.js'
import type { ExternalId, UserId } from '../../src/kernel/ids.js'
import type { Log } from '../../src/kernel/logger.js'
import { verbatim } from '../../src/kernel/text.js'
import type { InboundContent, InboundEvent } from '../../src/messaging/inbound.js'
import { staffDialogs } from '../../src/staff/dialogs.js'
import { isDeadlock, isOutage } from '../../src/storage/outage.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { aTown } from '../support/builders.js'
import { aCitizenRow, anAddress, aTownDatabase, type TownDatabase } from '../support/rows.js'
import { until } from '../support/until.js'

const town = aTown()
const NOW = Date.UTC(2026, 10, 23, 10)

let db: TownDatabase
let unit: UnitOfWork
beforeAll(async () => {
  db = await aTownDatabase()
  unit = createUnitOfWork(db.source, { ownerFor: () => undefined, deliver: () => undefined })
})
afterAll(() => db?.end())

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT }

/** How often a text that begins with "boom" was tried. */
const tries = new Map<string, number>()

const stuck: Dialog = {
  name: 'stuck',
  question: () => null,
  handle() {
    throw new Error('What was remembered cannot be')
  },
}

/** Remembers every text. "boom" fails always, "boom 2" twice. */
const listener: Dialogs = {
  byName: new Map([[stuck.name, stuck]]),
  first(event) {
    const [, fails] = (event.type === 'text' && /^boom ?(\d*)/.exec(event.text)) || []
    if (event.type !== 'text' || fails === undefined) return null
    const tried = (tries.get(event.text) ?? 0) + 1
    tries.set(event.text, tried)
    if (fails === '' || tried <= Number(fails)) throw new Error(`Boom, try ${tried}`)
    return null
  },
  isCommand: () => false,
  rest(event, { memory }) {
    const heard = (memory.heard ?? []) as readonly Json[]
    const words = event.type === 'text' ? event.text : event.type
    return {
      quiet: true,
      remember: { heard: [...heard, words] },
      say: [{ body: [verbatim(`heard ${words}`)] }],
    }
  },
}

const CITIZENS: Audience = { name: 'citizen', dialogs: listener, effects: {} }

interface Watched {
  readonly intake: Intake
  transactions: number
  setAside: number
}

/** One process. `faults` come instead of a transaction, one after the other. */
function aProcess(faults: Error[] = [], audience: Audience = CITIZENS): Watched {
  const watched = { transactions: 0, setAside: 0 }
  const intake = createIntake({
    audience,
    world: {
      town,
      places: { contains: () => true, findStreets: () => [] },
      translate: () => '',
    },
    now: () => new Date(NOW),
    unitOfWork: {
      async run(work) {
        watched.transactions++
        const fault = faults.shift()
        if (fault) throw fault
        return unit.run(work)
      },
    },
    log: SILENT,
    isOutage,
    isDeadlock,
    figures: {
      updated: (_, outcome) => {
        if (outcome === 'set_aside') watched.setAside++
      },
      turned: () => undefined,
    },
  })
  return Object.assign(watched, { intake })
}

let order = 0
function anEvent(chat: string, content: InboundContent, overrides: Partial<InboundEvent> = {}): InboundEvent {
  order++
  return {
    id: `u${order}`,
    from: anAddress(chat),
    actor: chat as UserId,
    at: new Date(NOW).toISOString(),
    order,
    private: true,
    ...content,
    ...overrides,
  } as InboundEvent
}
const says = (chat: string, text: string, overrides: Partial<InboundEvent> = {}) =>
  anEvent(chat, { type: 'text', text }, overrides)

const sessionOf = async (chat: string): Promise<Session | undefined> =>
  (await db.source.query('SELECT state FROM session WHERE chat = $1', [chat]))[0]?.state
const heardBy = async (chat: string): Promise<Json | undefined> => (await sessionOf(chat))?.memory.heard
const answersTo = async (chat: string): Promise<string[]> =>
  (await db.source.query('SELECT message FROM outbox WHERE chat = $1 ORDER BY seq', [chat])).map(
    ({ message: { body } }: { message: { body: { key?: string; verbatim?: string }[] } }) =>
      body[0]?.key ?? body[0]?.verbatim,
  )
const inbox = async (ids: readonly string[]): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await db.source.query('SELECT status, count(*)::int FROM inbox WHERE id = ANY($1) GROUP BY status', [
        ids,
      ])
    ).map(({ status, count }: { status: string; count: number }) => [status, count]),
  )

describe('a batch', () => {
  it('takes what waits of different chats through one transaction', async () => {
    const process = aProcess()
    await process.intake.receive(['a1', 'a2', 'a3'].map((chat) => says(chat, 'ciao')))
    expect(process.transactions).toBe(1)
    for (const chat of ['a1', 'a2', 'a3']) expect(await heardBy(chat)).toEqual(['ciao'])
  })

  it('holds one event of a chat at most', async () => {
    const process = aProcess()
    await process.intake.receive(['b1', 'b2'].flatMap((chat) => [says(chat, 'one'), says(chat, 'two')]))
    expect(process.transactions).toBe(2)
    for (const chat of ['b1', 'b2']) expect(await heardBy(chat)).toEqual(['one', 'two'])
  })

  it('is sorted as the network numbered it', async () => {
    const [first, second] = [says('c1', 'first'), says('c1', 'second')]
    await aProcess().intake.receive([second, first])
    expect(await heardBy('c1')).toEqual(['first', 'second'])
  })
})

describe('a repeat', () => {
  it('is dropped: in the same batch, and later', async () => {
    const { intake } = aProcess()
    const event = says('d1', 'once')
    await intake.receive([event, event])
    await intake.receive([event])
    expect(await heardBy('d1')).toEqual(['once'])
    expect(await answersTo('d1')).toEqual(['heard once'])
  })

  it('that two processes take at once is heard once', async () => {
    const chats = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6']
    const events = chats.map((chat) => says(chat, 'once'))
    // In opposite order: unsorted, they would wait for one another for ever.
    await Promise.all([aProcess().intake.receive(events), aProcess().intake.receive([...events].reverse())])
    for (const chat of chats) expect(await answersTo(chat)).toEqual(['heard once'])
  })
})

describe('order', () => {
  it('of a chat holds, however its events come in', async () => {
    const { intake } = aProcess()
    const chats = ['f1', 'f2', 'f3', 'f4', 'f5']
    const rounds = Array.from({ length: 6 }, (_, round) => chats.map((chat) => says(chat, String(round))))
    await Promise.all(rounds.map((events) => intake.receive(events)))
    for (const chat of chats) expect(await heardBy(chat)).toEqual(['0', '1', '2', '3', '4', '5'])
  })
})

describe('what the network says of our messages', () => {
  it('is no flood, no sign of life, and nobody hears it', async () => {
    const { intake } = aProcess()
    await aCitizenRow(db.source.manager, 'r1')
    const lastSeen = () => db.source.query(`SELECT last_inbound_at FROM address WHERE chat = 'r1'`)
    const before = await lastSeen()
    const ids = Array.from({ length: MOST_A_MINUTE + 5 }, (_, index) => `m${index}` as ExternalId)
    const receipts = ids.map((message) => anEvent('r1', { type: 'receipt', message, status: 'delivered' }))
    await intake.receive(receipts)
    await intake.receive(receipts)
    const [{ count }] = await db.source.query(`SELECT count(*)::int FROM receipt WHERE chat = 'r1'`)
    expect(count).toBe(ids.length)
    expect(await lastSeen()).toEqual(before)
    expect(await sessionOf('r1')).toBeUndefined()
    await intake.receive([says('r1', 'ciao')])
    expect(await heardBy('r1')).toEqual(['ciao'])
  })
})

describe('an event that fails', () => {
  it('is tried three times alone, then set aside; the others and its own chat go on', async () => {
    const process = aProcess()
    const poison = says('g1', 'boom')
    await process.intake.receive([says('g2', 'ciao'), poison, says('g3', 'ciao'), says('g1', 'after')])
    expect([tries.get('boom'), process.setAside]).toEqual([4, 1])
    expect([await heardBy('g1'), await heardBy('g2'), await heardBy('g3')]).toEqual([
      ['after'],
      ['ciao'],
      ['ciao'],
    ])
    expect(await answersTo('g1')).toEqual(['intake.failed', 'heard after'])
    expect(
      await db.source.query('SELECT status, event, error FROM inbox WHERE id = $1', [poison.id]),
    ).toEqual([{ status: 'set_aside', event: poison, error: 'Error: Boom, try 4' }])
  })

  it('is not tried again when the network repeats it', async () => {
    const process = aProcess()
    const poison = says('g4', 'boom again', { id: 'poison' })
    await process.intake.receive([poison])
    const tried = tries.get('boom again')
    await process.intake.receive([poison])
    expect([tries.get('boom again'), process.setAside]).toEqual([tried, 1])
  })

  it('only for a moment is heard once', async () => {
    const process = aProcess()
    await process.intake.receive([says('g5', 'boom 2')])
    expect([await answersTo('g5'), process.setAside]).toEqual([['heard boom 2'], 0])
  })
})

describe('a conversation whose own state fails', () => {
  const stuckIn = async (chat: string) => {
    const state: Session = { ...newSession('en'), asked: 7, frames: [{ dialog: stuck.name, state: null }] }
    await db.source.query(`INSERT INTO session (channel, chat, state) VALUES ('telegram', $1, $2)`, [
      chat,
      JSON.stringify(state),
    ])
  }

  it('begins anew at the third event in a row that is set aside, also by different processes', async () => {
    await stuckIn('p1')
    for (const words of ['one', 'two', 'three', 'four']) await aProcess().intake.receive([says('p1', words)])
    const failed = ['intake.failed', 'intake.failed', 'intake.begun_anew']
    expect(await answersTo('p1')).toEqual([...failed, 'heard four'])
    expect(await sessionOf('p1')).toMatchObject({ frames: [], locale: 'en', asked: 7 })
  })

  it('keeps what it remembers where single events fail, one now and one then', async () => {
    const { intake } = aProcess()
    for (const words of ['boom', 'boom', 'one', 'boom', 'boom']) await intake.receive([says('p2', words)])
    expect(await answersTo('p2')).toEqual([
      ...Array(2).fill('intake.failed'),
      'heard one',
      ...Array(2).fill('intake.failed'),
    ])
    expect(await heardBy('p2')).toEqual(['one'])
  })
})

it('waits an outage out, and sets nothing aside', async () => {
  const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const process = aProcess([away(), away()])
  await process.intake.receive([says('h1', 'ciao'), says('h2', 'ciao')])
  expect([await heardBy('h1'), await heardBy('h2'), process.setAside]).toEqual([['ciao'], ['ciao'], 0])
})

it('lets another transaction go first, however often, and sets nothing aside', async () => {
  const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' })
  const process = aProcess(Array.from({ length: 5 }, deadlock))
  await process.intake.receive([says('h3', 'ciao')])
  expect([await heardBy('h3'), process.setAside]).toEqual([['ciao'], 0])
})

it('keeps what no database can keep out of the text', async () => {
  const process = aProcess()
  await process.intake.receive([says('i1', 'a\0b \ud83d c 🕳️')])
  expect([await heardBy('i1'), process.setAside]).toEqual([['ab \ufffd c 🕳️'], 0])
})

it('waits for a chat that another process has in hand, and for no other', async () => {
  const { intake } = aProcess()
  await intake.receive([says('j1', 'one')])
  const other = await db.begin()
  await other.manager.query(`SELECT FROM session WHERE chat = 'j1' FOR UPDATE`)
  const waits = intake.receive([says('j1', 'two')])
  await db.waiting(1)
  const behind = intake.receive([says('j1', 'three'), says('j2', 'ciao')])
  await until('the other chat is heard', async () => (await heardBy('j2')) !== undefined)
  await aProcess().intake.receive([says('j3', 'ciao')])
  expect([await heardBy('j1'), await heardBy('j2'), await heardBy('j3')]).toEqual([
    ['one'],
    ['ciao'],
    ['ciao'],
  ])
  await other.commit()
  await Promise.all([waits, behind])
  expect(await heardBy('j1')).toEqual(['one', 'two', 'three'])
})

it('shares out what waits: a transaction that has to wait holds up a half', async () => {
  const { intake } = aProcess()
  await intake.receive([says('m0', 'one')])
  const other = await db.begin()
  await other.manager.query(`SELECT FROM session WHERE chat = 'm0' FOR UPDATE`)
  const all = intake.receive(Array.from({ length: 20 }, (_, index) => says(`m${index}`, 'ciao')))
  await until('the last one is heard', async () => (await heardBy('m19')) !== undefined)
  expect([await heardBy('m9'), await heardBy('m10')]).toEqual([undefined, ['ciao']])
  await other.commit()
  await all
  expect(await heardBy('m0')).toEqual(['one', 'ciao'])
})

describe('a flood', () => {
  it('is heard up to its limit, answered once, and every id is recorded', async () => {
    const { intake } = aProcess()
    const flood = Array.from({ length: MOST_A_MINUTE + 10 }, (_, index) => says('k1', String(index)))
    await intake.receive([...flood, says('k2', 'ciao')])
    expect(await heardBy('k1')).toHaveLength(MOST_A_MINUTE)
    expect(await heardBy('k2')).toEqual(['ciao'])
    const answers = await answersTo('k1')
    expect([answers.length, answers.at(-1)]).toEqual([MOST_A_MINUTE + 1, 'intake.flood'])
    expect(await inbox(flood.map(({ id }) => id))).toEqual({ done: MOST_A_MINUTE, dropped: 10 })
  })

  it('is not what waited while nobody listened', async () => {
    const backlog = Array.from({ length: MOST_A_MINUTE + 10 }, (_, index) =>
      says('k3', String(index), { at: new Date(NOW + index * 10_000).toISOString() }),
    )
    await aProcess().intake.receive(backlog)
    expect(await heardBy('k3')).toHaveLength(backlog.length)
  })
})

it('learns who can be reached, without a word', async () => {
  await aCitizenRow(db.source.manager, 'l1')
  const reachable = async () =>
    (await db.source.query(`SELECT reachable FROM address WHERE chat = 'l1'`))[0].reachable
  const { intake } = aProcess()
  await intake.receive([anEvent('l1', { type: 'reachability', reachable: false })])
  expect([await reachable(), await answersTo('l1'), await sessionOf('l1')]).toEqual([false, [], undefined])
  await intake.receive([says('l1', 'back again')])
  expect(await reachable()).toBe(true)
})

it.each([
  ['of another version', { v: 0, frames: 'whatever' }],
  [
    'in a dialog that is no more',
    { v: 1, locale: 'it', asked: 3, frames: [{ dialog: 'gone', state: {} }], waiting: [], memory: {} },
  ],
  [
    'waiting for a dialog that is no more',
    { v: 1, locale: 'it', asked: 3, frames: [], waiting: [{ dialog: 'gone', state: {} }], memory: {} },
  ],
])('starts a session %s again, politely', async (name, state) => {
  const chat = `m ${name}`
  await db.source.query(`INSERT INTO session (channel, chat, state) VALUES ('telegram', $1, $2)`, [
    chat,
    JSON.stringify(state),
  ])
  await aProcess().intake.receive([says(chat, 'ciao')])
  expect(await answersTo(chat)).toEqual(['dialog.restarted', 'heard ciao'])
})

it('who is staff no more leaves what lay on the desk, also with an old button', async () => {
  const desk: Session = {
    ...newSession('it'),
    asked: 3,
    frames: [{ dialog: 'which', state: { command: 'open', words: '' } }],
    open: { number: 3, body: [], choices: [] },
  }
  await db.source.query(`INSERT INTO session (channel, chat, state) VALUES ('telegram-staff', 'o1', $1)`, [
    JSON.stringify(desk),
  ])
  const { intake } = aProcess([], { name: 'staff', dialogs: staffDialogs, effects: {} })
  await intake.receive([
    anEvent('o1', { type: 'choice', choice: '2.send' }, { from: anAddress('o1', 'telegram-staff') }),
  ])
  expect(await answersTo('o1')).toEqual(['dialog.outdated'])
  expect(await sessionOf('o1')).toMatchObject({ frames: [] })
})

describe('stopping', () => {
  it('takes nothing new; what waits is left to the network', async () => {
    const { intake } = aProcess()
    await intake.receive([says('n1', 'one')])
    const other = await db.begin()
    await other.manager.query(`SELECT FROM session WHERE chat = 'n1' FOR UPDATE`)
    const [under, queued] = [intake.receive([says('n1', 'two')]), intake.receive([says('n1', 'three')])]
    const left = expect(queued).rejects.toThrow('Stopped before')
    await db.waiting(1)
    const stopped = intake.stop()
    await expect(intake.receive([says('n1', 'four')])).rejects.toThrow('Stopping')
    await other.commit()
    await Promise.all([under, left, stopped])
    expect(await heardBy('n1')).toEqual(['one', 'two'])
  })
})

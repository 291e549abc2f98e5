import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createBoundary } from '../src/places/boundary.js'
import { type FakeBot, type FakeBotApi, startFakeBotApi } from '../test/support/fake-bot-api/index.js'
import {
  CALLS,
  CONVERSATIONS,
  type Contender,
  PLAIN_BOTS,
  PRODUCT,
  type Running,
  start,
  WIZARD,
} from './contender.js'
import { openDatabases } from './databases.js'
import { measureLimit } from './limit.js'
import { type Figures, type Length, measure, medianOf } from './measure.js'
import { addReports } from './million.js'
import { placesIn } from './places.js'
import { createRobots, type Robots } from './robots.js'
import { type Aim, aimsTable, figuresTable, idleTable, type Line, repliesTable } from './table.js'
import { measureWhatsApp } from './whatsapp.js'

/** `npm run bench`: the product and two plain bots with the same dialog, one after the other, on this machine. */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Only the product, and on Telegram only. */
    alone: { type: 'boolean', default: false },
    /** Only what WhatsApp costs, and how fast it is. */
    whatsapp: { type: 'boolean', default: false },
    chats: { type: 'string', default: '1,50,200' },
    /** Of one measurement. */
    seconds: { type: 'string' },
    /** How often each is measured; the median counts. */
    rounds: { type: 'string' },
    reports: { type: 'string' },
    /** Passed to node in the product's process, such as `--cpu-prof`. */
    node: { type: 'string', multiple: true, default: [] },
  },
})
const READY_WITHIN_MS = 60_000
const WARM_UP_CHATS = 50
const chatCounts = options.chats.split(',').map(Number)
const length: Length = {
  warmUp: options.quick ? 1 : 2,
  seconds: Number(options.seconds ?? (options.quick ? 4 : 10)),
}
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3))
const oldReports = Number(options.reports ?? (options.quick ? 100_000 : 1_000_000))

const FULL = `${PRODUCT.name}, ${oldReports.toLocaleString('en')} reports`

const say = (words: string): boolean => process.stdout.write(`${words}\n`)
const tokenOf = (id: number): string => `${id}:AA${randomBytes(24).toString('hex').slice(0, 33)}`

/** A contender that runs, and the people who talk to it. */
interface Open {
  readonly name: string
  readonly running: Running
  readonly robots: Robots
  readonly staff: FakeBot
}

/** Starts it, with a bot and a database of its own. Whoever is not measured at the moment waits in a long poll. */
async function open(
  contender: Contender,
  name: string,
  api: FakeBotApi,
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Open> {
  bots += 1
  const bot = api.bot(tokenOf(7_200_000_000 + bots * 2), { username: `bench_${bots}_bot` })
  const staff = api.bot(tokenOf(7_200_000_001 + bots * 2), { username: `bench_${bots}_staff_bot` })
  const robots = createRobots(bot, placeOf)
  const running = start(
    contender,
    {
      DATABASE_URL: databaseUrl,
      DATA_DIR: join(folder, `data-${bots}`),
      HTTP_PORT: '0',
      TELEGRAM_CITIZEN_TOKEN: bot.token,
      TELEGRAM_STAFF_TOKEN: staff.token,
      TELEGRAM_API_ROOT: api.url,
      BENCH_TOKEN: bot.token,
      BENCH_API: api.url,
      ...more,
    },
    contender === PRODUCT ? options.node : [],
  )
  opened.push(running)
  await polled(bot)
  return { name, running, robots, staff }
}

/** Resolves when somebody asks for updates. */
async function polled({ counts }: FakeBot): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!counts.has('getUpdates')) {
    if (Date.now() > deadline) throw new Error(`Nobody polled within ${READY_WITHIN_MS} ms`)
    await sleep(50)
  }
}

/** In turn, several times: whatever else the machine does meets all of them. */
async function compare(all: readonly Open[]): Promise<Line[]> {
  for (const { running, robots } of all) await measure(running, robots, WARM_UP_CHATS, length)
  const lines: Line[] = []
  for (const chats of chatCounts) {
    const seen = new Map<string, Figures[]>()
    for (let round = 0; round < rounds; round++) {
      for (const { name, running, robots } of all) {
        await databases.settle()
        const figures = await measure(running, robots, chats, length)
        seen.set(name, [...(seen.get(name) ?? []), figures])
        say(`  ${name}, ${chats} chats: ${Math.round(figures.turnsPerSecond)} turns/s`)
      }
    }
    for (const [name, figures] of seen) lines.push({ name, chats, figures: medianOf(figures) })
  }
  return lines
}

let bots = 0
const opened: Running[] = []
const boundary = createBoundary(JSON.parse(await readFile('config/data/fossano.geojson', 'utf8')))
const placeOf = placesIn(boundary)
const folder = await mkdtemp(join(tmpdir(), 'filo-bench-data-'))
const databases = await openDatabases()
const api = await startFakeBotApi({ history: 'none' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)))
}
try {
  if (!options.whatsapp) await compareBots()
  if (!options.alone) await measureChannels()
} finally {
  await cleanUp()
}

/** The product and the plain bots, with full tables and without. */
async function compareBots(): Promise<void> {
  const mine = await databases.create('filo')
  const all = [await open(PRODUCT, PRODUCT.name, api, mine)]
  if (oldReports > 0) {
    const full = await databases.create('filo_full')
    const once = await open(PRODUCT, FULL, api, full)
    await once.running.stop()
    say(`  ${oldReports.toLocaleString('en')} reports are made …`)
    await addReports(full, oldReports, boundary.bounds)
    all.push(await open(PRODUCT, FULL, api, full))
  }
  if (!options.alone) {
    for (const [index, bot] of PLAIN_BOTS.entries())
      all.push(await open(bot, bot.name, api, await databases.create(`plain_${index}`)))
    all.push(await open(CALLS, CALLS.name, api, ''))
  }
  const lines = await compare(all)
  const limits: [number, number | undefined][] = []
  for (const chats of options.alone ? [] : chatCounts) {
    await databases.settle()
    limits.push([chats, await measureLimit(mine, chats, length.seconds)])
  }
  say(`\n${figuresTable(lines)}`)
  for (const [chats, limit] of limits) {
    say(
      limit === undefined
        ? 'The limit is not known: pgbench is not installed'
        : `One transaction per turn and nothing else (pgbench, ${chats} clients): ${Math.round(limit)} a second`,
    )
  }
  say(`\n${aimsTable(aimsOf(lines, limits))}`)
}

/** WhatsApp, by both ways, beside the Telegram line. */
async function measureChannels(): Promise<void> {
  const { idle, replies, pauses } = await measureWhatsApp({
    length,
    idleSeconds: options.quick ? 20 : 60,
    folder,
    async open(name, env) {
      const databaseUrl = await databases.create(name)
      return { ...(await open(PRODUCT, name, api, databaseUrl, env)), databaseUrl }
    },
  })
  say(`\nNobody talks, for a while:\n${idleTable(idle)}`)
  say(`\nOne chat, from what it says to the last message of the answer:\n${repliesTable(replies)}`)
  say(`Of the time with its pauses, ${Math.round(pauses * 100)} % are the pauses.`)
}

async function cleanUp(): Promise<void> {
  for (const running of opened) await running.stop()
  await api.stop()
  await databases.close()
  await rm(folder, { recursive: true, force: true })
}

function aimsOf(lines: readonly Line[], limits: readonly (readonly [number, number | undefined])[]): Aim[] {
  const of = (who: string, chats: number): Figures | undefined =>
    lines.find((line) => line.name === who && line.chats === chats)?.figures
  const aims: Aim[] = []
  for (const chats of chatCounts) {
    const product = of(PRODUCT.name, chats)
    const wizard = of(WIZARD.name, chats)
    const conversations = of(CONVERSATIONS.name, chats)
    const later = of(FULL, chats)
    const limit = limits.find(([at]) => at === chats)?.[1]
    const chatsOf = `${chats} ${chats === 1 ? 'chat' : 'chats'}`
    const add = (what: string, ratio: number | undefined, at: Aim['at'], aim: number) => {
      if (ratio !== undefined) aims.push({ what: `${chatsOf}: ${what}`, ratio, at, aim })
    }
    if (product && wizard && chats > 1)
      add('turns/s, to the wizard', product.turnsPerSecond / wizard.turnsPerSecond, 'least', 2)
    if (product && wizard && chats === 1) add('p50, to the wizard', product.p50 / wizard.p50, 'most', 1.25)
    if (product && conversations)
      add('CPU per turn, to conversations', product.cpuMsPerTurn / conversations.cpuMsPerTurn, 'most', 0.5)
    if (product && limit && chats > 1)
      add('turns/s, to one transaction per turn', product.turnsPerSecond / limit, 'least', 1)
    if (product && later) {
      add('turns/s, empty to full tables', product.turnsPerSecond / later.turnsPerSecond, 'most', 1.2)
      add('p50, full to empty tables', later.p50 / product.p50, 'most', 1.2)
    }
  }
  return aims
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createBoundary } from '../src/places/boundary.js'
import { type FakeBot, type FakeBotApi, startFakeBotApi } from '../test/support/fake-bot-api/index.js'
import { type Contender, PLAIN_BOTS, PRODUCT, start } from './contender.js'
import { type Databases, openDatabases } from './databases.js'
import { measureLimit } from './limit.js'
import { type Figures, type Length, measure } from './measure.js'
import { addReports } from './million.js'
import { placesIn } from './places.js'
import { createRobots } from './robots.js'
import { type Aim, aimsTable, figuresTable, type Line } from './table.js'

/** `npm run bench`: the product and two plain bots with the same dialog, one after the other, on this machine. */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Only the product. */
    alone: { type: 'boolean', default: false },
    chats: { type: 'string', default: '1,50,200' },
    seconds: { type: 'string' },
    reports: { type: 'string' },
    /** Passed to node in the product's process, such as `--cpu-prof`. */
    node: { type: 'string', multiple: true, default: [] },
  },
})
const READY_WITHIN_MS = 60_000
const chatCounts = options.chats.split(',').map(Number)
const length: Length = {
  warmUp: options.quick ? 2 : 4,
  seconds: Number(options.seconds ?? (options.quick ? 4 : 12)),
}
const oldReports = Number(options.reports ?? (options.quick ? 100_000 : 1_000_000))

const say = (words: string): boolean => process.stdout.write(`${words}\n`)
const tokenOf = (id: number): string => `${id}:AA${randomBytes(24).toString('hex').slice(0, 33)}`

/** Everything that a contender is told, and the robots on the other side. */
async function run(
  contender: Contender,
  name: string,
  databaseUrl: string,
  databases: Databases,
): Promise<Line[]> {
  const api = await startFakeBotApi({ history: 'none' })
  const dataDir = await mkdtemp(join(tmpdir(), 'filo-bench-data-'))
  const bot = api.bot(tokenOf(7_200_000_001), { username: 'bench_bot' })
  const robots = createRobots(bot, placeOf)
  const running = start(
    contender,
    environment(api, bot.token, databaseUrl, dataDir),
    nodeOptionsOf(contender),
  )
  try {
    await polled(bot)
    const lines: Line[] = []
    for (const chats of chatCounts) {
      await databases.settle()
      const figures = await measure(running, robots, chats, length)
      lines.push({ name, chats, figures })
      say(`  ${name}, ${chats} chats: ${Math.round(figures.turnsPerSecond)} turns/s`)
    }
    return lines
  } finally {
    await running.stop()
    await api.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Resolves when somebody asks for updates. */
async function polled({ counts }: FakeBot): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!counts.has('getUpdates')) {
    if (Date.now() > deadline) throw new Error(`Nobody polled within ${READY_WITHIN_MS} ms`)
    await sleep(50)
  }
}

const nodeOptionsOf = (contender: Contender): readonly string[] => (contender === PRODUCT ? options.node : [])

const environment = (api: FakeBotApi, token: string, databaseUrl: string, dataDir: string) => ({
  DATABASE_URL: databaseUrl,
  DATA_DIR: dataDir,
  HTTP_PORT: '0',
  TELEGRAM_CITIZEN_TOKEN: token,
  TELEGRAM_STAFF_TOKEN: api.bot(tokenOf(7_200_000_002), { username: 'bench_staff_bot' }).token,
  TELEGRAM_API_ROOT: api.url,
  BENCH_TOKEN: token,
  BENCH_API: api.url,
})

const boundary = createBoundary(JSON.parse(await readFile('config/data/fossano.geojson', 'utf8')))
const placeOf = placesIn(boundary)
const databases = await openDatabases()
try {
  const mine = await databases.create('filo')
  const lines = await run(PRODUCT, PRODUCT.name, mine, databases)
  const limits: [number, number | undefined][] = []
  const again: Line[] = []
  if (!options.alone) {
    for (const [index, bot] of PLAIN_BOTS.entries()) {
      lines.push(...(await run(bot, bot.name, await databases.create(`plain_${index}`), databases)))
    }
    for (const chats of chatCounts) {
      await databases.settle()
      limits.push([chats, await measureLimit(mine, chats, length.seconds)])
    }
  }
  if (oldReports > 0) {
    say(`  ${oldReports.toLocaleString('en')} reports are made …`)
    await addReports(mine, oldReports, boundary.bounds)
    again.push(...(await run(PRODUCT, `… with ${oldReports.toLocaleString('en')} reports`, mine, databases)))
  }
  say(`\n${figuresTable([...lines, ...again])}`)
  for (const [chats, limit] of limits) {
    say(
      limit === undefined
        ? 'The limit is not known: pgbench is not installed'
        : `One transaction per turn and nothing else (pgbench, ${chats} clients): ${Math.round(limit)} a second`,
    )
  }
  say(`\n${aimsTable(aimsOf(lines, again, limits))}`)
} finally {
  await databases.close()
}

function aimsOf(
  lines: readonly Line[],
  again: readonly Line[],
  limits: readonly (readonly [number, number | undefined])[],
): Aim[] {
  const of = (from: readonly Line[], start: string, chats: number): Figures | undefined =>
    from.find((line) => line.name.startsWith(start) && line.chats === chats)?.figures
  const aims: Aim[] = []
  for (const chats of chatCounts) {
    const product = of(lines, PRODUCT.name, chats)
    const wizard = of(lines, 'Telegraf', chats)
    const conversations = of(lines, 'grammY', chats)
    const later = of(again, '…', chats)
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

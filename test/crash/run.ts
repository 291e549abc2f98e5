import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startFakeWhatsApp } from '../support/fake-whatsapp/index.js'
import { killAll } from '../support/product-process.js'
import { openProxy } from '../support/tcp-proxy.js'
import { openTelegramTown, type TelegramTown } from '../support/telegram-town.js'
import { createChance } from './chance.js'
import { createFleet, FLEETS } from './fleet.js'
import { type Plan, type Proof, prove } from './proof.js'
import { type KillableServer, openKillableServer } from './server.js'
import { measureTakeover, type Takeover } from './takeover.js'
import { telegramCitizens } from './telegram-citizens.js'
import { whatsappCitizens } from './whatsapp-citizens.js'

/** `npm run crash`: the proof at full size. Prints a table; the exit code says whether everything holds. */

const HELP = `npm run crash -- [options]
  --whatsapp      citizens have phones on a fake WhatsApp, and the product is a linked device there
  --robots N      citizens in conversation (200; on WhatsApp 30)
  --kills N       processes of the product killed with SIGKILL (12; on WhatsApp 6)
  --seed N        another one each time; printed, and given to run the same plan again
  --fleet F       one, two (all roles twice) or split (channels, delivery twice, schedule, http) (one)
  --postgres      PostgreSQL is killed with SIGKILL between the kills of the product, and started again
  --connections   every connection to the database is broken again and again
  --outage S      the Bot API is away for S real seconds in the middle; business time moves ten minutes
  --patience S    how long a robot waits for an answer before it asks again (120)
  --takeovers N   deaths of one of two processes whose takeover is timed at the end (5; on WhatsApp none)
  --logs FILE     keeps what the processes wrote
`
const CUT_EVERY_MS = 1_500
const OUTAGE_MS = 10 * 60_000
/** Seconds of conversation for each kill: a start takes one or two of them. */
const SPAN_PER_KILL_MS = 5_000

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    whatsapp: { type: 'boolean', default: false },
    robots: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    fleet: { type: 'string', default: 'one' },
    postgres: { type: 'boolean', default: false },
    connections: { type: 'boolean', default: false },
    outage: { type: 'string', default: '0' },
    patience: { type: 'string', default: '120' },
    takeovers: { type: 'string', default: '5' },
    logs: { type: 'string' },
  },
})

const seed = Number(options.seed)
const robots = Number(options.robots ?? (options.whatsapp ? 30 : 200))
const kills = Number(options.kills ?? (options.whatsapp ? 6 : 12))

async function main(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'filo-crash-'))
  const server = await openKillableServer(folder)
  const town = await openTelegramTown({ database: server.database })
  try {
    return await Promise.race([proveAndMeasure(town, server), interrupted()])
  } finally {
    await killAll()
    await town.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Rejects at Ctrl-C, so that nothing is left running. */
const interrupted = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(signal)))
  })

async function proveAndMeasure(town: TelegramTown, server: KillableServer): Promise<boolean> {
  const { proof, postgresKills, cuts } = await proveAll(town, server)
  const takeovers = await takeoversOf(town, proof)
  return table(proof, takeovers, {
    'kills of PostgreSQL': postgresKills,
    'times all connections were cut': cuts,
  })
}

async function proveAll(town: TelegramTown, server: KillableServer) {
  const chance = createChance(seed + 2)
  const proxy = options.connections ? await openProxy(server.database.url) : undefined
  const fake = options.whatsapp ? await startFakeWhatsApp() : undefined
  const citizens = fake ? whatsappCitizens(town, fake, seed) : telegramCitizens(town, seed)
  const env = { ...town.env, ...citizens.env, DATABASE_URL: proxy?.url ?? server.database.url }
  let postgresKills = 0
  let cuts = 0
  let talking = false
  const cutting = setInterval(() => {
    if (!proxy || !talking) return
    proxy.cut()
    cuts++
  }, CUT_EVERY_MS)
  const plan: Plan = {
    seed,
    robots,
    operators: Math.ceil(robots / 25),
    kills,
    fleet: fleetOf(options.fleet),
    spanMs: kills * SPAN_PER_KILL_MS,
    thinkMs: 2_000,
    paceMs: 2_200,
    closesEach: 5,
    // Pauses of the delivery are a minute at most, and real; after an outage a chat may rest as long.
    patienceMs: (Number(options.patience) + Number(options.outage)) * 1_000,
    tell(progress, phase) {
      talking = phase === 'talking'
      process.stderr.write(`${progress}\n`)
    },
    async alsoBetween() {
      if (!options.postgres || !chance.happens(0.5)) return
      postgresKills++
      await server.kill()
      await sleep(chance.between(0, 2_000))
      await server.start()
    },
  }
  const away =
    Number(options.outage) > 0 ? outage(town, plan.spanMs / 2, Number(options.outage) * 1_000) : undefined
  const fleet = createFleet(env, plan.fleet, createChance(seed + 1))
  try {
    const proof = await prove(town, citizens, plan, fleet)
    await away
    return { proof, postgresKills, cuts }
  } finally {
    clearInterval(cutting)
    await killAll()
    if (options.logs) await writeFile(options.logs, fleet.output())
    citizens.undisturbed()
    await fake?.stop()
    await proxy?.stop()
  }
}

function fleetOf(name: string): readonly string[] {
  if (!(name in FLEETS)) throw new Error(`--fleet is one of ${Object.keys(FLEETS).join(', ')}`)
  return FLEETS[name as keyof typeof FLEETS]
}

/** The network is away for a while; every deadline of the business comes ten minutes nearer meanwhile. */
async function outage(town: TelegramTown, afterMs: number, forMs: number): Promise<void> {
  await sleep(afterMs)
  town.api.outage(true)
  await sleep(forMs / 2)
  await town.query(`UPDATE timer SET due_at = due_at - $1 * interval '1 millisecond'`, [OUTAGE_MS])
  await sleep(forMs / 2)
  town.api.outage(false)
}

async function takeoversOf(town: TelegramTown, { fleet }: Proof): Promise<Takeover[]> {
  // what is timed is the takeover of a bot
  if (fleet.deaths.length > 0 || options.whatsapp) return []
  const two = createFleet(town.env, FLEETS.two, createChance(seed))
  // One after the other: the first leads.
  for (const seat of FLEETS.two.keys()) await two.startAt(seat)
  const times: Takeover[] = []
  for (let turn = 0; turn < Number(options.takeovers); turn++) {
    times.push(await measureTakeover(town, two, turn % FLEETS.two.length))
    await two.fill()
  }
  return times
}

const TAKEOVER_WITHIN_MS = 2_000

function table(
  proof: Proof,
  takeovers: readonly Takeover[],
  also: Readonly<Record<string, number>>,
): boolean {
  const { findings, fleet } = proof
  const rows: [string, string | number, readonly string[]][] = [
    ['seed', options.seed, []],
    ['seconds', proof.seconds, []],
    ['kills of the product', fleet.kills, []],
    ...Object.entries(also).map(([what, times]): [string, number, string[]] => [what, times, []]),
    ['calls; of them with a fault', `${proof.calls}; ${proof.faultsDealt}`, []],
    ['updates stored', proof.updates, []],
    ...findings.map(({ what, seen, faults }): [string, string, readonly string[]] => [what, seen, faults]),
    ['asked again by a robot', proof.askedAgain, []],
  ]
  if (takeovers.length > 0) {
    const each = takeovers.map(({ answeredMs, sentMs }) => Math.max(answeredMs, sentMs))
    const longest = Math.max(...each)
    rows.push([
      'takeover, longest of each, ms',
      `${longest} (${each.join(', ')})`,
      longest > TAKEOVER_WITHIN_MS ? [`longer than ${TAKEOVER_WITHIN_MS} ms`] : [],
    ])
  }
  for (const [what, seen, faults] of rows) {
    process.stdout.write(`${faults.length > 0 ? 'FAULT' : '     '} ${what.padEnd(34)} ${seen}\n`)
    for (const fault of faults.slice(0, 10)) process.stdout.write(`        ${fault}\n`)
  }
  return rows.every(([, , faults]) => faults.length === 0)
}

if (options.help) process.stdout.write(HELP)
else {
  const holds = await main().catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    return false
  })
  process.exit(holds ? 0 : 1)
}

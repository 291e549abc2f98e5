import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { hashToken } from '../../src/app/invite-staff.js'
import type { FakeBot, Fault } from '../support/fake-bot-api/index.js'
import { type TelegramTown, until } from '../support/telegram-town.js'
import { createChance } from './chance.js'
import { createCitizenRobot } from './citizen-robot.js'
import { createFleet, type Fleet } from './fleet.js'
import { createStaffRobot, type StaffRobot } from './staff-robot.js'
import { type Finding, judge } from './verdict.js'

export interface Plan {
  readonly seed: number
  readonly robots: number
  readonly operators: number
  /** Deaths of a process of the product. */
  readonly kills: number
  /** Roles, one entry for each process. */
  readonly fleet: readonly string[]
  /** Robots begin within this time, and the kills fall in it. */
  readonly spanMs: number
  /** A robot's pause between two steps, at most. */
  readonly thinkMs: number
  /** An operator's pause between two steps. */
  readonly paceMs: number
  /** Of so many claimed reports one is closed. */
  readonly closesEach: number
  /** For one answer, while everything breaks. */
  readonly patienceMs: number
  /** What else happens on the way, between two kills. */
  readonly alsoBetween?: () => Promise<void>
  /** Hears how it goes. */
  readonly tell?: (progress: string, phase: 'talking' | 'settling') => void
}

export interface Proof {
  readonly findings: readonly Finding[]
  readonly fleet: Fleet
  /** Calls that the network answered with a fault. */
  readonly faultsDealt: number
  readonly calls: number
  readonly updates: number
  readonly askedAgain: number
  /** From the first robot to the last message. */
  readonly seconds: number
}

/** One call in twenty ends so; a refusal (400, 403) would be an answer, and no fault. */
const FAULTS: readonly Fault[] = [
  { kind: '500' },
  { kind: 'html' },
  { kind: '429', retryAfter: 1 },
  { kind: 'cut' },
  { kind: 'cut-after' },
  { kind: 'slow', ms: 700 },
]
const FAULTY_CALLS = 0.05
const DOUBLE_UPDATES = 0.02
const SWAPPED_UPDATES = 0.1
/** The minute in which a close can be undone passes faster: business deadlines are rows, and are moved. */
const HURRY_EVERY_MS = 1_000
const SETTLED_WITHIN_MS = 180_000

/** The whole proof on an open town. Rejects when a robot is left without an answer; else the findings say what holds. */
export async function prove(town: TelegramTown, plan: Plan, fleet?: Fleet): Promise<Proof> {
  const chance = createChance(plan.seed)
  const processes = fleet ?? createFleet(town.env, plan.fleet, createChance(plan.seed + 1))
  const bots = [town.citizens, town.staff]
  const tell = plan.tell ?? (() => undefined)
  await processes.start()
  const staff = await hire(town, plan)
  tell(`${staff.length} operators at work`, 'talking')
  for (const [index, bot] of bots.entries()) disturb(bot, plan.seed + 10 * index)
  const began = performance.now()

  const ways = { chance, patienceMs: plan.patienceMs, thinkMs: plan.thinkMs }
  const robots = Array.from({ length: plan.robots }, (_, index) =>
    createCitizenRobot(town.newCitizen(`Robot ${index}`), index, ways),
  )
  const starts = robots.map(() => chance.between(0, plan.spanMs))
  const reports = Promise.all(
    robots.map(async (robot, index) => {
      await sleep(starts[index])
      const number = await robot.report()
      tell(`report ${number}`, 'talking')
      return { robot, number }
    }),
  )
  const working = Promise.all(staff.map((one) => one.work(reports)))
  let over = false
  const hurrying = hurry(town, () => over)
  const killing = killAtRandom(processes, plan, () => chance.between(100, (2 * plan.spanMs) / plan.kills))
  try {
    const [reported] = await Promise.all([reports, working, killing])
    tell('every report has its number, every operator is done', 'settling')
    for (const bot of bots) undisturbed(bot)
    await settled(town)
    await Promise.all(robots.map((robot) => robot.talkAgain()))
    await settled(town)
    tell('every robot has talked again', 'settling')
    const findings = await judge(town, reported, staff)
    if (processes.deaths.length > 0) {
      findings.push({ what: 'processes that died by themselves', seen: '', faults: processes.deaths })
    }
    return {
      findings,
      fleet: processes,
      faultsDealt: bots.reduce((sum, { faults }) => sum + faults.dealt, 0),
      calls: bots.reduce((sum, { calls }) => sum + calls.length, 0),
      updates: (await town.query('SELECT 1 FROM inbox')).length,
      askedAgain: robots.reduce((sum, robot) => sum + robot.askedAgain, 0),
      seconds: Math.round((performance.now() - began) / 1_000),
    }
  } finally {
    over = true
    await hurrying
  }
}

function disturb(bot: FakeBot, seed: number): void {
  bot.faults.random({ rate: FAULTY_CALLS, seed, faults: FAULTS, methods: ['*', 'getUpdates'] })
  bot.updates.duplicate({ rate: DOUBLE_UPDATES, seed: seed + 1 })
  bot.updates.shuffle({ rate: SWAPPED_UPDATES, seed: seed + 2 })
}

function undisturbed(bot: FakeBot): void {
  bot.faults.clear()
  bot.updates.duplicate({ rate: 0, seed: 1 })
  bot.updates.shuffle({ rate: 0, seed: 1 })
}

/** Operators join as everybody does, by a link; a supervisor is among them, for the digest. */
async function hire(town: TelegramTown, plan: Plan): Promise<StaffRobot[]> {
  const ways = { patienceMs: plan.patienceMs, paceMs: plan.paceMs, closesEach: plan.closesEach }
  const robots = Array.from({ length: plan.operators }, (_, index) =>
    createStaffRobot(town.staff, { index, colleagues: plan.operators }, ways),
  )
  await Promise.all(
    robots.map(async ({ person }) => {
      const token = randomBytes(16).toString('hex')
      await town.query(
        `INSERT INTO invite (token_hash, role, front_desk, offices, created_at, expires_at)
         VALUES ($1, 'operator', false, '{maintenance}', now(), now() + interval '1 day')`,
        [hashToken(token)],
      )
      person.sendCommand('start', token)
      await person.waitFor('benvenuto', { timeoutMs: plan.patienceMs })
    }),
  )
  return robots
}

async function killAtRandom(fleet: Fleet, plan: Plan, pause: () => number): Promise<void> {
  while (fleet.kills < plan.kills) {
    await sleep(pause())
    await fleet.killOne()
    plan.tell?.(`kill ${fleet.kills}`, 'talking')
    await plan.alsoBetween?.()
  }
}

async function hurry(town: TelegramTown, over: () => boolean): Promise<void> {
  while (!over()) {
    await town
      .query(
        `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'tell_closed' AND due_at > now()`,
      )
      .catch(() => undefined)
    await sleep(HURRY_EVERY_MS)
  }
}

async function settled(town: TelegramTown): Promise<void> {
  const none = async (sql: string) => (await town.query(sql)).length === 0
  await until(
    'all is out, done and stored',
    async () =>
      (await none(`SELECT 1 FROM outbox WHERE status = 'waiting'`)) &&
      (await none(`SELECT 1 FROM timer WHERE kind IN ('tell_closed', 'ask_fixed')`)) &&
      (await none('SELECT 1 FROM graphile_worker.jobs')),
    SETTLED_WITHIN_MS,
  )
  await Promise.all(
    [town.citizens, town.staff].map(({ updates }) => updates.settled({ timeoutMs: SETTLED_WITHIN_MS })),
  )
}

import { setTimeout as sleep } from 'node:timers/promises'
import { joinByLink } from '../support/join-by-link.js'
import { type TelegramTown, until } from '../support/telegram-town.js'
import { createChance } from './chance.js'
import { createCitizenRobot } from './citizen-robot.js'
import type { CitizenSide } from './citizens.js'
import { createFleet, type Fleet } from './fleet.js'
import { createStaffRobot, type StaffRobot } from './staff-robot.js'
import { calmBot, disturbBot } from './telegram-citizens.js'
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
  /** For one answer, while everything breaks; on top of it come the starts that a wait may fall into. */
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

/** The minute in which a close can be undone passes faster: business deadlines are rows, and are moved. */
const HURRY_EVERY_MS = 1_000
const SETTLED_WITHIN_MS = 180_000
/** So many restarts may fall into the wait for one answer. How long one takes is the machine's. */
const RESTARTS_IN_A_WAIT = 2

/** The whole proof on an open town. Rejects when a robot is left without an answer; else the findings say what holds. */
export async function prove(
  town: TelegramTown,
  citizens: CitizenSide,
  given: Plan,
  fleet?: Fleet,
): Promise<Proof> {
  const chance = createChance(given.seed)
  const env = { ...town.env, ...citizens.env }
  const processes = fleet ?? createFleet(env, given.fleet, createChance(given.seed + 1))
  const tell = given.tell ?? (() => undefined)
  const starting = performance.now()
  await processes.start()
  const startMs = performance.now() - starting
  const plan = { ...given, patienceMs: given.patienceMs + RESTARTS_IN_A_WAIT * startMs }
  const staff = await hire(town, plan)
  tell(`${staff.length} operators at work`, 'talking')
  await citizens.open(plan.patienceMs)
  citizens.disturb(createChance(plan.seed + 3))
  disturbBot(town.staff, plan.seed + 10)
  const began = performance.now()

  const ways = { chance, patienceMs: plan.patienceMs, thinkMs: plan.thinkMs }
  const robots = Array.from({ length: plan.robots }, (_, index) =>
    createCitizenRobot(citizens.hand(index), index, ways),
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
    citizens.undisturbed()
    calmBot(town.staff)
    await settled(town, citizens)
    await Promise.all(robots.map((robot) => robot.talkAgain()))
    await settled(town, citizens)
    tell('every robot has talked again', 'settling')
    const findings = await judge(town, citizens, reported, staff)
    findings.push(mistakes(processes.output()))
    if (processes.deaths.length > 0) {
      findings.push({ what: 'processes that died by themselves', seen: '', faults: processes.deaths })
    }
    return {
      findings,
      fleet: processes,
      faultsDealt: citizens.faultsDealt + town.staff.faults.dealt,
      calls: town.citizens.calls.length + town.staff.calls.length,
      updates: (await town.query('SELECT 1 FROM inbox')).length,
      askedAgain: robots.reduce((sum, robot) => sum + robot.askedAgain, 0),
      seconds: Math.round((performance.now() - began) / 1_000),
    }
  } finally {
    over = true
    await hurrying
  }
}

/** Kills and networks are no excuse for a line that speaks of an error (pino's level 50): it is a mistake of ours. */
function mistakes(output: string): Finding {
  const faults = output
    .split('\n')
    .filter((line) => line.startsWith('{"level":50') || line.startsWith('{"level":60'))
  return { what: 'errors in the logs', seen: `${faults.length}`, faults }
}

/** Operators join as everybody does, by a link; a supervisor is among them, for the digest. */
async function hire(town: TelegramTown, plan: Plan): Promise<StaffRobot[]> {
  const ways = { patienceMs: plan.patienceMs, paceMs: plan.paceMs, closesEach: plan.closesEach }
  const robots = Array.from({ length: plan.operators }, (_, index) =>
    createStaffRobot(town.staff, { index, colleagues: plan.operators }, ways),
  )
  const joining = { role: 'operator', offices: ['maintenance'], query: town.query } as const
  await Promise.all(
    robots.map(({ person }) => joinByLink(person, { ...joining, timeoutMs: plan.patienceMs })),
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

async function settled(town: TelegramTown, citizens: CitizenSide): Promise<void> {
  const none = async (sql: string) => (await town.query(sql)).length === 0
  await until(
    'all is out, done and stored',
    async () =>
      (await none(`SELECT 1 FROM outbox WHERE status = 'waiting'`)) &&
      (await none(`SELECT 1 FROM timer WHERE kind IN ('tell_closed', 'ask_fixed')`)) &&
      (await none('SELECT 1 FROM graphile_worker.jobs')),
    SETTLED_WITHIN_MS,
  )
  await Promise.all([
    citizens.settled(SETTLED_WITHIN_MS),
    town.staff.updates.settled({ timeoutMs: SETTLED_WITHIN_MS }),
  ])
}

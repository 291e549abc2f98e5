import { setTimeout as sleep } from 'node:timers/promises'
import { type ProductProcess, startProcess } from '../support/product-process.js'
import type { Chance } from './chance.js'

/** The processes of the product, each with its roles. */
export interface Fleet {
  /** Resolves when all run. */
  start(): Promise<void>
  /** Resolves when the process at this seat runs. */
  startAt(seat: number): Promise<void>
  /** Kills one with SIGKILL and starts it again; resolves when it runs, or at once when it is to die at its start. */
  killOne(): Promise<void>
  /** Kills the process at this seat and leaves the seat empty. */
  kill(seat: number): Promise<void>
  /** Starts what does not run. */
  fill(): Promise<void>
  readonly kills: number
  /** How often a process ended by itself: never, if all is well. */
  readonly deaths: readonly string[]
  /** What all processes wrote, the dead ones too. */
  output(): string
}

/** How the work is shared out. */
export const FLEETS = {
  one: [''],
  two: ['', ''],
  split: ['channels', 'delivery', 'delivery', 'schedule', 'http'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Of the kills so many hit a process that is only just starting. */
const KILLED_AT_START = 0.25
const LONGEST_START_MS = 60_000
const STARTS = 20
const START_AGAIN_MS = 500

interface Seat {
  readonly env: Readonly<Record<string, string>>
  process?: ProductProcess
}

/** @param roles one process each; empty: all roles */
export function createFleet(
  env: Readonly<Record<string, string>>,
  roles: readonly string[],
  chance: Chance,
): Fleet {
  const seats: Seat[] = roles.map((each) => ({ env: each ? { ...env, ROLES: each } : env }))
  const all: ProductProcess[] = []
  const deaths: string[] = []
  let kills = 0

  async function kill(seat: Seat): Promise<void> {
    const { process } = seat
    if (!process) return
    seat.process = undefined
    process.kill('SIGKILL')
    if ((await process.ended) !== 'SIGKILL') deaths.push(process.output().slice(-2_000))
    kills++
  }

  /** A process that finds no database at its start ends with a sentence; its supervisor starts it again. */
  async function run(seat: Seat): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const process = startProcess(seat.env)
      seat.process = process
      all.push(process)
      const runs = process.wrote('Filo Diretto is running', LONGEST_START_MS)
      const ended = await Promise.race([runs.then(() => undefined), process.ended])
      if (ended === undefined || seat.process !== process) return
      if (ended !== 1 || attempt === STARTS)
        throw new Error(`A start ended with ${ended}:\n${process.output()}`)
      await sleep(START_AGAIN_MS)
    }
  }

  return {
    deaths,
    output: () => all.map(({ pid, output }) => `process ${pid}\n${output()}`).join('\n'),
    get kills() {
      return kills
    },
    startAt: (index) => run(seats[index] as Seat),
    async start() {
      await Promise.all(seats.map(run))
    },
    async killOne() {
      const seat = chance.pick(seats)
      await kill(seat)
      const runs = run(seat)
      if (!chance.happens(KILLED_AT_START)) return runs
      runs.catch(() => undefined)
      await sleep(chance.between(50, 1_500))
      await kill(seat)
      await run(seat)
    },
    kill: (index) => kill(seats[index] as Seat),
    async fill() {
      await Promise.all(seats.filter(({ process }) => !process).map(run))
    },
  }
}

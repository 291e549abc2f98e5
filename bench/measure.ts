import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from './contender.js'
import type { Robots } from './robots.js'

export interface Figures {
  readonly turnsPerSecond: number
  /** Milliseconds from the update handed out to the reply received. */
  readonly p50: number
  readonly p95: number
  readonly cpuMsPerTurn: number
  readonly rssMb: number
}

export interface Length {
  /** Seconds that are not counted: code gets compiled, connections are opened. */
  readonly warmUp: number
  readonly seconds: number
}

export const MB = 1024 * 1024

/** So many chats at the same time, each answered before it goes on. */
export async function measure(
  running: Running,
  robots: Robots,
  chats: number,
  { warmUp, seconds }: Length,
): Promise<Figures> {
  robots.talk(chats)
  await sleep(warmUp * 1000)
  const before = { ...(await running.read()), turns: robots.turns, at: performance.now() }
  robots.forgetTimes()
  await sleep(seconds * 1000)
  const after = { ...(await running.read()), turns: robots.turns, at: performance.now() }
  const times = robots.times()
  await robots.rest()
  const turns = after.turns - before.turns
  if (turns === 0) throw new Error(`Nobody was answered within ${seconds} s`)
  return {
    turnsPerSecond: turns / ((after.at - before.at) / 1000),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    cpuMsPerTurn: (after.cpuMicros - before.cpuMicros) / 1000 / turns,
    rssMb: after.rssBytes / MB,
  }
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** Figure by figure, the middle one of several measurements. */
export function medianOf(all: readonly Figures[]): Figures {
  const median = (of: (figures: Figures) => number): number =>
    percentile(
      all.map(of).sort((a, b) => a - b),
      0.5,
    )
  return {
    turnsPerSecond: median((one) => one.turnsPerSecond),
    p50: median((one) => one.p50),
    p95: median((one) => one.p95),
    cpuMsPerTurn: median((one) => one.cpuMsPerTurn),
    rssMb: Math.max(...all.map((one) => one.rssMb)),
  }
}

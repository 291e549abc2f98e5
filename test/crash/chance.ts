import { seededRandom } from '../support/fake-bot-api/random.js'

/** What happens by chance in a run; the same seed gives the same choices. */
export interface Chance {
  /** True with this probability. */
  happens(probability: number): boolean
  /** A whole number of milliseconds, or of anything, from `least` to below `most`. */
  between(least: number, most: number): number
  pick<T>(from: readonly T[]): T
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed)
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least))
  return {
    happens: (probability) => random() < probability,
    between,
    pick: (from) => from[between(0, from.length)] as (typeof from)[number],
  }
}

import type { Staff } from '../domain/staff.js'
import type { Town } from '../domain/town.js'
import type { Point } from '../messaging/outbound.js'
import type { Translate } from '../messaging/translate.js'

/** A street of the register that a typed address may mean. */
export interface StreetMatch {
  /** As the town writes it: "Via Giuseppe Verdi". */
  readonly street: string
  readonly houseNumber?: string
  /** Where the register has coordinates. */
  readonly point?: Point
  /** 1: the very words; lower: spelling mistakes forgiven. */
  readonly score: number
}

/** The town's geography, in memory. */
export interface Places {
  /** Is the point within the municipality? */
  contains(point: Point): boolean
  /** Best first, at most five; empty when nothing is alike enough, or without a register. */
  findStreets(words: string): readonly StreetMatch[]
}

/** What the step may know without asking. */
export interface World {
  /** Business time. */
  readonly now: Date
  readonly town: Town
  readonly places: Places
  /** Only to recognise what a person typed as one of the labels shown; what is said stays meaning. */
  readonly translate: Translate
  /** Who writes, on a staff channel; undefined: a stranger there, and always on a citizens' channel. */
  readonly staff?: Staff
}

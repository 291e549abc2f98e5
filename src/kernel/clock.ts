export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Business time: real time plus the offset that the simulator may have set. Leases and pauses never use it. */
export interface Clock {
  now(): Date
}

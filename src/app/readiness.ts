import { MINUTE, SECOND } from '../kernel/clock.js'
import type { Backlog, LineState } from './figures.js'

/** A chat whose message lies there for so long, with nobody who sends it: the sweeper looks every half second. */
export const UNATTENDED_SECONDS = MINUTE / SECOND

/** What is known of a process when it is asked whether it is ready. */
export interface Standing {
  readonly stopping: boolean
  /** Missing: the database did not answer in time. */
  readonly backlog?: Backlog
  /** Its sign of life in the database stands: without it nothing is leased or led. */
  readonly present: boolean
  /** What it takes in; empty: that is others' work. */
  readonly lines: readonly LineState[]
  readonly sends: boolean
}

/**
 * Why this process should be given nothing to do just now; empty: it is ready. Who waits for the leadership over a bot
 * is ready: within half a second it either leads or another process does. (Migrations are done before it can be asked.)
 */
export function notReadyBecause(standing: Standing): string[] {
  if (standing.stopping) return ['it is stopping']
  const { backlog, present, lines, sends } = standing
  const reasons = backlog ? [] : ['the database does not answer']
  if (!present) reasons.push('its session on the database is lost')
  for (const { channel, started } of lines) if (!started) reasons.push(`${channel} does not take in yet`)
  for (const { channel, unattendedSeconds } of (sends && backlog?.outbox) || []) {
    const isOurs = lines.some((line) => line.channel === channel && line.sends !== false)
    if (!isOurs || unattendedSeconds < UNATTENDED_SECONDS) continue
    reasons.push(`${channel}: messages wait, and nobody has sent them for ${Math.floor(unattendedSeconds)} s`)
  }
  return reasons
}

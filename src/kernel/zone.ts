import { IANAZone } from 'luxon'
import { MINUTE } from './clock.js'

/** Every switch of a zone in our century fell on a full minute (tz database). */
const MINUTES_KEPT = 10_000

/** luxon asks Intl for the offset of each instant anew, which costs more than all the rest of a report's deadlines. */
class RememberingZone extends IANAZone {
  private readonly known = new Map<number, number>()

  override offset(instant: number): number {
    const minute = Math.floor(instant / MINUTE)
    const before = this.known.get(minute)
    if (before !== undefined) return before
    const now = super.offset(instant)
    if (this.known.size >= MINUTES_KEPT) this.known.clear()
    this.known.set(minute, now)
    return now
  }
}

const zones = new Map<string, IANAZone>()

/** A zone of the tz database, such as `Europe/Rome`, for luxon. */
export function zoneOf(name: string): IANAZone {
  const zone = zones.get(name) ?? new RememberingZone(name)
  zones.set(name, zone)
  return zone
}

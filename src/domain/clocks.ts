import { DateTime } from 'luxon'
import { DAY, HOUR, MINUTE } from '../kernel/clock.js'
import { zoneOf } from '../kernel/zone.js'
import type { Town } from './town.js'

/** A day of the town's own calendar, `YYYY-MM-DD`. */
export type LocalDate = string

const REMIND_AFTER_SHARE = 0.75
/** A municipality file in which no day is open in a whole year is broken. */
const MAX_CLOSED_DAYS = 366

const isoDate = (day: DateTime): LocalDate => day.toISODate() as LocalDate

/** Easter Sunday by the Gregorian calendar (Meeus/Jones/Butcher). */
function easterSunday(year: number): DateTime {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return DateTime.utc(year, Math.floor(f / 31), (f % 31) + 1)
}

/** A day of the town's calendar; instants in milliseconds since 1970. */
interface Day {
  readonly date: LocalDate
  /** Of the local calendar, since 1970. */
  readonly number: number
  readonly startsAt: number
  /** Not always a day later: the switch to summer time takes an hour. */
  readonly endsAt: number
  readonly isOpen: boolean
  readonly opensAt: number
  readonly closesAt: number
  readonly digestAt: number
}

const DAYS_KEPT = 10_000
const calendars = new WeakMap<Town, Map<number, Day>>()

/** Each day is reckoned once: every report's clock asks for the same few. */
function dayNumbered(town: Town, number: number): Day {
  const known = calendars.get(town) ?? new Map<number, Day>()
  calendars.set(town, known)
  const before = known.get(number)
  if (before !== undefined) return before
  if (known.size >= DAYS_KEPT) known.clear()
  const day = reckonDay(town, number)
  known.set(number, day)
  return day
}

function reckonDay(town: Town, number: number): Day {
  const start = DateTime.fromMillis(number * DAY, { zone: 'utc' })
    .setZone(zoneOf(town.timeZone), { keepLocalTime: true })
    .startOf('day')
  const date = isoDate(start)
  // Reckoned from the day's first offset: a time that the switch to summer time skips is an hour later, one that comes
  // twice is the first of both.
  const timeOn = (time: string): number => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return start.set({ hour, minute }).toMillis()
  }
  return {
    date,
    number,
    startsAt: start.toMillis(),
    endsAt: start.plus({ days: 1 }).startOf('day').toMillis(),
    isOpen: isOpenOn(town, start, date),
    opensAt: timeOn(town.working.from),
    closesAt: timeOn(town.working.to),
    digestAt: timeOn(town.digestAt),
  }
}

function isOpenOn(town: Town, day: DateTime, date: LocalDate): boolean {
  const { days, holidays } = town.working
  if (!days.includes(day.weekday) || holidays.includes(date) || holidays.includes(date.slice(5))) return false
  return date !== isoDate(easterSunday(day.year).plus({ days: 1 }))
}

function dayOf(town: Town, instant: number): Day {
  const offsetMs = zoneOf(town.timeZone).offset(instant) * MINUTE
  return dayNumbered(town, Math.floor((instant + offsetMs) / DAY))
}

/** The town's own date at this moment. */
export const localDate = (town: Town, instant: Date): LocalDate => dayOf(town, instant.getTime()).date

/** Are the offices open on this day of the town's calendar? */
export const isWorkingDay = (town: Town, date: LocalDate): boolean =>
  dayNumbered(town, Date.parse(`${date}T00:00:00Z`) / DAY).isOpen

function nextOpen(town: Town, day: Day): Day {
  for (let ahead = 1; ahead <= MAX_CLOSED_DAYS; ahead++) {
    const next = dayNumbered(town, day.number + ahead)
    if (next.isOpen) return next
  }
  throw new Error(`${town.name} has no open day in a year`)
}

/** The stretches that count, from this instant on. */
function* openFrom(town: Town, instant: number): Generator<{ from: number; until: number }, never> {
  const today = dayOf(town, instant)
  if (today.isOpen) yield { from: instant, until: today.endsAt }
  for (let day = nextOpen(town, today); ; day = nextOpen(town, day))
    yield { from: day.startsAt, until: day.endsAt }
}

/** When so much counted time has passed; a day has as many hours as the switch to summer time leaves it. */
function afterCounted(town: Town, start: Date, ms: number): Date {
  if (town.claim.mode === 'calendar') return new Date(start.getTime() + ms)
  let left = ms
  for (const { from, until } of openFrom(town, start.getTime())) {
    // Not "<=": what ends with the day ends at midnight, and that may be a closed day's.
    if (left < until - from) return new Date(from + left)
    left -= until - from
  }
  throw new Error('Open days have no end')
}

function countedBetween(town: Town, start: Date, end: Date): number {
  if (town.claim.mode === 'calendar') return end.getTime() - start.getTime()
  let counted = 0
  for (const { from, until } of openFrom(town, start.getTime())) {
    if (from >= end.getTime()) return counted
    counted += Math.min(end.getTime(), until) - from
  }
  return counted
}

/**
 * By when somebody should have taken the report in charge. `working`: the hours stand still on days when the offices
 * are closed, whole days from 00:00 to 24:00; so Friday 18:00 becomes Monday 18:00.
 */
export const claimDueAt = (town: Town, from: Date): Date => afterCounted(town, from, town.claim.hours * HOUR)

/** When three quarters of the counted time between the two are over: the office is reminded. */
export const remindAt = (town: Town, from: Date, due: Date): Date =>
  afterCounted(town, from, Math.round(countedBetween(town, from, due) * REMIND_AFTER_SHARE))

/** The moment itself while the offices are open, else when they open next: nobody's phone rings at night. */
export function inOfficeHours(town: Town, moment: Date): Date {
  const at = moment.getTime()
  const day = dayOf(town, at)
  if (day.isOpen && at < day.opensAt) return new Date(day.opensAt)
  if (day.isOpen && at < day.closesAt) return moment
  return new Date(nextOpen(town, day).opensAt)
}

/** The first moment of a digest after this one. */
export function nextDigestAt(town: Town, after: Date): Date {
  const today = dayOf(town, after.getTime())
  const next = today.digestAt > after.getTime() ? today : dayNumbered(town, today.number + 1)
  return new Date(next.digestAt)
}

/**
 * The local date whose digest should be sent now, or null: the hour is past and none was sent for today.
 * Missed days become one, so only today's date ever comes back.
 */
export function digestDue(town: Town, now: Date, lastLocalDate?: LocalDate): LocalDate | null {
  const today = dayOf(town, now.getTime())
  if (lastLocalDate !== undefined && lastLocalDate >= today.date) return null
  return now.getTime() >= today.digestAt ? today.date : null
}

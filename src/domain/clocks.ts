import { DateTime } from 'luxon'
import { HOUR } from '../kernel/clock.js'
import type { Town } from './town.js'

/** A day of the town's own calendar, `YYYY-MM-DD`. */
export type LocalDate = string

const REMIND_AFTER_SHARE = 0.75
/** A municipality file in which no day is open in a whole year is broken. */
const MAX_CLOSED_DAYS = 366

const local = (town: Town, instant: Date): DateTime => DateTime.fromJSDate(instant, { zone: town.timeZone })

const isoDate = (day: DateTime): LocalDate => day.toISODate() as LocalDate

/** The town's own date at this moment. */
export const localDate = (town: Town, instant: Date): LocalDate => isoDate(local(town, instant))

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

const openDays = new WeakMap<Town, Map<LocalDate, boolean>>()

/** Each day is looked up once: every report's clock asks for the same few. */
function isOpen(town: Town, day: DateTime): boolean {
  const date = isoDate(day)
  const known = openDays.get(town) ?? new Map<LocalDate, boolean>()
  openDays.set(town, known)
  const open = known.get(date) ?? isOpenOn(town, day, date)
  known.set(date, open)
  return open
}

function isOpenOn(town: Town, day: DateTime, date: LocalDate): boolean {
  const { days, holidays } = town.working
  if (!days.includes(day.weekday) || holidays.includes(date) || holidays.includes(date.slice(5))) return false
  return date !== isoDate(easterSunday(day.year).plus({ days: 1 }))
}

/** Are the offices open on this day of the town's calendar? */
export const isWorkingDay = (town: Town, date: LocalDate): boolean =>
  isOpen(town, DateTime.fromISO(date, { zone: town.timeZone }))

/** The instant itself on an open day, else 00:00 of the next open one. */
function firstOpen(town: Town, instant: DateTime): DateTime {
  let at = instant
  for (let closed = 0; !isOpen(town, at); closed++) {
    if (closed > MAX_CLOSED_DAYS) throw new Error(`${town.name} has no open day in a year`)
    at = at.plus({ days: 1 }).startOf('day')
  }
  return at
}

const endOfDay = (day: DateTime): DateTime => day.plus({ days: 1 }).startOf('day')

/** When so much counted time has passed; a day has as many hours as the switch to summer time leaves it. */
function afterCounted(town: Town, from: Date, ms: number): Date {
  if (town.claim.mode === 'calendar') return new Date(from.getTime() + ms)
  let at = firstOpen(town, local(town, from))
  let left = ms
  for (;;) {
    const today = endOfDay(at).toMillis() - at.toMillis()
    // Not "<=": what ends with the day ends at midnight, and that may be a closed day's.
    if (left < today) return at.plus({ milliseconds: left }).toJSDate()
    left -= today
    at = firstOpen(town, endOfDay(at))
  }
}

function countedBetween(town: Town, from: Date, until: Date): number {
  if (town.claim.mode === 'calendar') return until.getTime() - from.getTime()
  const end = until.getTime()
  let counted = 0
  let at = firstOpen(town, local(town, from))
  while (at.toMillis() < end) {
    counted += Math.min(end, endOfDay(at).toMillis()) - at.toMillis()
    at = firstOpen(town, endOfDay(at))
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
  const at = local(town, moment)
  const { from, to } = town.working
  const [opens, closes] = [timeOn(at, from), timeOn(at, to)]
  if (isOpen(town, at) && at < opens) return opens.toJSDate()
  if (isOpen(town, at) && at < closes) return moment
  return timeOn(firstOpen(town, endOfDay(at)), from).toJSDate()
}

function timeOn(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return day.startOf('day').set({ hour, minute })
}

/**
 * The digest's moment on the local day of this instant. Reckoned from the day's first offset: a time that the switch
 * to summer time skips is an hour later, one that comes twice is the first of both.
 */
const digestOn = (town: Town, day: DateTime): DateTime => timeOn(day, town.digestAt)

/** The first moment of a digest after this one. */
export function nextDigestAt(town: Town, after: Date): Date {
  const today = digestOn(town, local(town, after))
  const next =
    today.toMillis() > after.getTime() ? today : digestOn(town, local(town, after).plus({ days: 1 }))
  return next.toJSDate()
}

/**
 * The local date whose digest should be sent now, or null: the hour is past and none was sent for today.
 * Missed days become one, so only today's date ever comes back.
 */
export function digestDue(town: Town, now: Date, lastLocalDate?: LocalDate): LocalDate | null {
  const at = local(town, now)
  const today = isoDate(at)
  if (lastLocalDate !== undefined && lastLocalDate >= today) return null
  return now.getTime() >= digestOn(town, at).toMillis() ? today : null
}

import {
  claimDueAt,
  digestDue,
  isWorkingDay,
  localDate,
  nextDigestAt,
  remindAt,
} from '../../src/domain/clocks.js'
import type { ClockMode } from '../../src/domain/town.js'
import { HOUR, MINUTE } from '../../src/kernel/clock.js'
import { aClockTown } from '../support/clock-town.js'
import fc from '../support/properties.js'

const instant = fc.date({
  min: new Date('2024-01-01T00:00:00Z'),
  max: new Date('2030-01-01T00:00:00Z'),
  noInvalidDate: true,
})
/** Hours around the switches of 2025 and 2026: where mistakes live. */
const aroundSwitch = fc
  .tuple(
    fc.constantFrom('2025-03-30T01:00Z', '2025-10-26T01:00Z', '2026-03-29T01:00Z', '2026-10-25T01:00Z'),
    fc.integer({ min: -72 * 60, max: 72 * 60 }),
  )
  .map(([at, minutes]) => new Date(new Date(at).getTime() + minutes * MINUTE))
const moment = fc.oneof(instant, aroundSwitch)
const town = fc
  .record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    hours: fc.integer({ min: 1, max: 120 }),
    mode: fc.constantFrom<ClockMode>('calendar', 'working'),
    digestAt: fc.constantFrom('00:00', '02:30', '08:00', '23:59'),
  })
  .map(({ days, hours, mode, digestAt }) => {
    const plain = aClockTown()
    return aClockTown({ working: { ...plain.working, days }, claim: { hours, mode }, digestAt })
  })

/** Counts hour by hour, without the code under test's arithmetic. */
function openHoursBetween(where: ReturnType<typeof aClockTown>, from: Date, until: Date): number {
  let ms = 0
  for (let at = from.getTime(); at < until.getTime(); ) {
    const step = Math.min(HOUR - (at % HOUR), until.getTime() - at)
    if (isWorkingDay(where, localDate(where, new Date(at)))) ms += step
    at += step
  }
  return ms / HOUR
}

test('who reports later is never due earlier', () => {
  fc.assert(
    fc.property(town, moment, fc.integer({ min: 0, max: 96 * 60 }), (where, from, minutes) => {
      const later = new Date(from.getTime() + minutes * MINUTE)
      expect(claimDueAt(where, later).getTime()).toBeGreaterThanOrEqual(claimDueAt(where, from).getTime())
    }),
  )
})

test('working: never due, never reminded on a closed day', () => {
  fc.assert(
    fc.property(town, moment, (where, from) => {
      fc.pre(where.claim.mode === 'working')
      const due = claimDueAt(where, from)
      expect(isWorkingDay(where, localDate(where, due))).toBe(true)
      expect(isWorkingDay(where, localDate(where, remindAt(where, from, due)))).toBe(true)
    }),
  )
})

test('working: exactly the counted hours lie between, three quarters of them before the reminder', () => {
  fc.assert(
    fc.property(town, moment, (where, from) => {
      fc.pre(where.claim.mode === 'working')
      const due = claimDueAt(where, from)
      expect(openHoursBetween(where, from, due)).toBeCloseTo(where.claim.hours, 5)
      expect(openHoursBetween(where, from, remindAt(where, from, due))).toBeCloseTo(
        where.claim.hours * 0.75,
        5,
      )
    }),
    { numRuns: 60 },
  )
})

test('calendar: real hours, whatever the wall clock does', () => {
  fc.assert(
    fc.property(town, moment, (where, from) => {
      fc.pre(where.claim.mode === 'calendar')
      expect(claimDueAt(where, from).getTime() - from.getTime()).toBe(where.claim.hours * HOUR)
    }),
  )
})

test('the reminder comes after the report and before its end', () => {
  fc.assert(
    fc.property(town, moment, (where, from) => {
      const due = claimDueAt(where, from)
      const reminder = remindAt(where, from, due)
      expect(reminder.getTime()).toBeGreaterThan(from.getTime())
      expect(reminder.getTime()).toBeLessThanOrEqual(due.getTime())
    }),
  )
})

test('the next digest is ahead, at most 25 hours away, and due when its moment has come', () => {
  fc.assert(
    fc.property(town, moment, (where, after) => {
      const at = nextDigestAt(where, after)
      expect(at.getTime()).toBeGreaterThan(after.getTime())
      expect(at.getTime() - after.getTime()).toBeLessThanOrEqual(25 * HOUR)
      expect(digestDue(where, at)).toBe(localDate(where, at))
      const before = new Date(at.getTime() - 1)
      expect(digestDue(where, before, localDate(where, new Date(at.getTime() - 25 * HOUR)))).not.toBe(
        localDate(where, at),
      )
    }),
  )
})

test('looking every minute, each local day gets exactly one digest', () => {
  fc.assert(
    fc.property(town, aroundSwitch, (where, start) => {
      const sent: string[] = []
      for (let minute = 0; minute < 72 * 60; minute += 7) {
        const date = digestDue(where, new Date(start.getTime() + minute * MINUTE), sent.at(-1))
        if (date) sent.push(date)
      }
      expect(new Set(sent).size).toBe(sent.length)
      expect(sent.length).toBeGreaterThanOrEqual(where.digestAt === '23:59' ? 0 : 3)
    }),
    { numRuns: 5 },
  )
})

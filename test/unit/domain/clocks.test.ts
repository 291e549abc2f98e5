import { DateTime } from 'luxon'
import {
  claimDueAt,
  digestDue,
  inOfficeHours,
  isWorkingDay,
  localDate,
  nextDigestAt,
  remindAt,
} from '../../../src/domain/clocks.js'
import { aClockTown } from '../../support/clock-town.js'

const working = aClockTown()
const calendar = aClockTown({ claim: { hours: 24, mode: 'calendar' } })
const rome = (iso: string): Date => DateTime.fromISO(iso, { zone: 'Europe/Rome' }).toJSDate()
const inRome = (date: Date): string =>
  DateTime.fromJSDate(date, { zone: 'Europe/Rome' }).toFormat("yyyy-MM-dd'T'HH:mm")

describe('claimDueAt, working days', () => {
  test.each([
    // 2025-11-24 is a Monday.
    ['Monday morning', '2025-11-24T09:00', '2025-11-25T09:00'],
    ['Monday night, outside office hours', '2025-11-24T23:30', '2025-11-25T23:30'],
    ['Thursday evening', '2025-11-27T18:00', '2025-11-28T18:00'],
    ['Friday evening', '2025-11-28T18:00', '2025-12-01T18:00'],
    ['Friday, last minute', '2025-11-28T23:59', '2025-12-01T23:59'],
    ['Saturday: the clock starts at Monday 00:00', '2025-11-29T11:00', '2025-12-02T00:00'],
    ['Sunday night', '2025-11-30T23:59', '2025-12-02T00:00'],
    ['Monday 00:00 itself', '2025-12-01T00:00', '2025-12-02T00:00'],
    ['Friday 00:00 ends with Friday: nothing is due on Saturday', '2025-11-28T00:00', '2025-12-01T00:00'],
    ['a holiday on Monday (8 December)', '2025-12-05T18:00', '2025-12-09T18:00'],
    ['filed on that holiday', '2025-12-08T10:00', '2025-12-10T00:00'],
    ['Christmas, St Stephen and the week-end', '2025-12-24T15:00', '2025-12-29T15:00'],
    ['over the new year', '2025-12-31T12:00', '2026-01-02T12:00'],
    ['Easter Monday', '2026-04-03T17:00', '2026-04-07T17:00'],
    ['the day of the patron saint, a Monday (3 May 2027)', '2027-04-30T17:00', '2027-05-04T17:00'],
    ['a day closed once', '2025-08-14T12:00', '2025-08-19T12:00'],
    ['the week-end of the switch to summer time', '2026-03-27T18:00', '2026-03-30T18:00'],
    ['the week-end of the switch back', '2025-10-24T18:00', '2025-10-27T18:00'],
  ])('%s', (_what, from, due) => {
    expect(inRome(claimDueAt(working, rome(from)))).toBe(due)
  })

  test.each([
    ['has 23 hours', '2026-03-28T18:00', '2026-03-29T19:00'],
    ['has 25 hours', '2025-10-25T18:00', '2025-10-26T17:00'],
  ])('an open day of the switch %s', (_what, from, due) => {
    const alwaysOpen = aClockTown({
      working: { ...working.working, days: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
    })
    expect(inRome(claimDueAt(alwaysOpen, rome(from)))).toBe(due)
  })

  test('more hours than a day', () => {
    const slow = aClockTown({ claim: { hours: 72, mode: 'working' } })
    expect(inRome(claimDueAt(slow, rome('2025-11-27T10:00')))).toBe('2025-12-02T10:00')
  })

  test('a town that never opens is a broken assumption', () => {
    const closed = aClockTown({ working: { ...working.working, days: [] } })
    expect(() => claimDueAt(closed, rome('2025-11-24T09:00'))).toThrow('no open day')
  })
})

describe('claimDueAt, calendar', () => {
  test.each([
    ['Friday evening', '2025-11-28T18:00', '2025-11-29T18:00'],
    ['Christmas', '2025-12-24T18:00', '2025-12-25T18:00'],
    ['24 real hours when an hour is skipped', '2026-03-28T18:00', '2026-03-29T19:00'],
    ['24 real hours when an hour comes twice', '2025-10-25T18:00', '2025-10-26T17:00'],
  ])('%s', (_what, from, due) => {
    expect(inRome(claimDueAt(calendar, rome(from)))).toBe(due)
  })
})

describe('remindAt: three quarters of the counted time', () => {
  test.each([
    ['within a week', working, '2025-11-24T09:00', '2025-11-25T03:00'],
    ['over the week-end', working, '2025-11-28T18:00', '2025-12-01T12:00'],
    ['before the week-end', working, '2025-11-28T05:00', '2025-11-28T23:00'],
    [
      'what would fall on midnight moves behind the closed days',
      working,
      '2025-11-28T06:00',
      '2025-12-01T00:00',
    ],
    ['filed on a closed day', working, '2025-11-29T11:00', '2025-12-01T18:00'],
    ['calendar', calendar, '2025-11-28T18:00', '2025-11-29T12:00'],
  ])('%s', (_what, town, from, expected) => {
    expect(inRome(remindAt(town, rome(from), claimDueAt(town, rome(from))))).toBe(expected)
  })
})

describe('inOfficeHours', () => {
  const town = aClockTown({ working: { ...working.working, from: '08:30', to: '16:30' } })
  test.each([
    ['while open', '2025-11-24T10:00', '2025-11-24T10:00'],
    ['at the opening', '2025-11-24T08:30', '2025-11-24T08:30'],
    ['before it', '2025-11-24T03:00', '2025-11-24T08:30'],
    ['at the end of the day', '2025-11-24T16:30', '2025-11-25T08:30'],
    ['on Friday evening', '2025-11-28T18:00', '2025-12-01T08:30'],
    ['on a Sunday', '2025-11-30T10:00', '2025-12-01T08:30'],
    ['over Christmas', '2025-12-24T17:00', '2025-12-29T08:30'],
  ])('%s', (_what, moment, expected) => {
    expect(inRome(inOfficeHours(town, rome(moment)))).toBe(expected)
  })
})

describe('isWorkingDay', () => {
  test.each([
    ['2025-11-24', true],
    ['2025-11-29', false],
    ['2025-11-30', false],
    ['2025-12-08', false],
    ['2025-12-25', false],
    ['2025-08-15', false],
    ['2025-08-18', false],
    ['2026-08-18', true],
    ['2026-05-03', false],
    ['2024-04-01', false],
    ['2025-04-21', false],
    ['2026-04-06', false],
    ['2027-03-29', false],
    ['2038-04-26', false],
    ['2025-04-22', true],
    ['2024-02-29', true],
  ])('%s: %s', (date, open) => {
    expect(isWorkingDay(working, date)).toBe(open)
  })
})

test('localDate is the town’s, not UTC’s', () => {
  expect(localDate(working, new Date('2025-11-23T22:59:59Z'))).toBe('2025-11-23')
  expect(localDate(working, new Date('2025-11-23T23:00:00Z'))).toBe('2025-11-24')
  expect(localDate(working, new Date('2025-07-01T22:00:00Z'))).toBe('2025-07-02')
})

describe('the digest', () => {
  test.each([
    ['before the hour', '2025-11-24T07:59', '2025-11-24T08:00'],
    ['at the hour', '2025-11-24T08:00', '2025-11-25T08:00'],
    ['after the hour', '2025-11-24T20:00', '2025-11-25T08:00'],
    ['on a Saturday too', '2025-11-28T20:00', '2025-11-29T08:00'],
    ['over the switch to summer time', '2026-03-28T09:00', '2026-03-29T08:00'],
    ['over the switch back', '2025-10-25T09:00', '2025-10-26T08:00'],
    ['over the year’s end', '2025-12-31T09:00', '2026-01-01T08:00'],
  ])('next %s', (_what, after, expected) => {
    expect(inRome(nextDigestAt(working, rome(after)))).toBe(expected)
  })

  test('at an hour that the switch skips it comes an hour later, and once', () => {
    const early = aClockTown({ digestAt: '02:30' })
    expect(inRome(nextDigestAt(early, rome('2026-03-29T00:00')))).toBe('2026-03-29T03:30')
    expect(inRome(nextDigestAt(early, rome('2026-03-29T03:30')))).toBe('2026-03-30T02:30')
  })

  test('at an hour that comes twice it comes once', () => {
    const early = aClockTown({ digestAt: '02:30' })
    const first = nextDigestAt(early, rome('2025-10-26T00:00'))
    expect(first.toISOString()).toBe('2025-10-26T00:30:00.000Z')
    expect(inRome(nextDigestAt(early, first))).toBe('2025-10-27T02:30')
  })

  test.each([
    ['before the hour', '2025-11-24T07:59', '2025-11-23', null],
    ['at the hour', '2025-11-24T08:00', '2025-11-23', '2025-11-24'],
    ['late rather than never', '2025-11-24T22:00', '2025-11-23', '2025-11-24'],
    ['once', '2025-11-24T08:01', '2025-11-24', null],
    ['the very first', '2025-11-24T08:01', undefined, '2025-11-24'],
    ['the very first, too early', '2025-11-24T06:00', undefined, null],
    ['missed days become one', '2025-11-24T09:00', '2025-11-10', '2025-11-24'],
    ['a clock that was moved back', '2025-11-24T09:00', '2025-11-30', null],
  ])('due %s', (_what, now, last, expected) => {
    expect(digestDue(working, rome(now), last)).toBe(expected)
  })
})

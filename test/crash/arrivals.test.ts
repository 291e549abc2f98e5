import { compareArrivals } from './arrivals.js'

const expected = ['a', 'b', 'a', 'c']

test.each([
  ['as it was to be', 'abac', 0],
  ['one twice', 'abbac', 1],
  ['all from the second on once more', 'abaabac', 3],
  ['the last one late and again', 'abaacc', 2],
])('in order, with repeats: %s', (_, arrived, repeats) => {
  expect(compareArrivals(expected, [...arrived])).toEqual({ ok: true, repeats })
})

test.each([
  ['one is missing', 'abc', 'overtaken or unknown', 'c'],
  ['the last is missing', 'aba', 'never arrived', 'c'],
  ['one overtook', 'acba', 'overtaken or unknown', 'c'],
  ['nobody said it', 'abax', 'overtaken or unknown', 'x'],
  ['nothing came', '', 'never arrived', 'a'],
])('not as promised: %s', (_, arrived, why, message) => {
  expect(compareArrivals(expected, [...arrived])).toEqual({ ok: false, why, message })
})

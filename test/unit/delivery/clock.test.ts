import { createMovableClock } from '../../../src/delivery/clock.js'
import { DAY, HOUR, MINUTE } from '../../../src/kernel/clock.js'

/** Something due at each of these distances from now, done when the clock has reached it. */
function stage(distances: readonly number[], offset = 0) {
  const start = Date.now() + offset
  const due = distances.map((distance) => start + distance).sort((a, b) => a - b)
  const kept: number[] = []
  const fired: number[] = []
  const clock = createMovableClock(
    offset,
    async (ms) => {
      kept.push(ms)
    },
    {
      nextDue: async () => (due[0] === undefined ? undefined : new Date(due[0])),
      async tick() {
        const now = clock.now().getTime()
        let count = 0
        for (; due[0] !== undefined && due[0] <= now; count++) {
          fired.push(Math.round((now - (due.shift() ?? 0)) / MINUTE))
        }
        return count
      },
    },
  )
  const minutesOn = () => Math.round((clock.now().getTime() - start) / MINUTE)
  return { clock, kept, fired, minutesOn }
}

test('stops at every due moment on the way, and not beyond', async () => {
  const { clock, fired, minutesOn } = stage([5 * MINUTE, 5 * MINUTE, HOUR, 3 * HOUR])
  expect(await clock.advance(2 * HOUR)).toBe(3)
  // Nothing was late: the clock stood at each moment when it came.
  expect(fired).toEqual([0, 0, 0])
  expect(minutesOn()).toBe(120)
})

test('keeps its offset, so that a restart goes on from there', async () => {
  const { clock, kept, minutesOn } = stage([], DAY)
  await clock.advance(HOUR)
  expect(minutesOn()).toBe(60)
  expect(Math.round((kept.at(-1) ?? 0) / MINUTE)).toBe((DAY + HOUR) / MINUTE)
})

test('two movements at once come one after the other', async () => {
  const { clock, fired, minutesOn } = stage([90 * MINUTE])
  const moved = await Promise.all([clock.advance(HOUR), clock.advance(HOUR)])
  expect([moved, fired, minutesOn()]).toEqual([[0, 1], [0], 120])
})

test('goes on after a movement that failed', async () => {
  let away = true
  const clock = createMovableClock(0, async () => undefined, {
    nextDue: async () => undefined,
    async tick() {
      if (away) throw new Error('away')
      return 0
    },
  })
  await expect(clock.advance(HOUR)).rejects.toThrow('away')
  away = false
  expect(await clock.advance(HOUR)).toBe(0)
})

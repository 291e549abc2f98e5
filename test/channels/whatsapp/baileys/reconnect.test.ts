import { createPace } from '../../../../src/channels/whatsapp/baileys/pace.js'
import {
  afterClose,
  failuresAfter,
  pauseMs,
  type Went,
} from '../../../../src/channels/whatsapp/baileys/reconnect.js'

const KNOWN = [401, 403, 405, 408, 411, 428, 440, 500, 503, 515]

test.each([
  [401, 'link-again'],
  [403, 'stop'],
  [405, 'stop'],
  [408, 'connect'],
  [411, 'stop'],
  [428, 'connect'],
  [440, 'yield'],
  [500, 'connect'],
  [503, 'connect'],
  [515, 'connect'],
] as const)('%i: %s', (code, what) => {
  expect(afterClose(code).do).toBe(what)
})

test('only 515 is at once, only 500 wants a person as well', () => {
  const connecting = KNOWN.map((code) => [code, afterClose(code)] as const)
  const atOnce = connecting.filter(([, next]) => next.do === 'connect' && next.when === 'at-once')
  const alerting = connecting.filter(([, next]) => next.do === 'connect' && next.alert !== undefined)
  expect(atOnce.map(([code]) => code)).toEqual([515])
  expect(alerting.map(([code]) => code)).toEqual([500])
})

test('what is in no row is tried again later, and never forgets the keys or stops', () => {
  for (let code = 100; code < 1_000; code++) {
    if (!KNOWN.includes(code)) expect(afterClose(code)).toEqual({ do: 'connect', when: 'later' })
  }
  expect(afterClose(undefined)).toEqual({ do: 'connect', when: 'later' })
})

test('pauses grow to two minutes, and never in step', () => {
  const highest = [1, 2, 3, 8, 100].map((failures) => pauseMs(failures, 1))
  expect(highest).toEqual([1_000, 2_000, 4_000, 120_000, 120_000])
  expect(pauseMs(3, 0)).toBe(2_000)
})

const SHUT: Went = { stoodMs: 0, exchanged: false }
const IDLE: Went = { stoodMs: 5_000, exchanged: false }
const USED: Went = { stoodMs: 5_000, exchanged: true }
const STEADY: Went = { stoodMs: 31_000, exchanged: false }
const times = (number: number, went: Went): Went[] => Array.from({ length: number }, () => went)

describe('pauses after connections that went like this, in seconds at most', () => {
  test.each<[string, readonly Went[], readonly number[]]>([
    ['never let in', times(9, SHUT), [1, 2, 4, 8, 16, 32, 64, 120, 120]],
    ['let in for seconds, and nothing to say', times(9, IDLE), [1, 2, 4, 8, 16, 32, 64, 120, 120]],
    ['let in for seconds, and used', times(9, USED), [1, 2, 4, 8, 16, 16, 16, 16, 16]],
    ['used for moments, before it was open', times(6, { stoodMs: 0, exchanged: true }), [1, 2, 4, 8, 16, 16]],
    ['used again after a long outage', [...times(7, SHUT), USED], [1, 2, 4, 8, 16, 32, 64, 16]],
    ['used, then for nothing', [...times(6, USED), ...times(3, IDLE)], [1, 2, 4, 8, 16, 16, 32, 64, 120]],
    ['one that stood', [...times(5, SHUT), STEADY, SHUT], [1, 2, 4, 8, 16, 1, 2]],
  ])('%s', (_, connections, seconds) => {
    let failures = 0
    const pauses = connections.map((went) => {
      failures = failuresAfter(failures, went)
      return pauseMs(failures, 1)
    })
    expect(pauses).toEqual(seconds.map((each) => each * 1_000))
  })

  test.each([
    ['never let in', SHUT, 70],
    ['let in for a second, and nothing to say', { stoodMs: 1_000, exchanged: false }, 70],
    ['let in for a second, and used', { stoodMs: 1_000, exchanged: true }, 405],
  ])('however short the pauses are by chance, an hour has few tries: %s', (_, went, most) => {
    let [failures, tries] = [0, 0]
    for (let now = 0; now < 3_600_000; now += went.stoodMs + pauseMs(failures, 0)) {
      tries += 1
      failures = failuresAfter(failures, went)
    }
    expect(tries).toBeLessThan(most)
  })
})

describe('the pace', () => {
  function aPace(chance: number) {
    let now = 0
    const slept: number[] = []
    const pace = createPace({
      chance: () => chance,
      now: () => now,
      sleep: async (ms) => void slept.push(ms),
    })
    return { pace, slept, pass: (ms: number) => (now += ms) }
  }

  test('lets a lone message go at once, and a second one after a gap that is never the same', async () => {
    for (const [chance, gap] of [
      [0, 350],
      [0.5, 725],
      [1, 1_100],
    ] as const) {
      const { pace, slept, pass } = aPace(chance)
      expect(await pace.turn()).toBeUndefined()
      expect(await pace.turn()).toBeUndefined()
      expect(slept).toEqual([gap])
      pass(10_000)
      expect(await pace.turn()).toBeUndefined()
      expect(slept).toEqual([gap])
    }
  })

  test('asks who would wait too long to come back, and gives away no turn for it', async () => {
    const { pace, pass } = aPace(1)
    const answers = await Promise.all(Array.from({ length: 12 }, () => pace.turn()))
    expect(answers.filter((ms) => ms === undefined)).toHaveLength(8)
    expect(answers.at(-1)).toBe(8_800)
    pass(8_800)
    expect(await pace.turn()).toBeUndefined()
  })
})

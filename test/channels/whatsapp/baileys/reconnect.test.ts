import { createPace } from '../../../../src/channels/whatsapp/baileys/pace.js'
import { afterClose, pauseMs } from '../../../../src/channels/whatsapp/baileys/reconnect.js'

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

import { pauseMs } from '../../../src/channels/telegram/patience.js'

describe('pauses between attempts', () => {
  it('double, up to half a minute', () => {
    expect([1, 2, 3, 7, 100].map((failures) => pauseMs(failures, 1))).toEqual([
      500, 1_000, 2_000, 30_000, 30_000,
    ])
  })

  it('vary by half, so that processes do not ask in step', () => {
    expect([0, 0.5, 1].map((chance) => pauseMs(7, chance))).toEqual([15_000, 22_500, 30_000])
  })
})

import { jest } from '@jest/globals'
import { createBeat } from '../../../src/kernel/beat.js'

const EVERY_MS = 20

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

test('one moment for all who ask, at once after a rest, and the next one not before its time', async () => {
  const beat = createBeat(EVERY_MS)
  const heard: string[] = []
  const ask = (name: string) => void beat().then(() => heard.push(name))
  for (const rest of [0, 5 * EVERY_MS]) {
    heard.length = 0
    await jest.advanceTimersByTimeAsync(rest)
    ask('first')
    ask('second')
    await jest.advanceTimersByTimeAsync(1)
    expect(heard).toEqual(['first', 'second'])
    ask('third')
    await jest.advanceTimersByTimeAsync(EVERY_MS - 2)
    ask('fourth')
    expect(heard).toEqual(['first', 'second'])
    await jest.advanceTimersByTimeAsync(2)
    expect(heard).toEqual(['first', 'second', 'third', 'fourth'])
  }
})

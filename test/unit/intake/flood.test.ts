import { createFloodGate, MOST_A_MINUTE } from '../../../src/intake/flood.js'
import type { ChannelName, ChatId } from '../../../src/kernel/ids.js'

const START = Date.UTC(2026, 10, 23, 10)
let order = 0
const event = (second: number, chat = 'anna', id = `u${order++}`) => ({
  id,
  from: { channel: 'telegram' as ChannelName, chat: chat as ChatId },
  at: new Date(START + second * 1000).toISOString(),
})
const times = (count: number) => Array.from({ length: count }, (_, index) => index)

test('thirty a minute are heard, the next is answered, the others are dropped', () => {
  const gate = createFloodGate()
  const verdicts = times(MOST_A_MINUTE + 10).map((index) => gate(event(index)))
  expect(verdicts.slice(0, MOST_A_MINUTE)).toEqual(times(MOST_A_MINUTE).map(() => 'ok'))
  expect(verdicts.slice(MOST_A_MINUTE)).toEqual(['warn', ...times(9).map(() => 'drop')])
})

test('each chat is counted by itself', () => {
  const gate = createFloodGate()
  for (const _ of times(MOST_A_MINUTE + 2)) gate(event(0))
  expect(gate(event(0, 'bruno'))).toBe('ok')
})

test('after the minute it begins anew, and is answered anew', () => {
  const gate = createFloodGate()
  for (const _ of times(MOST_A_MINUTE + 2)) gate(event(0))
  expect(gate(event(59))).toBe('drop')
  const verdicts = times(MOST_A_MINUTE + 1).map(() => gate(event(60)))
  expect([verdicts[0], verdicts.at(-1)]).toEqual(['ok', 'warn'])
})

test('what the network sends again does not count, and keeps its verdict', () => {
  const gate = createFloodGate()
  const first = times(MOST_A_MINUTE).map((index) => event(index))
  const over = event(40)
  for (const one of [...first, ...first, over, over]) {
    expect(gate(one)).toBe(one === over ? 'warn' : 'ok')
  }
})

test('what waited while the product stood still is no flood', () => {
  const gate = createFloodGate()
  const backlog = times(100).map((index) => event(index * 10))
  expect(new Set(backlog.map(gate))).toEqual(new Set(['ok']))
})

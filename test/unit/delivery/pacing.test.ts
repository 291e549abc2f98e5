import { createPauses } from '../../../src/delivery/pacing.js'
import type { ChannelName, ChatId } from '../../../src/kernel/ids.js'

const [TELEGRAM, STAFF] = ['telegram', 'telegram-staff'] as ChannelName[] as [ChannelName, ChannelName]

function pauses() {
  let now = 0
  const paused = createPauses(() => now)
  return {
    ...paused,
    throttled: (chat: string, ms: number, channel = TELEGRAM) =>
      paused.throttled({ channel, chat: chat as ChatId }, ms),
    wait: (ms: number) => {
      now += ms
    },
  }
}

test('one chat, or two, are meant themselves', () => {
  const { throttled, channelMs } = pauses()
  throttled('a', 5_000)
  throttled('b', 5_000)
  throttled('a', 5_000)
  expect(channelMs(TELEGRAM)).toBe(0)
})

test('three chats within a second mean the bot: it rests as long as asked, and only that one', () => {
  const { throttled, channelMs, wait } = pauses()
  for (const chat of ['a', 'b', 'c']) {
    throttled(chat, 5_000)
    wait(400)
  }
  expect([channelMs(TELEGRAM), channelMs(STAFF)]).toEqual([4_600, 0])
  wait(4_600)
  expect(channelMs(TELEGRAM)).toBe(0)
})

test('three chats one after the other mean nothing', () => {
  const { throttled, channelMs, wait } = pauses()
  for (const chat of ['a', 'b', 'c']) {
    throttled(chat, 5_000)
    wait(600)
  }
  expect(channelMs(TELEGRAM)).toBe(0)
})

test('a shorter rest does not end a longer one', () => {
  const { throttled, channelMs } = pauses()
  for (const chat of ['a', 'b', 'c']) throttled(chat, 30_000)
  throttled('d', 1_000)
  expect(channelMs(TELEGRAM)).toBe(30_000)
})

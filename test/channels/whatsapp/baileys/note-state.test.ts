import { createStateNotes, type Seen } from '../../../../src/channels/whatsapp/baileys/note-state.js'
import { latch, recordingLog } from '../../../support/telegram-adapters.js'
import { until } from '../../../support/telegram-town.js'

/** A store that fails as often as it is told, and is as slow as it is told. */
function notes({ failures = 0, slow = Promise.resolve() as Promise<unknown> } = {}) {
  const [tried, written, over]: [string[], string[], AbortController] = [[], [], new AbortController()]
  const made = createStateNotes({
    async write({ state }: Seen) {
      tried.push(state)
      await slow
      if (failures-- > 0) throw new Error('away')
      written.push(state)
    },
    pause: async () => undefined,
    over: over.signal,
    log: recordingLog(),
  })
  return { ...made, tried, written, over }
}

test('what fails is tried again until it is written', async () => {
  const { note, written } = notes({ failures: 3 })
  note({ state: 'open' })
  await until('it is written', () => written.length > 0)
  expect(written).toEqual(['open'])
})

test('one after the other: the last word is the last, and what it made old is left out', async () => {
  const wait = latch()
  const { note, end, written } = notes({ slow: wait.opened })
  for (const state of ['open', 'down', 'stopped', 'open', 'down'] as const) note({ state })
  wait.open()
  await end()
  expect(written).toEqual(['open', 'down'])
})

test('what failed is not tried again when there is something newer', async () => {
  const wait = latch()
  const { note, end, tried, written } = notes({ failures: 1, slow: wait.opened })
  note({ state: 'down' })
  note({ state: 'open' })
  wait.open()
  await end()
  expect([tried, written]).toEqual([['down', 'open'], ['open']])
})

test('a note right after a written one is written too', async () => {
  const { note, end, written } = notes()
  note({ state: 'open' })
  for (let turns = 0; turns < 5; turns++) {
    await Promise.resolve()
    note({ state: 'down' })
  }
  await end()
  expect(written.at(-1)).toBe('down')
})

test('the end waits for no store that stays away', async () => {
  const { note, end, written } = notes({ failures: Number.POSITIVE_INFINITY })
  note({ state: 'down' })
  await end()
  expect(written).toEqual([])
})

test('who is the linked device no more overwrites nothing', async () => {
  const wait = latch()
  const { note, end, tried, over } = notes({ failures: 1, slow: wait.opened })
  note({ state: 'down' })
  note({ state: 'open' })
  over.abort()
  wait.open()
  await end()
  expect(tried).toEqual(['down'])
})

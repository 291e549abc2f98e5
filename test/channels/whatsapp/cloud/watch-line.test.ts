import { HELD_FOR_MS, watchLine } from '../../../../src/channels/whatsapp/cloud/watch-line.js'
import type { ApprovedText, HeldTrouble } from '../../../../src/messaging/trouble.js'
import { recordingLog } from '../../../support/telegram-adapters.js'

type Told = readonly [trouble: string | undefined, template?: ApprovedText]

/** A line, what was written down about it, and whether writing works. */
function aLine() {
  const world = {
    now: 0,
    away: false,
    written: [] as Told[],
    held: [] as number[],
    others: undefined as HeldTrouble | undefined,
  }
  const line = watchLine({
    log: recordingLog(),
    now: () => world.now,
    async tell(trouble, { template, heldUntil = 0 } = {}) {
      // The later one is ready sooner: nothing but waiting keeps the order.
      for (let turns = trouble ? 20 : 1; turns > 0; turns--) await Promise.resolve()
      if (world.away) throw new Error('the database is away')
      if (trouble === undefined && world.others) return world.others
      world.written.push(template === undefined ? [trouble] : [trouble, template])
      world.held.push(heldUntil)
    },
  })
  return { line, world }
}

const closed: ApprovedText = { name: 'closed', language: 'it' }

test('a template that works says nothing about another one or another language, nor does what needs none', async () => {
  const { line, world } = aLine()
  for (let times = 0; times < 3; times++) {
    line.failed('template', closed)
    line.took({ ...closed, name: 'acknowledged' })
    line.took({ ...closed, language: 'en' })
    line.took()
    await line.settled()
  }
  expect(world.written.filter(([trouble]) => trouble)).toEqual([['template', closed]])
  expect(line.trouble()).toBe('template')
  line.took(closed)
  await line.settled()
  expect(world.written.at(-1)).toEqual([undefined, closed])
  expect(line.trouble()).toBeUndefined()
})

test('after a start, the first free text says nothing about templates', async () => {
  const { line, world } = aLine()
  line.took()
  await line.settled()
  expect(world.written).toEqual([[undefined]])
})

test('changes are written in their order', async () => {
  const { line, world } = aLine()
  line.failed('token')
  await Promise.resolve()
  line.took()
  await line.settled()
  expect(world.written).toEqual([['token'], [undefined]])
})

test('what could not be written is written with the next message', async () => {
  const { line, world } = aLine()
  world.away = true
  line.failed('token')
  await line.settled()
  world.away = false
  line.failed('token')
  line.failed('token')
  await line.settled()
  expect(world.written).toEqual([['token']])
})

test('what is told only after a message was taken is not over because the next one is', async () => {
  const { line, world } = aLine()
  for (let times = 0; times < 3; times++) {
    line.failedLater('payment')
    line.took()
    line.arrived()
    await line.settled()
  }
  expect(world.written).toEqual([['payment']])
  world.now = HELD_FOR_MS
  line.arrived()
  await line.settled()
  expect(world.written).toEqual([['payment'], [undefined]])
})

test('that an earlier message arrives says nothing about a refusal of now', async () => {
  const { line, world } = aLine()
  line.failed('token')
  line.arrived()
  await line.settled()
  expect(world.written).toEqual([['token']])
  expect(line.trouble()).toBe('token')
})

test('what another process holds, or this one did before its start, is not over with the first message', async () => {
  const { line, world } = aLine()
  world.others = { trouble: 'payment', until: 1_000 }
  for (let times = 0; times < 3; times++) {
    line.took()
    line.arrived()
    await line.settled()
    expect(line.trouble()).toBe('payment')
  }
  expect(world.written).toEqual([])
  world.now = 1_000
  world.others = undefined
  line.took()
  await line.settled()
  expect(world.written).toEqual([[undefined]])
  expect(line.trouble()).toBeUndefined()
})

test('each time that it is told, it is held anew, until a message is refused for it', async () => {
  const { line, world } = aLine()
  for (world.now of [0, 10, 20]) {
    line.failedLater('payment')
    await line.settled()
  }
  line.failed('payment')
  await line.settled()
  expect(world.held).toEqual([HELD_FOR_MS, HELD_FOR_MS + 10, HELD_FOR_MS + 20, 0])
  line.took()
  await line.settled()
  expect(world.written.at(-1)).toEqual([undefined])
})

import { Readable, Writable } from 'node:stream'
import { expect, it } from '@jest/globals'
import { createSimulator, SIMULATED } from '../../../src/channels/simulator/simulator.js'
import { runTerminalChat } from '../../../src/channels/simulator/terminal.js'
import { as, type ChatId, type OfficeCode } from '../../../src/kernel/ids.js'

const STAFF = { channel: SIMULATED.staff, chat: as<ChatId>('operator-roads') }

/** Types the lines into a pipe, before a bot that answers as a town would. */
async function chat(lines: readonly string[]) {
  const simulator = createSimulator({ log: { warn: () => {} }, openMedia: async () => Buffer.alloc(0) })
  const [, citizens, staff] = simulator.adapters
  await citizens?.start(async ([event]) => {
    if (!event) return
    const words =
      event.type === 'text' ? `Hai scritto: ${event.text}\n1. Strade\n2. Verde` : `Ricevuto: ${event.type}`
    // The answer comes after the event is confirmed, as the outbox does it.
    setImmediate(async () => {
      await citizens.send(event.from, { type: 'text', text: words })
      await staff?.send(STAFF, {
        type: 'text',
        text: 'Nuova: 351',
        buttons: [[{ id: 'claim:351:1', label: 'Prendo in carico' }]],
      })
    })
  })
  await staff?.start(async ([event]) => {
    if (event?.type !== 'choice' || !event.question) return
    const target = event.question
    setImmediate(() => staff.send(event.from, { type: 'edit', target, text: `Fatto: ${event.choice}` }))
  })
  let moved = 0
  let printed = ''
  const output = new Writable({
    write(chunk, _, done) {
      printed += chunk
      done()
    },
  })
  await runTerminalChat({
    simulator,
    town: { offices: [{ code: as<OfficeCode>('roads'), name: { it: 'Strade' } }] },
    clock: {
      now: () => new Date(moved),
      async advance(ms) {
        moved += ms
      },
    },
    channel: SIMULATED.plain,
    io: { input: Readable.from([lines.join('\n')]), output },
  })
  return { printed, moved }
}

it('answers each line of a pipe before the next, and ends after the last answer', async () => {
  const { printed } = await chat(['ciao', '2'])
  expect(printed.indexOf('│ Hai scritto: ciao')).toBeGreaterThan(-1)
  expect(printed.indexOf('│ Hai scritto: 2\n│ 1. Strade')).toBeGreaterThan(
    printed.indexOf('│ Hai scritto: ciao'),
  )
})

it('presses a numbered button on the staff phone, and shows what it changed', async () => {
  const { printed } = await chat(['buca', '.staff', '.press 1', '.press 7'])
  expect(printed).toContain('[1] Prendo in carico')
  expect(printed).toContain('(changed)\n│ Fatto: claim:351:1')
  expect(printed).toContain('There is no button of that number.')
})

it('prints its inputs as a scenario', async () => {
  const { printed, moved } = await chat([
    'buca',
    '.pin 44.5497 7.7237',
    '.staff',
    '.press 1',
    '.forward 1d',
    '.scenario',
    '.quit',
    'never sent',
  ])
  expect(moved).toBe(86_400_000)
  expect(printed).toContain(
    ['citizen: buca', 'citizen sends pin 44.5497 7.7237', 'staff taps claim:351', 'forward 1d'].join('\n'),
  )
  expect(printed).not.toContain('never sent')
})

it('says what it does not know, and goes on', async () => {
  const { printed } = await chat(['.nonsense', '.photo /does/not/exist', '.pin here', 'ciao'])
  expect(printed).toContain('There is no .nonsense')
  expect(printed).toContain('That did not work')
  expect(printed).toContain('│ Hai scritto: ciao')
})

import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Town } from '../../domain/town.js'
import { DAY, HOUR, MINUTE } from '../../kernel/clock.js'
import { as, type ChannelName, type ChatId, type ExternalId, type OfficeCode } from '../../kernel/ids.js'
import type { PhoneMessage } from './conversation.js'
import type { Phone } from './phone.js'
import { operatorChat, SUPERVISOR_CHAT } from './roster.js'
import { recordScenario } from './scenario.js'
import { SIMULATED, type Simulator } from './simulator.js'
import type { SimulatorClock } from './stage.js'

/** How long an answer may take to begin, and how long a silence ends it, where nobody sits in front. */
const ANSWER_BEGINS_MS = 5_000
const SILENCE_MS = 300

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY }

const HELP = `What you type is sent. Commands of this terminal:
  .photo <file> [caption]   .pin <lat> <lon>   .press <n>
  .citizen   .staff [office]   .supervisor     whose phone you hold
  .forward 30m | 2h | 1d                       moves the clock
  .scenario [file]                             the inputs so far, as a test scenario
  .help   .quit`

export interface TerminalDeps {
  readonly simulator: Simulator
  readonly town: Pick<Town, 'offices'>
  readonly clock: SimulatorClock
  /** The citizen's line. */
  readonly channel: ChannelName
  /** Lines of a pipe are answered one after the other, without a prompt. */
  readonly io: { readonly input: Readable & { isTTY?: boolean }; readonly output: Writable }
}

type Actor = 'citizen' | 'staff' | 'supervisor'

interface Hand {
  readonly actor: Actor
  readonly phone: Phone
  /** Buttons as numbered on the screen, since the last input. */
  choices: { message: ExternalId; id: string; label: string }[]
  unread: PhoneMessage[]
  isAnswered: boolean
}

/** A chat in the terminal. Resolves at `.quit` or at the end of the input, after the answers to it. */
export async function runTerminalChat({ simulator, town, clock, channel, io }: TerminalDeps): Promise<void> {
  const lines = createInterface({ input: io.input, ...(io.input.isTTY && { output: io.output }) })
  const hands = new Map<ChatId, Hand>()
  const endings: (() => void)[] = []
  const scenario = recordScenario()
  let changes = 0
  let isOver = false

  /** Above what is being typed. */
  const print = (text: string): void => {
    io.output.write(io.input.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`)
    if (io.input.isTTY) lines.prompt(true)
  }

  const show = (hand: Hand, message: PhoneMessage) => {
    if (hand.isAnswered) hand.choices = []
    hand.isAnswered = false
    const { content } = message
    if (content.type !== 'text') return print(`│ ${describe(message)}`)
    print(`${message.edited ? '(changed)\n' : ''}${content.text}`.replace(/^/gm, '│ '))
    for (const row of content.buttons ?? []) {
      const labels = row.map(({ id, label }) => {
        hand.choices.push({ message: message.id, id, label })
        return `[${hand.choices.length}] ${label}`
      })
      print(`│   ${labels.join('   ')}`)
    }
  }

  const take = (actor: Actor, line: ChannelName, chat: ChatId): Hand => {
    const known = hands.get(chat)
    if (known) return known
    const phone = simulator.phone(line, chat, { name: actor, locale: 'it' })
    const hand: Hand = { actor, phone, choices: [], unread: [], isAnswered: true }
    hands.set(chat, hand)
    endings.push(
      phone.onChange((messages) => {
        const said = messages.filter(({ by }) => by === 'bot')
        changes += said.length
        if (hand === held) for (const message of said) show(hand, message)
        else hand.unread.push(...said)
      }),
    )
    return hand
  }

  const hold = (hand: Hand) => {
    held = hand
    print(`— ${hand.actor} (${hand.phone.address.chat}) —`)
    for (const message of hand.unread.splice(0)) show(hand, message)
    lines.setPrompt(`${hand.actor}> `)
  }

  const staffHand = (office: OfficeCode) => take('staff', SIMULATED.staff, operatorChat(office))
  const citizen = take('citizen', channel, as<ChatId>('terminal'))
  let held = citizen
  // Announcements to phones that nobody holds wait there.
  for (const { code } of town.offices) staffHand(code)
  take('supervisor', SIMULATED.staff, SUPERVISOR_CHAT)

  /** What is sent counts as answered when something came back and then nothing more for a while. */
  const send = async (deed: () => Promise<unknown>): Promise<void> => {
    const before = changes
    for (const hand of hands.values()) hand.isAnswered = true
    await deed()
    if (io.input.isTTY) return
    await until(() => held.phone.settled && changes > before, ANSWER_BEGINS_MS)
    let seen = changes
    while (await until(() => changes > seen, SILENCE_MS)) seen = changes
  }

  const commands: Readonly<Record<string, (rest: string) => Promise<unknown> | unknown>> = {
    async photo(rest) {
      const [file = '', ...words] = rest.split(/\s+/)
      const caption = words.join(' ')
      const content = await readFile(file)
      scenario.photo(held.actor, caption)
      await send(() => held.phone.sendPhotos([content], caption || undefined))
    },
    async pin(rest) {
      const [lat = Number.NaN, lon = Number.NaN] = rest.split(/[\s,]+/).map(Number)
      if (!Number.isFinite(lat) || !Number.isFinite(lon))
        return print('.pin <lat> <lon>, e.g. .pin 44.5497 7.7237')
      scenario.pin(held.actor, { lat, lon })
      await send(() => held.phone.sendLocation({ lat, lon }))
    },
    async press(rest) {
      const choice = held.choices[Number(rest) - 1]
      if (!choice) return print('There is no button of that number.')
      scenario.press(held.actor, choice.id)
      await send(() => held.phone.press(choice.message, choice.id))
    },
    citizen: () => hold(citizen),
    staff(office) {
      const found = town.offices.find(({ code }) => office === '' || code === office)
      if (!found) return print(`Offices: ${town.offices.map(({ code }) => code).join(', ')}`)
      hold(staffHand(found.code))
    },
    supervisor: () => hold(take('supervisor', SIMULATED.staff, SUPERVISOR_CHAT)),
    async forward(rest) {
      const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(rest) ?? []
      if (!count) return print('.forward 30m, .forward 2h or .forward 1d')
      scenario.forward(rest)
      await clock.advance(Number(count) * (UNITS[unit] ?? 0))
      let seen = changes
      while (await until(() => changes > seen, SILENCE_MS)) seen = changes
      print(`— ${clock.now().toISOString()} —`)
    },
    async scenario(file) {
      if (file === '') return print(scenario.lines())
      await writeFile(file, `${scenario.lines()}\n`)
    },
    help: () => print(HELP),
    quit() {
      isOver = true
    },
  }

  const hear = async (line: string): Promise<void> => {
    const [, name, rest = ''] = /^\.(\w+)\s*(.*)$/.exec(line) ?? []
    const command = name === undefined ? undefined : commands[name]
    if (command) await command(rest.trim())
    else if (name) print(`There is no .${name}. ${HELP}`)
    else if (line.trim()) {
      scenario.text(held.actor, line)
      await send(() => held.phone.sendText(line))
    }
  }

  if (io.input.isTTY) print(HELP)
  hold(citizen)
  lines.prompt()
  for await (const line of lines) {
    await hear(line).catch((error: Error) => print(`That did not work: ${error.message}`))
    if (isOver) break
    if (io.input.isTTY) lines.prompt()
  }
  lines.close()
  for (const end of endings) end()
}

function describe({ content }: PhoneMessage): string {
  switch (content.type) {
    case 'pin':
      return `(position ${content.point.lat} ${content.point.lon})`
    case 'photo':
      return `(photo${content.caption ? `: ${content.caption}` : ''})`
    default:
      return `(${content.type})`
  }
}

const LOOK_AGAIN_MS = 10

/** Whether it came true in that time. */
async function until(isTrue: () => boolean, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  while (!isTrue()) {
    if (performance.now() > end) return false
    await pause(LOOK_AGAIN_MS)
  }
  return true
}

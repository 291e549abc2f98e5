import type { Call, FakeBot, Person } from '../test/support/fake-bot-api/index.js'

/** The robots' six turns: a text, a kind, a pin, no photo, send, no phone number. */
type Answer = 'buttons' | 'keyboard' | 'words'
interface Step {
  /** Says or presses; `data` are the buttons under the last message. */
  act(person: Person, at: { message: number; data: readonly string[] }): void
  /** What the reply looks like that ends this turn; other messages before it are listened to and left alone. */
  readonly ends: Answer
}

/** Each names a kind of problem; none of them sounds of danger. */
const PROBLEMS = [
  "C'è una buca profonda davanti al portone",
  'Il lampione è spento da tre giorni',
  'Hanno abbandonato dei rifiuti in fondo alla strada',
  'La siepe copre il cartello stradale',
  "L'erba del parco è alta, nessuno la taglia",
  'Il marciapiede è rotto, si inciampa',
  'Il cestino è pieno da una settimana',
  'La panchina del giardino è rotta',
]

/** A key of the keyboard that the question for a phone number opens. */
const NO_PHONE = 'No, grazie'
/** Likely kinds, at most; the last buttons are "something else" and "stop". */
const KINDS = 3
const OTHER_BUTTONS = 2
/** Whoever is not answered for so long waits for ever. */
const PATIENCE_MS = 15_000

export interface Robots {
  /** So many people talk at the same time from now on. */
  talk(chats: number): void
  /** Nobody begins a report any more; resolves when the last ones are done. */
  rest(): Promise<void>
  /** Turns that were answered so far. */
  readonly turns: number
  readonly reports: number
  /** Forgets the reply times so far. */
  forgetTimes(): void
  /** Milliseconds from the update handed out to its reply received, sorted. */
  times(): number[]
}

interface Robot {
  readonly person: Person
  step: number
  /** When the network handed out what it said last. */
  handedOut: number
}

/**
 * People who report something, one after the other: each robot is a new person for each report, as most citizens are.
 * It speaks as soon as it was answered, so that the bot is never waited for by less than all of them.
 */
export function createRobots(
  bot: FakeBot,
  placeOf: (number: number) => { lat: number; lon: number },
): Robots {
  const robots = new Map<number, Robot>()
  let times: number[] = []
  let people = 0
  let turns = 0
  let reports = 0
  let wanted = 0
  let allDone: (() => void) | undefined

  const steps: readonly Step[] = [
    {
      act: (person) => person.send(PROBLEMS[person.id % PROBLEMS.length] as string),
      ends: 'buttons',
    },
    {
      act: (person, { message, data }) => person.pressData(message, kindAmong(data, person.id)),
      ends: 'keyboard',
    },
    {
      act(person) {
        const { lat, lon } = placeOf(person.id)
        person.sendLocation(lat, lon)
      },
      ends: 'buttons',
    },
    { act: (person, { message, data }) => person.pressData(message, data[0] as string), ends: 'buttons' },
    { act: (person, { message, data }) => person.pressData(message, data[0] as string), ends: 'keyboard' },
    { act: (person) => person.send(NO_PHONE), ends: 'words' },
  ]

  function begin(): void {
    people += 1
    const person = bot.user({ id: 10_000_000 + people, first_name: 'Robot', language_code: 'it' })
    const robot = { person, step: 0, handedOut: 0 }
    robots.set(person.id, robot)
    steps[0]?.act(person, { message: 0, data: [] })
  }

  function handedOut(updates: readonly RawUpdate[]): void {
    const now = performance.now()
    for (const { message, callback_query: press } of updates) {
      const robot = robots.get((message ?? press)?.from?.id ?? 0)
      if (robot) robot.handedOut = now
    }
  }

  function replied(call: Call): void {
    const robot = robots.get(Number(call.params.chat_id))
    if (!robot || !call.outcome?.ok) return
    const data = buttonsOf(call)
    if (shape(call, data) !== steps[robot.step]?.ends) return
    times.push(performance.now() - robot.handedOut)
    turns += 1
    const at = { message: (call.outcome.result as { message_id: number }).message_id, data }
    // "Is it one of these?" is one turn more, and no part of what is compared: the answer is always no.
    const other = data.find((one) => one.endsWith('.not_same'))
    if (other !== undefined) {
      robot.person.pressData(at.message, other)
      return
    }
    robot.step += 1
    const next = steps[robot.step]
    if (next) {
      next.act(robot.person, at)
      return
    }
    reports += 1
    robots.delete(robot.person.id)
    if (robots.size < wanted) begin()
    if (robots.size === 0) allDone?.()
  }

  bot.onCall((call) => {
    if (call.method === 'getUpdates' && call.outcome?.ok) handedOut(call.outcome.result as RawUpdate[])
    else if (call.method === 'sendMessage') replied(call)
  })

  return {
    talk(chats) {
      wanted = chats
      while (robots.size < wanted) begin()
    },
    rest() {
      wanted = 0
      return new Promise((resolve, reject) => {
        let before = turns
        const look = setInterval(() => {
          if (turns > before) before = turns
          else end(() => reject(new Error(`${robots.size} robots wait for an answer: ${stepsOf(robots)}`)))
        }, PATIENCE_MS)
        const end = (settle: () => void) => {
          clearInterval(look)
          settle()
        }
        allDone = () => end(resolve)
        if (robots.size === 0) allDone()
      })
    },
    get turns() {
      return turns
    },
    get reports() {
      return reports
    },
    forgetTimes() {
      times = []
    },
    times: () => times.toSorted((a, b) => a - b),
  }
}

const stepsOf = (robots: ReadonlyMap<number, Robot>): string =>
  [...new Set([...robots.values()].map(({ step }) => `turn ${step + 1}`))].join(', ')

const kindAmong = (data: readonly string[], number: number): string =>
  data[number % Math.max(1, Math.min(KINDS, data.length - OTHER_BUTTONS))] ?? ''

interface RawUpdate {
  readonly message?: { readonly from?: { readonly id: number } }
  readonly callback_query?: { readonly from?: { readonly id: number } }
}

interface Markup {
  readonly inline_keyboard?: readonly (readonly { readonly callback_data?: string }[])[]
  readonly keyboard?: unknown
}

function markupOf({ params }: Call): Markup {
  const markup = params.reply_markup
  return ((typeof markup === 'string' ? JSON.parse(markup) : markup) ?? {}) as Markup
}

const buttonsOf = (call: Call): string[] =>
  (markupOf(call).inline_keyboard ?? []).flat().flatMap(({ callback_data: data }) => data ?? [])

function shape(call: Call, data: readonly string[]): Answer {
  if (data.length > 0) return 'buttons'
  return markupOf(call).keyboard ? 'keyboard' : 'words'
}

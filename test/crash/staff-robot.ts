import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeBot, Matcher, Person } from '../support/fake-bot-api/index.js'
import { deskButton } from '../support/telegram-town.js'

/** An operator who takes reports in charge as they are announced, and closes some. */
export interface StaffRobot {
  readonly person: Person
  /** Reports it claimed, and of these the ones it closed, by their numbers. */
  readonly claimed: ReadonlySet<number>
  readonly closed: ReadonlySet<number>
  /** Works until it has claimed its share of all these reports; rejects when it is not answered. */
  work(reports: Promise<readonly { readonly number: number }[]>): Promise<void>
}

export interface StaffWays {
  readonly patienceMs: number
  /** More than 30 events a minute from one chat are dropped: staff are people. */
  readonly paceMs: number
  /** Of this many reports one is closed. */
  readonly closesEach: number
}

const LOOK_EVERY_MS = 100

/** @param colleagues how many share the reports; `index` is which of them this one is */
export function createStaffRobot(
  bot: FakeBot,
  { index, colleagues }: { index: number; colleagues: number },
  { patienceMs, paceMs, closesEach }: StaffWays,
): StaffRobot {
  const person = bot.user({ id: 9_000 + index, first_name: `Operatore ${index}`, language_code: 'it' })
  const waiting = new Set<number>()
  const claimed = new Set<number>()
  const closed = new Set<number>()
  const isMine = (number: number) => number % colleagues === index

  person.onMessage(({ by, text }) => {
    const number = Number(/^🆕 Nuova segnalazione (\d+):/.exec(by === 'bot' ? (text ?? '') : '')?.[1])
    if (isMine(number) && !claimed.has(number)) waiting.add(number)
  })

  async function step(act: () => void, seen: Matcher): Promise<void> {
    await sleep(paceMs)
    act()
    await person.waitFor(seen, { timeoutMs: patienceMs })
  }

  async function claim(number: number): Promise<void> {
    await step(() => void person.press(deskButton('claim', number)), `La ${number} è in carico a te`)
    claimed.add(number)
    await person.waitFor(({ buttons, text }) => isCard(text, number) && buttons.includes('✅ Chiudi'), {
      timeoutMs: patienceMs,
    })
  }

  async function close(number: number): Promise<void> {
    await step(() => void person.press(deskButton('close', number)), `Com'è andata con la ${number} `)
    await step(() => void person.press('risolta'), `Scrivi il messaggio per chi ha segnalato la ${number} `)
    await step(() => person.send(`Abbiamo riparato la ${number}.`), 'leggeranno')
    await step(() => void person.press('Invia'), `La ${number} è chiusa`)
    closed.add(number)
  }

  return {
    person,
    claimed,
    closed,
    async work(reports) {
      let share: readonly number[] | undefined
      let quietSince = 0
      const shareIs = (numbers: readonly number[]) => {
        share = numbers
        quietSince = performance.now()
      }
      // Who reports in vain says so itself.
      reports.then(
        (all) => shareIs(all.map(({ number }) => number).filter(isMine)),
        () => shareIs([]),
      )
      while (!share?.every((number) => claimed.has(number))) {
        const [number] = waiting
        if (number === undefined) {
          if (share && performance.now() - quietSince > patienceMs) {
            throw new Error(`Operator ${index} heard nothing of some of ${share.join(', ')}`)
          }
          await sleep(LOOK_EVERY_MS)
          continue
        }
        await claim(number)
        waiting.delete(number)
        if (claimed.size % closesEach === 0) await close(number)
        quietSince = performance.now()
      }
    },
  }
}

const isCard = (text: string | undefined, number: number): boolean =>
  !!text?.startsWith(`📋 Segnalazione ${number} `)

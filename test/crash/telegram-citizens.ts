import type { Call, FakeBot, Fault } from '../support/fake-bot-api/index.js'
import type { TelegramTown } from '../support/telegram-town.js'
import type { Arrival, CitizenSide, Hand } from './citizens.js'

/** One call in twenty ends so; a refusal (400, 403) would be an answer, and no fault. */
const FAULTS: readonly Fault[] = [
  { kind: '500' },
  { kind: 'html' },
  { kind: '429', retryAfter: 1 },
  { kind: 'cut' },
  { kind: 'cut-after' },
  { kind: 'slow', ms: 700 },
]
const FAULTY_CALLS = 0.05
const DOUBLE_UPDATES = 0.02
const SWAPPED_UPDATES = 0.1

export function disturbBot(bot: FakeBot, seed: number): void {
  bot.faults.random({ rate: FAULTY_CALLS, seed, faults: FAULTS, methods: ['*', 'getUpdates'] })
  bot.updates.duplicate({ rate: DOUBLE_UPDATES, seed: seed + 1 })
  bot.updates.shuffle({ rate: SWAPPED_UPDATES, seed: seed + 2 })
}

export function calmBot(bot: FakeBot): void {
  bot.faults.clear()
  bot.updates.duplicate({ rate: 0, seed: 1 })
  bot.updates.shuffle({ rate: 0, seed: 1 })
}

/** What a call says, wherever it lands. */
const wordsOf = ({ method, params }: Call): string =>
  JSON.stringify([method, params.text, params.caption, params.latitude, params.reply_markup])

const isSend = ({ method, outcome }: Call): boolean => method.startsWith('send') && outcome?.ok === true

function arrivalOf(call: Call): Arrival {
  const result = call.outcome?.ok ? call.outcome.result : []
  const messages = (Array.isArray(result) ? result : [result]) as readonly { message_id: number }[]
  return { ids: messages.map(({ message_id }) => String(message_id)), words: wordsOf(call) }
}

export function arrivalsAt(bot: FakeBot): ReadonlyMap<string, readonly Arrival[]> {
  const chats = new Map<string, Arrival[]>()
  for (const call of bot.calls.filter(isSend)) {
    const chat = String(call.params.chat_id)
    chats.set(chat, [...(chats.get(chat) ?? []), arrivalOf(call)])
  }
  return chats
}

/** Citizens on the town's bot. */
export function telegramCitizens(town: TelegramTown, seed: number): CitizenSide {
  const { citizens: bot } = town

  return {
    channel: 'telegram',
    edits: true,
    env: {},
    open: async () => undefined,
    hand: (index) => telegramHand(town, `Robot ${index}`),
    disturb: () => disturbBot(bot, seed),
    undisturbed: () => calmBot(bot),
    settled: (timeoutMs) => bot.updates.settled({ timeoutMs }),
    arrivals: () => arrivalsAt(bot),
    get filesServed() {
      const downloads = bot.callsOf('download').filter(({ outcome }) => outcome?.ok)
      return new Set(downloads.map(({ params }) => params.file_path)).size
    },
    get faultsDealt() {
      return bot.faults.dealt
    },
    findings: async () => [],
  }
}

function telegramHand(town: TelegramTown, name: string): Hand {
  const person = town.newCitizen(name)
  return {
    chat: String(person.id),
    say: (words) => void person.send(words),
    choose: (label) => void person.press(label),
    showPlace: (lat, lon) => void person.sendLocation(lat, lon),
    sendPhoto: (bytes, caption) => void person.sendPhoto(bytes, caption === undefined ? {} : { caption }),
    sendAlbum: (photos, caption) => void person.sendAlbum(photos, caption),
    correct(caption, words) {
      const sent = person.history().find((message) => message.caption === caption)
      person.edit(sent?.message_id as number, words)
    },
    async sees(seen, timeoutMs) {
      const { text = '' } = await person.waitFor(
        typeof seen === 'function' ? ({ text: words = '', buttons }) => seen(words, buttons) : seen,
        { timeoutMs },
      )
      return text
    },
    heard: (words) => person.history().some(({ by, text }) => by === 'bot' && text?.includes(words)),
  }
}

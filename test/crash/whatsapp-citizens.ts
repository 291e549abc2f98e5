import type {
  FakeWhatsApp,
  Fault,
  FaultPoint,
  Phone,
  ReceivedMessage,
  SentMessage,
} from '../support/fake-whatsapp/index.js'
import { linkDevice, linkedDeviceEnv } from '../support/link-device.js'
import { type TelegramTown, until } from '../support/telegram-town.js'
import type { Chance } from './chance.js'
import type { Arrival, CitizenSide, Hand } from './citizens.js'
import type { Finding } from './verdict.js'

/** Of so many of these one meets a fault. A refusal of a message would be an answer, and no fault. */
const FAULTS: readonly (readonly [FaultPoint, rate: number, faults: readonly Fault[]])[] = [
  ['connect', 0.1, [{ kind: 'cut' }]],
  ['login', 0.1, [{ kind: 'cut' }, { kind: 'refuse', code: 503 }]],
  [
    'incoming',
    0.1,
    [
      { kind: 'twice' },
      { kind: 'behind' },
      { kind: 'silent' },
      { kind: 'garbled' },
      { kind: 'slow', ms: 700 },
    ],
  ],
  ['outgoing', 0.05, [{ kind: 'silent' }, { kind: 'slow', ms: 700 }]],
  ['receipt', 0.05, [{ kind: 'twice' }, { kind: 'behind' }, { kind: 'silent' }]],
  ['download', 0.1, [{ kind: 'cut' }, { kind: 'cut-after' }, { kind: 'refuse', code: 500 }]],
  ['query usync', 0.05, [{ kind: 'slow', ms: 700 }]],
]
/** The line breaks as often as that; each time that it has not stood long the product waits longer. */
const BREAKS_AFTER_MS = [10_000, 30_000] as const
const BREAKS: readonly ((fake: FakeWhatsApp) => void)[] = [
  (fake) => fake.drop(),
  (fake) => fake.hangUp(503),
  ({ faults }) => faults.next('incoming', { kind: 'cut' }),
  ({ faults }) => faults.next('outgoing', { kind: 'cut' }),
  ({ faults }) => faults.next('outgoing', { kind: 'cut-after' }),
]

/** Citizens with phones, and the product as a linked device of the town's. */
export function whatsappCitizens(town: TelegramTown, fake: FakeWhatsApp, seed: number): CitizenSide {
  const phones: Phone[] = []
  const sent: SentMessage[] = []
  let breaking: NodeJS.Timeout | undefined

  function breakLater(chance: Chance): void {
    breaking = setTimeout(
      () => {
        chance.pick(BREAKS)(fake)
        breakLater(chance)
      },
      chance.between(...BREAKS_AFTER_MS),
    )
  }

  return {
    channel: 'whatsapp',
    edits: false,
    env: linkedDeviceEnv(fake, fake.url),
    open: (timeoutMs) => linkDevice(fake, town.staff, { query: town.query, timeoutMs }),
    hand(index) {
      const phone = fake.phone(`+39333${String(4_000_000 + index)}`, { name: `Robot ${index}` })
      phones.push(phone)
      return whatsappHand(phone, (message) => sent.push(message))
    },
    disturb(chance) {
      for (const [index, [point, rate, faults]] of FAULTS.entries())
        fake.faults.random(point, { rate, faults, seed: seed + index })
      breakLater(chance)
    },
    undisturbed() {
      clearTimeout(breaking)
      fake.faults.clear()
      // who was held back is let go at the next login
      fake.drop()
    },
    settled: (withinMs) =>
      until('WhatsApp has handed over all', () => waitingAt(fake) === 0, withinMs).then(() => undefined),
    arrivals: () => new Map(phones.map((phone) => [phone.lid, phone.received().map(arrivalOf)])),
    get filesServed() {
      return fake.files.fetched.size
    },
    get faultsDealt() {
      return fake.faults.dealt
    },
    async findings() {
      return [await nothingConfirmedIsLost(town, fake, sent), askedForAgain(fake)]
    },
  }
}

const waitingAt = (fake: FakeWhatsApp): number =>
  fake.devices().reduce((sum, { queue }) => sum + queue.size, 0)

const arrivalOf = ({ id, text = '', kind }: ReceivedMessage): Arrival => ({
  ids: [id],
  words: `${kind} ${text}`,
})

/**
 * The library confirms a message to the network before it hands it over, and what is confirmed is never sent again: each
 * of these that is not in the database is lost for good.
 */
async function nothingConfirmedIsLost(
  town: TelegramTown,
  fake: FakeWhatsApp,
  sent: readonly SentMessage[],
): Promise<Finding> {
  const confirmed = new Set(
    fake.journal.all.filter(({ what }) => what === 'delivered' || what === 'refused').map(({ id }) => id),
  )
  const rows = await town.query<{ id: string }>(`SELECT id FROM inbox WHERE channel = 'whatsapp'`)
  const stored = new Set(rows.map(({ id }) => id))
  const lost = sent.filter(({ id }) => confirmed.has(id) && !stored.has(id))
  const unconfirmed = sent.filter(({ id }) => !confirmed.has(id))
  return {
    what: 'messages confirmed; of them not stored',
    seen: `${sent.length - unconfirmed.length} of ${sent.length}; ${lost.length}`,
    faults: [
      ...lost.map(({ id, content }) => `${id} is lost: ${JSON.stringify(content).slice(0, 80)}`),
      ...unconfirmed.map(({ id }) => `${id} was never confirmed`),
    ],
  }
}

/** Who is killed after a message was handed over and before its key was written down uses that key twice. */
function askedForAgain({ journal }: FakeWhatsApp): Finding {
  const ids = new Set(journal.all.filter(({ what }) => what === 'unreadable').map(({ id }) => id))
  return { what: 'unreadable to a phone, asked for again', seen: `${ids.size}`, faults: [] }
}

const CHOICE = /^(\d+)\. (.*)$/gm

/** What a message offers, by number. */
const choicesIn = (text = ''): { number: string; label: string }[] =>
  [...text.matchAll(CHOICE)].map(([, number = '', label = '']) => ({ number, label }))

const fits = (label: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? label.includes(wanted) : wanted.test(label)

/** @param onSent hears of each message that is to reach the town */
function whatsappHand(phone: Phone, onSent: (message: SentMessage) => void): Hand {
  const captions = new Map<string, SentMessage>()

  async function send(message: Promise<SentMessage>, caption?: string): Promise<void> {
    const sent = await message
    onSent(sent)
    if (caption !== undefined) captions.set(caption, sent)
  }

  return {
    chat: phone.lid,
    say: (words) => send(phone.sends(words)),
    async choose(label) {
      const offered = phone
        .received()
        .toReversed()
        .flatMap(({ text }) => choicesIn(text))
      const choice = offered.find((each) => fits(each.label, label))
      if (!choice) throw new Error(`Nobody offers ${label}`)
      await send(phone.sends(choice.number))
    },
    showPlace: (lat, lon) => send(phone.sendsPin(lat, lon)),
    sendPhoto: (bytes, caption) => send(phone.sendsPhoto(bytes, caption), caption),
    async sendAlbum(photos, caption) {
      const [first, ...others] = await phone.sendsAlbum(photos, caption)
      if (first) await send(Promise.resolve(first), caption)
      for (const message of others) await send(Promise.resolve(message))
    },
    async correct(caption, words) {
      const before = captions.get(caption)
      if (!before) throw new Error(`Nobody wrote ${caption}`)
      await send(phone.edits(before, words))
    },
    async sees(seen, timeoutMs) {
      const { text = '' } = await phone.receives(
        typeof seen === 'function'
          ? ({ text: words = '' }) =>
              seen(
                words,
                choicesIn(words).map(({ label }) => label),
              )
          : seen,
        { timeoutMs },
      )
      return text
    },
    heard: (words) => phone.received().some(({ text }) => text?.includes(words)),
  }
}

import { randomUUID } from 'node:crypto'
import type { PhoneMessage } from '../../../src/channels/simulator/conversation.js'
import type { Phone } from '../../../src/channels/simulator/phone.js'
import type { Role } from '../../../src/domain/staff.js'
import { as, type ChatId, type Locale } from '../../../src/kernel/ids.js'
import type { Input } from './script.js'
import type { Seat, Stage } from './stage.js'

/** Somebody with a phone. */
export interface Person {
  readonly name: string
  readonly phone: Phone
  /** Bubbles that came or changed since the transcript was last written. */
  readonly news: PhoneMessage[]
}

export interface Cast {
  /** In the order in which the transcript shows them. */
  readonly people: readonly Person[]
  find(name: string): Person
  /** Resolves when the bot has stored all that was sent. */
  taken(): Promise<void>
  end(): void
}

interface Part {
  readonly called: string
  readonly line: 'citizen' | 'staff'
  readonly role?: Role
  readonly office?: string
}

const operator = (called: string, office: string): Part => ({
  called,
  line: 'staff',
  role: 'operator',
  office,
})

/** Everybody a scenario can speak of; the last two hold no seat at the desk. */
const PARTS: Readonly<Record<string, Part>> = {
  citizen: { called: 'Maria Rossi', line: 'citizen' },
  citizen2: { called: 'Giuseppe Bianchi', line: 'citizen' },
  staff: operator('Anna Ferrero', 'maintenance'),
  colleague: operator('Luca Olivero', 'maintenance'),
  'operator@front_desk': operator('Carla Sala', 'front_desk'),
  'operator@environment': operator('Piero Costa', 'environment'),
  'operator@local_police': operator('Marco Riva', 'local_police'),
  'operator@public_works': operator('Elena Dho', 'public_works'),
  'operator@schools_social': operator('Rita Bono', 'schools_social'),
  'operator@water_liaison': operator('Ugo Testa', 'water_liaison'),
  supervisor: { called: 'Laura Gallo', line: 'staff', role: 'supervisor' },
  newcomer: { called: 'Paolo Viola', line: 'staff' },
  stranger: { called: 'Ida Neri', line: 'staff' },
}

/** Gives everybody a new phone and seats the staff; `staff` has a colleague only where the scenario speaks of one. */
export async function assemble(stage: Stage, script: readonly Input[], locale: Locale): Promise<Cast> {
  const { product, channels } = stage
  const { simulator } = product.channels
  if (!simulator) throw new Error('The simulator did not start')
  const network = randomUUID()
  const { frontDesk } = product.config.town
  const people: Person[] = []
  const endings: (() => void)[] = []
  const speaks = (name: string) => script.some((input) => 'actor' in input && input.actor === name)

  const seats: Seat[] = []
  for (const [name, { called, line, role, office }] of Object.entries(PARTS)) {
    if (name === 'colleague' && !speaks(name)) continue
    const address = { channel: channels[line], chat: as<ChatId>(`${name}-${network}`) }
    const phone = simulator.phone(address.channel, address.chat, { name: called, locale })
    const news: PhoneMessage[] = []
    people.push({ name, phone, news })
    endings.push(
      phone.onChange((changed) => {
        for (const message of changed) if (message.by === 'bot') write(news, message)
      }),
    )
    if (!role) continue
    const atFrontDesk = role === 'supervisor' || office === frontDesk
    seats.push({ name: called, role, office, frontDesk: atFrontDesk, locale, chat: address.chat })
  }
  await stage.seat(seats)

  return {
    people,
    find(name) {
      const person = people.find((one) => one.name === name)
      if (!person) throw new Error(`Nobody in a scenario is called ${name}`)
      return person
    },
    async taken() {
      await Promise.all(people.map(({ phone }) => settled(phone)))
    },
    end() {
      for (const end of endings) end()
    },
  }
}

/**
 * A change and the message behind it go out at the same moment (decision 42): whichever comes first, the change is written
 * before what is new, but not before the message that it changes.
 */
function write(news: PhoneMessage[], message: PhoneMessage): void {
  let place = news.length
  if (message.edited) while (place > 0 && isNewer(news[place - 1], message)) place--
  news.splice(place, 0, message)
}

const isNewer = (before: PhoneMessage | undefined, { id }: PhoneMessage): boolean =>
  before !== undefined && !before.edited && before.id !== id

const settled = (phone: Phone): Promise<void> =>
  new Promise((resolve) => {
    if (phone.settled) return resolve()
    const end = phone.onChange(() => {
      if (!phone.settled) return
      end()
      resolve()
    })
  })

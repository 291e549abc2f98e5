import type { PhoneMessage } from '../../../src/channels/simulator/conversation.js'
import type { Phone } from '../../../src/channels/simulator/phone.js'
import { operatorChat, SUPERVISOR_CHAT } from '../../../src/channels/simulator/roster.js'
import { as, type ChatId, type Locale, type OfficeCode, type UserId } from '../../../src/kernel/ids.js'
import type { Input } from './script.js'
import type { Stage } from './stage.js'

const STAFF_OFFICE = as<OfficeCode>('maintenance')

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

const CITIZENS: Readonly<Record<string, { chat: string; name: string }>> = {
  citizen: { chat: 'maria', name: 'Maria Rossi' },
  citizen2: { chat: 'giuseppe', name: 'Giuseppe Bianchi' },
}

/** People of the staff's line who hold no seat: one brings an invitation, one came by mistake. */
const UNSEATED: Readonly<Record<string, string>> = { newcomer: 'Paolo Viola', stranger: 'Ida Neri' }

/**
 * The phones of a scenario: two citizens, an operator for each office (`staff` is maintenance's), the supervisor; a
 * colleague of `staff` only where the scenario speaks of one.
 */
export async function assemble(stage: Stage, script: readonly Input[], locale: Locale): Promise<Cast> {
  const { product, channels } = stage
  const simulator = product.channels.simulator
  if (!simulator) throw new Error('The simulator did not start')
  const people: Person[] = []
  const endings: (() => void)[] = []

  const seat = (name: string, channel: typeof channels.citizen, chat: ChatId, called: string) => {
    const phone = simulator.phone(channel, chat, { name: called, locale })
    const news: PhoneMessage[] = []
    people.push({ name, phone, news })
    endings.push(phone.onChange((changed) => news.push(...changed.filter(({ by }) => by === 'bot'))))
  }

  for (const [name, { chat, name: called }] of Object.entries(CITIZENS)) {
    seat(name, channels.citizen, as<ChatId>(chat), called)
  }
  for (const { code } of product.config.town.offices) {
    seat(code === STAFF_OFFICE ? 'staff' : `operator@${code}`, channels.staff, operatorChat(code), code)
  }
  if (script.some((input) => 'actor' in input && input.actor === 'colleague')) {
    const chat = as<ChatId>('colleague')
    await product.unitOfWork.run((tx) =>
      tx.staff.add({
        name: 'Luca Olivero',
        role: 'operator',
        offices: [STAFF_OFFICE],
        frontDesk: false,
        locale,
        address: { channel: channels.staff, chat },
        actor: chat as string as UserId,
      }),
    )
    seat('colleague', channels.staff, chat, 'Luca Olivero')
  }
  seat('supervisor', channels.staff, SUPERVISOR_CHAT, 'Laura Gallo')
  for (const [name, called] of Object.entries(UNSEATED)) seat(name, channels.staff, as<ChatId>(name), called)

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

const settled = (phone: Phone): Promise<void> =>
  new Promise((resolve) => {
    if (phone.settled) return resolve()
    const end = phone.onChange(() => {
      if (!phone.settled) return
      end()
      resolve()
    })
  })

import type { Town } from '../../domain/town.js'
import { as, type ChannelName, type ChatId } from '../../kernel/ids.js'
import type { Localised } from '../../kernel/text.js'
import { SIMULATED } from './simulator.js'

/** A phone that the page shows. */
export interface Seat {
  readonly role: 'buttons' | 'plain' | 'office' | 'supervisor'
  readonly channel: ChannelName
  /** Its number in the network; on the staff's line also the person's identity. */
  readonly chat: ChatId
  readonly name: string
  /** Own telephone number, for who shares it. Invented. */
  readonly number: string
  readonly office?: Localised
}

/** The chat of the simulated operator of an office. */
export const operatorChat = (office: string): ChatId => as<ChatId>(`operator-${office}`)
export const SUPERVISOR_CHAT = as<ChatId>('supervisor')
export const MARIA_CHAT = as<ChatId>('maria')
export const GIUSEPPE_CHAT = as<ChatId>('giuseppe')

/** Who works at the desks, in the order of the offices; a town with more of them has people without a name. Invented. */
const OPERATORS = [
  'Carla Bruno',
  'Paolo Ferrero',
  'Elena Giraudo',
  'Marco Dalmasso',
  'Giulia Marino',
  'Anna Costa',
  'Andrea Olivero',
  'Luca Barbero',
]

/** Two citizens, an operator of each office, and the supervisor. */
export const rosterOf = (town: Pick<Town, 'offices'>): readonly Seat[] => [
  {
    role: 'buttons',
    channel: SIMULATED.buttons,
    chat: MARIA_CHAT,
    name: 'Maria Rossi',
    number: '+393200000001',
  },
  {
    role: 'plain',
    channel: SIMULATED.plain,
    chat: GIUSEPPE_CHAT,
    name: 'Giuseppe Bianchi',
    number: '+393200000002',
  },
  ...town.offices.map(
    ({ code, name }, index): Seat => ({
      role: 'office',
      channel: SIMULATED.staff,
      chat: operatorChat(code),
      name: OPERATORS[index] ?? name.it,
      number: `+3932000001${String(index).padStart(2, '0')}`,
      office: name,
    }),
  ),
  {
    role: 'supervisor',
    channel: SIMULATED.staff,
    chat: SUPERVISOR_CHAT,
    name: 'Silvia Giordano',
    number: '+393200000099',
  },
]

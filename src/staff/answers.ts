import type { Told } from '../app/tell-citizens.js'
import type { Text } from '../kernel/text.js'
import { text } from '../kernel/text.js'
import { stateOf } from './cards.js'
import type { Plain, StaffEffects } from './effects.js'

type Refused<Name extends keyof StaffEffects> = Extract<StaffEffects[Name]['result'], { readonly ok: false }>
type AnyRefusal = Refused<
  | 'open_report'
  | 'change_report'
  | 'reply_to_citizen'
  | 'add_note'
  | 'show_contacts'
  | 'chase_office'
  | 'decide_reopening'
>

/** Why it could not be done, kindly, and what can be done instead. */
export function refusal(refused: AnyRefusal, number: number): Text {
  switch (refused.why) {
    case 'taken':
      return refused.yourself
        ? text('staff.no.yours_already', { number })
        : text('staff.no.taken', { number, name: refused.by })
    case 'wrong-status':
      return 'status' in refused
        ? text('staff.no.state', { number, state: stateOf(refused) })
        : text('staff.no.claimed_already', { number })
    default:
      return text(`staff.no.${refused.why}`, { number })
  }
}

/** How a private word reached the citizen. */
export const toldAs = (told: Plain<Told>): Text => text(`staff.told.${told}`)

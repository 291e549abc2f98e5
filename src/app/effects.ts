import type { Town } from '../domain/town.js'
import type { Locale, UserId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import type { StaffMember, Tx } from './ports.js'

/** Who acts in a turn, and where. */
export interface Acting {
  readonly from: Address
  readonly actor: UserId
  readonly name?: string
  /** The number that the person writes from, where the network tells it: E.164. */
  readonly phone?: string
  readonly locale: Locale
  /** On a staff channel: who it is now; rights come from here and nowhere else. */
  readonly staff?: StaffMember
  /** Business time. */
  readonly now: Date
  readonly town: Town
}

/** What each effect of an audience takes and gives back; all of it JSON. */
export type EffectMap = Readonly<Record<string, { input: unknown; result: unknown }>>

/** Carries an effect out, in the transaction of the turn. */
export type Effects<Map> = {
  readonly [Name in keyof Map]: (
    tx: Tx,
    input: Map[Name] extends { input: infer Input } ? Input : never,
    acting: Acting,
  ) => Promise<Map[Name] extends { result: infer Result } ? Result : never>
}

import type { CitizenId, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'

/** Who says that two citizens are one person: they themselves, or the network that knows both identities. */
export type JoinedBy = 'citizen' | 'network'

export interface Joined {
  readonly id: number
  readonly keep: CitizenId
  /** The chats that came along, or went away again. */
  readonly addresses: readonly Address[]
  /** The reports whose reporter is another row now. */
  readonly reports: readonly ReportId[]
}

/** Moves what belongs to one citizen to another, and back. */
export interface CitizenJoins {
  /**
   * All that refers to `other` refers to `keep` afterwards; what `keep` has itself stands. Who was joined before is
   * looked up under the row that took them in. Undefined: they are one already.
   */
  join(
    keep: CitizenId,
    other: CitizenId,
    how: { readonly at: Date; readonly by: JoinedBy },
  ): Promise<Joined | undefined>
  /** The newest join into this citizen that the person asked for and that still holds. */
  newest(keep: CitizenId): Promise<Joined | undefined>
  /** What was moved goes back; what came since stays with who was kept. Undefined: it was undone before. */
  part(id: number, at: Date): Promise<Joined | undefined>
}

/** A code that links two chats: who gave it, who typed it, and what each has said since. */
export interface Link {
  readonly id: number
  readonly given: LinkEnd
  /** Missing until somebody types the code. */
  readonly typed?: LinkEnd
  readonly expiresAt: Date
  readonly ended?: 'joined' | 'refused' | 'replaced' | 'expired'
}

export interface LinkEnd {
  readonly chat: Address
  readonly yes: boolean
}

export interface Links {
  /** In place of the one that this chat gave before. False: another open code has this hash. */
  offer(given: Address, codeHash: string, expiresAt: Date): Promise<boolean>
  /** Locks it; undefined: there is no such code, or no longer. */
  lockByCode(codeHash: string): Promise<Link | undefined>
  lock(id: number): Promise<Link | undefined>
  get(id: number): Promise<Link | undefined>
  save(link: Link): Promise<void>
  recordTry(chat: Address, at: Date): Promise<void>
  countTries(chat: Address, since: Date): Promise<number>
  /** Codes and tries that nobody will ask for any more. */
  forgetBefore(moment: Date): Promise<void>
}

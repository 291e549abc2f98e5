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

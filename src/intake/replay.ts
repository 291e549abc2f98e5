import type { UnitOfWork } from '../app/ports.js'
import type { ChannelName } from '../kernel/ids.js'
import { hear } from './hear.js'
import type { TurnDeps } from './turns.js'

/** An event as its network numbered it. */
export interface EventId {
  readonly channel: ChannelName
  readonly id: string
}

/**
 * An event that was set aside goes through the conversation again, as it stands now: its row in the inbox is turned back
 * in the transaction of the turn, so that it counts once. Rejects when it fails again: it then stays set aside.
 * @returns false when there is no such event, or somebody else was faster
 */
export async function replay(deps: TurnDeps & { unitOfWork: UnitOfWork }, which: EventId): Promise<boolean> {
  return deps.unitOfWork.run(async (tx) => {
    const event = await tx.turns.takeSetAside(which)
    if (event) await hear(deps, tx, [{ event, flood: 'ok' }])
    return event !== undefined
  })
}

import type { CitizenId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import type { Joined, JoinedBy } from './link-port.js'
import type { Tx } from './ports.js'

/**
 * Two citizens turn out to be one person: everything of `other` (chats, reports, what is followed, calls to make, and
 * the name and number that `keep` lacks) is `keep`'s from now on. Locks the chats of `other` first, so that a turn under
 * way there is finished and loses nothing. A second time is nothing. Undefined: they are one already.
 */
export async function joinCitizens(
  tx: Pick<Tx, 'joins' | 'history'>,
  keep: CitizenId,
  other: CitizenId,
  now: Date,
  by: JoinedBy = 'network',
): Promise<Joined | undefined> {
  const joined = await tx.joins.join(keep, other, { at: now, by })
  await record(tx, joined, 'join', now, by)
  return joined
}

/** The network shows that two of its chats are one person's. A chat from which nobody was heard yet is nothing. */
export async function joinChats(
  tx: Pick<Tx, 'citizens' | 'joins' | 'history'>,
  keep: Address,
  other: Address,
  now: Date,
): Promise<void> {
  const old = await tx.citizens.find(other)
  if (!old) return
  const { id } = await tx.citizens.at(keep, old)
  await joinCitizens(tx, id, old.id, now)
}

/** Takes the newest join that the person asked for back: each chat has again what it had. Undefined: there is none. */
export async function partCitizens(
  tx: Pick<Tx, 'joins' | 'history'>,
  keep: CitizenId,
  now: Date,
): Promise<Joined | undefined> {
  const newest = await tx.joins.newest(keep)
  const parted = newest && (await tx.joins.part(newest.id, now))
  await record(tx, parted, 'part', now, 'citizen')
  return parted
}

/** The office sees in the report's history that it is answered on another chat now. */
async function record(
  tx: Pick<Tx, 'history'>,
  joined: Joined | undefined,
  action: 'join' | 'part',
  at: Date,
  by: JoinedBy,
): Promise<void> {
  const party = by === 'citizen' ? 'reporter' : 'network'
  for (const report of joined?.reports ?? []) await tx.history.append({ report, at, action, party })
}

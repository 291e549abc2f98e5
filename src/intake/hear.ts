import type { Tx } from '../app/ports.js'
import { text } from '../kernel/text.js'
import type { InboundEvent } from '../messaging/inbound.js'
import type { FloodVerdict } from './flood.js'
import { hearReceipt } from './receipt.js'
import { runTurns, type TurnDeps } from './turns.js'

/** What came in and is no repeat. */
export interface NewEvent {
  readonly event: InboundEvent
  readonly flood: FloodVerdict
}

/** Everything that new events do, in the transaction that records them; at most one event of each chat. */
export async function hear(deps: TurnDeps, tx: Tx, events: readonly NewEvent[]): Promise<void> {
  const heard: InboundEvent[] = []
  for (const { event, flood } of events) {
    if (event.type === 'reachability') await tx.turns.setReachable(event.from, event.reachable)
    else if (event.type === 'receipt')
      await hearReceipt(tx, { town: deps.world.town, now: deps.now() }, event)
    else if (flood === 'warn') tell(deps, tx, event, 'intake.flood')
    else if (flood === 'drop') continue
    else if (isHeard(deps, { event, flood })) heard.push(event)
    else if (event.type === 'command' || event.type === 'choice')
      tell(deps, tx, event, 'intake.not_in_groups')
  }
  if (heard.length === 0) return
  await runTurns(
    deps,
    tx,
    heard.map((event) => ({ chat: event.from, incoming: { type: 'inbound', event } })),
  )
}

/** It enters a conversation, if it is new. */
export const isHeard = (deps: TurnDeps, { event, flood }: NewEvent): boolean =>
  event.type !== 'reachability' && event.type !== 'receipt' && flood === 'ok' && !isOverheard(deps, event)

/** In a group everybody would read what only one may see; and not everybody there is staff. */
const isOverheard = ({ audience }: TurnDeps, event: InboundEvent): boolean =>
  audience.name === 'staff' && !event.private

/** Words to a chat that no conversation says; nobody's language is known here but the town's. */
export function tell(
  { world }: TurnDeps,
  tx: Pick<Tx, 'outbox'>,
  { from }: Pick<InboundEvent, 'from'>,
  key: 'intake.flood' | 'intake.not_in_groups' | 'intake.failed' | 'intake.begun_anew',
): void {
  tx.outbox.put({ to: from, locale: world.town.locale, message: { body: [text(key)] } })
}

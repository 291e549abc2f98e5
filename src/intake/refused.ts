import type { Matters, RefusedMessage, Tx } from '../app/ports.js'
import { notDelivered } from '../app/tell-citizens.js'
import type { Town } from '../domain/town.js'
import type { ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Address } from '../messaging/inbound.js'

export interface RefusedRows {
  readonly to: Address
  readonly rows: readonly RefusedMessage[]
  readonly why: string
}

/**
 * The network refused messages to a chat. News goes to another chat of the same person, if there is one that can be
 * reached; else there is one consequence for each report, the weightiest.
 */
export async function refusedByNetwork(
  tx: Tx,
  here: { town: Town; now: Date },
  refused: RefusedRows,
): Promise<void> {
  if (refused.why === 'blocked') await tx.turns.setReachable(refused.to, false)
  const citizen = await tx.citizens.find(refused.to)
  // A member of staff whose chat is shut is no citizen waiting for an answer.
  if (!citizen) return
  const other = (await tx.citizens.addressesOf(citizen.id)).find(
    ({ channel, chat, reachable }) =>
      reachable && (channel !== refused.to.channel || chat !== refused.to.chat),
  )
  const reports = new Map<ReportId, { matters?: Matters; say: readonly Text[] }>()
  for (const { about, matters, message } of refused.rows) {
    if (about === undefined || message.replaces) continue
    // A question belongs to the conversation in which it was asked.
    if (other && !message.moved && !message.choices) {
      const { channel, chat } = other
      const { windowShut: _, ...news } = message
      tx.outbox.put({
        to: { channel, chat },
        locale: citizen.locale,
        message: { ...news, moved: true },
        matters,
      })
      continue
    }
    if (matters || !reports.get(about)?.matters) reports.set(about, { matters, say: message.body })
  }
  for (const [report, { matters, say }] of [...reports].sort(([a], [b]) => a - b)) {
    await notDelivered(tx, here, { report, citizen: citizen.id, matters, say })
  }
}

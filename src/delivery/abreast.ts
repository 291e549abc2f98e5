import type { OutboxRow, SettledRow } from '../app/outbox-port.js'
import type { ExternalId } from '../kernel/ids.js'

/**
 * What is sent at the same moment: a message in its turn, and with it the change of an earlier one that stands before it.
 * Where a message stands is not touched by a change, and a person need not wait for both answers.
 */
export function* abreast(rows: readonly OutboxRow[]): Generator<readonly OutboxRow[]> {
  let change: OutboxRow | undefined
  for (const row of rows) {
    const changesOnly = row.message.replaces?.otherwise === 'drop'
    if (changesOnly && change) yield [change]
    if (!changesOnly) yield change ? [change, row] : [row]
    change = changesOnly ? row : undefined
  }
  if (change) yield [change]
}

/** The network id of the newest message with this tag among those sent and not yet written down. */
export function justSent(
  rows: readonly OutboxRow[],
  settled: readonly SettledRow[],
  tag: string,
): ExternalId | undefined {
  const tagged = (seq: number) => rows.some((row) => row.seq === seq && row.message.tag === tag)
  return settled.findLast(({ seq, status }) => status === 'sent' && tagged(seq))?.extIds.at(-1)
}

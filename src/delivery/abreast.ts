import type { OutboxRow } from '../app/outbox-port.js'

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

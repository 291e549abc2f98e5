import type { ReportId } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import { follows } from './add-to-report.js'
import { isUndoable } from './admit-change.js'
import type { Acting } from './effects.js'
import type { Tx } from './ports.js'
import { endingOf } from './tell-closed.js'

/**
 * How a closed report ended, for who reported it or follows it: the same as they are told when it ends, for whom that did
 * not reach. Nothing: it is not theirs, or there is nothing to be told yet.
 */
export async function showEnding(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens'>,
  { town, now, from }: Acting,
  id: ReportId,
): Promise<{ report: ReportId; message?: Text; duplicateOf?: ReportId }> {
  const citizen = await tx.citizens.find(from)
  const report = await tx.reports.get(id)
  if (!citizen || report?.status !== 'closed' || isUndoable(report, now)) return { report: id }
  if (report.reporter !== citizen.id && !(await follows(tx, citizen, report))) return { report: id }
  return { report: id, ...endingOf(town, report, await tx.history.of(id)) }
}

import { isOpen, type Place, type Report } from '../domain/report.js'
import { findCategory } from '../domain/town.js'
import type { CategoryCode, ReportId } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { type Addition, addToReport } from './add-to-report.js'
import type { Acting } from './effects.js'
import type { Tx } from './ports.js'

/** So near, two reports of one kind may well be one problem. */
const NEAR_METRES = 80
const SHOWN = 3

/** Open reports of others that may be the same problem; never of a sensitive category. */
export async function findNearby(
  tx: Pick<Tx, 'reports' | 'citizens'>,
  { town, from }: Acting,
  { category, place }: { category: CategoryCode; place: Place },
): Promise<readonly Report[]> {
  const kind = findCategory(town, category)
  if (!kind || kind.sensitive) return []
  const [citizen, near] = await sideBySide([
    tx.citizens.find(from),
    // Some of them may be the person's own, who knows of them and means another one.
    tx.reports.openNear({ category, place, metres: NEAR_METRES, limit: SHOWN * 2 }),
  ])
  return near.filter(({ reporter }) => reporter === undefined || reporter !== citizen?.id).slice(0, SHOWN)
}

/**
 * The citizen met the same problem and joins the report, with what was said about it so far: gets its public status,
 * never the private replies.
 */
export async function followReport(
  tx: Parameters<typeof addToReport>[0],
  acting: Acting,
  addition: Addition,
): Promise<{ ok: true; report: ReportId } | { ok: false; why: 'closed' }> {
  const { town, from, locale, name, phone, now } = acting
  const { report: id, text, attachments, urgent } = addition
  const report = await tx.reports.lock(id)
  const kind = report && findCategory(town, report.category)
  if (!report || kind?.sensitive || !isOpen(report.status)) return { ok: false, why: 'closed' }
  const citizen = await tx.citizens.at(from, { locale, name, phone })
  await tx.citizens.follow(id, citizen.id, now)
  await tx.history.append({
    report: id,
    at: now,
    action: 'follow',
    party: 'reporter',
    details: { follower: true },
  })
  if (text || attachments.length > 0 || urgent) await addToReport(tx, acting, addition)
  return { ok: true, report: id }
}

import { inOfficeHours, remindAt } from '../domain/clocks.js'
import type { Report } from '../domain/report.js'
import type { Town } from '../domain/town.js'
import type { Tx } from './ports.js'

/** Starts the office's clock anew: a reminder at three quarters, the supervisors at the end; both while people work. */
export async function startClaimClock(tx: Pick<Tx, 'timers'>, town: Town, report: Report): Promise<void> {
  const key = String(report.id)
  const quarters = remindAt(town, report.officeSince, report.claimDueAt)
  const awake = inOfficeHours(town, quarters)
  // A reminder after the end would be none: rather at night than too late.
  await tx.timers.set({ kind: 'claim_reminder', key, dueAt: awake < report.claimDueAt ? awake : quarters })
  await tx.timers.set({ kind: 'claim_overdue', key, dueAt: inOfficeHours(town, report.claimDueAt) })
}

/** Somebody has it, or nobody needs it any more. */
export async function stopClaimClock(tx: Pick<Tx, 'timers'>, report: Pick<Report, 'id'>): Promise<void> {
  await tx.timers.cancel('claim_reminder', String(report.id))
  await tx.timers.cancel('claim_overdue', String(report.id))
}

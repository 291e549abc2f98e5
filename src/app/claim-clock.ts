import { remindAt } from '../domain/clocks.js'
import type { Report } from '../domain/report.js'
import type { Town } from '../domain/town.js'
import type { Tx } from './ports.js'

/** Starts the office's clock anew: a reminder at three quarters, the supervisors at the end. */
export async function startClaimClock(tx: Pick<Tx, 'timers'>, town: Town, report: Report): Promise<void> {
  const key = String(report.id)
  const remind = remindAt(town, report.officeSince, report.claimDueAt)
  await tx.timers.set({ kind: 'claim_reminder', key, dueAt: remind })
  await tx.timers.set({ kind: 'claim_overdue', key, dueAt: report.claimDueAt })
}

/** Somebody has it, or nobody needs it any more. */
export async function stopClaimClock(tx: Pick<Tx, 'timers'>, report: Pick<Report, 'id'>): Promise<void> {
  await tx.timers.cancel('claim_reminder', String(report.id))
  await tx.timers.cancel('claim_overdue', String(report.id))
}

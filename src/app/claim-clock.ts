import { inOfficeHours, remindAt } from '../domain/clocks.js'
import type { Report } from '../domain/report.js'
import type { Town } from '../domain/town.js'
import { sideBySide } from '../kernel/side-by-side.js'
import type { Tx } from './ports.js'

/** Starts the office's clock anew: a reminder at three quarters, the supervisors at the end; both while people work. */
export async function startClaimClock(tx: Pick<Tx, 'timers'>, town: Town, report: Report): Promise<void> {
  const key = String(report.id)
  const quarters = remindAt(town, report.officeSince, report.claimDueAt)
  const awake = inOfficeHours(town, quarters)
  // A reminder after the end would be none: rather at night than too late.
  await sideBySide([
    tx.timers.set({ kind: 'claim_reminder', key, dueAt: awake < report.claimDueAt ? awake : quarters }),
    tx.timers.set({ kind: 'claim_overdue', key, dueAt: inOfficeHours(town, report.claimDueAt) }),
  ])
}

/** Somebody has it, or nobody needs it any more. */
export async function stopClaimClock(tx: Pick<Tx, 'timers'>, report: Pick<Report, 'id'>): Promise<void> {
  const key = String(report.id)
  await sideBySide([tx.timers.cancel('claim_reminder', key), tx.timers.cancel('claim_overdue', key)])
}

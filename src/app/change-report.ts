import { claimDueAt } from '../domain/clocks.js'
import { looksDangerous } from '../domain/danger.js'
import { type Action, lifecycle, newsKindOf } from '../domain/lifecycle.js'
import type { Report, Status } from '../domain/report.js'
import { aboutReport, titleOf } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { ReportId, StaffId } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { admit, type Change, type ChangeRefused, targetOf, UNDO_MS } from './admit-change.js'
import { announceReport, refreshAnnouncements, undoChoice } from './announce-report.js'
import { startClaimClock, stopClaimClock } from './claim-clock.js'
import type { TextKind, Tx } from './ports.js'
import type { By } from './rights.js'
import { responsibleFor, tellCitizens, tellFollowers } from './tell-citizens.js'
import { tellStaff } from './tell-staff.js'

export type ChangeResult = { readonly ok: true; readonly report: Report } | ChangeRefused

type Changing = Pick<Tx, 'reports' | 'history' | 'citizens' | 'staff' | 'outbox' | 'timers' | 'calls'>
interface Here {
  readonly town: Town
  readonly now: Date
}

/**
 * Takes a report one step along its life (`domain/lifecycle.ts`), with everything that hangs on it: history, clocks,
 * what citizens and staff are told. Refusals are values and change nothing.
 */
export async function changeReport(tx: Changing, here: Here, change: Change): Promise<ChangeResult> {
  const before = await tx.reports.lock(change.report)
  if (!before) return { ok: false, why: 'unknown' }
  const step = await admit(tx, here, before, change)
  if (!step.ok) return step
  const after = await tx.reports.update({
    ...before,
    status: step.status,
    cameFrom: undefined,
    ...(await fieldsOf(tx, here, before, change, step.status)),
  })
  await record(tx, here, before, after, change)
  await consequences(tx, here, after, change)
  return { ok: true, report: after }
}

/** What the action changes beside the status. */
async function fieldsOf(
  tx: Pick<Tx, 'history'>,
  { town, now }: Here,
  before: Report,
  { action, by, outcome, text: words = '', moveTo = {} }: Change,
  status: Status,
): Promise<Partial<Report>> {
  switch (action) {
    case 'claim':
      return { claimedBy: staffOf(by), claimedAt: now }
    case 'transfer': {
      const target = targetOf(town, before, moveTo)
      // Within an office the clock of an unclaimed report runs on: putting a category right hides nothing.
      const restarts = target?.office !== before.office || before.claimedAt !== undefined
      return {
        ...target,
        ...(restarts && officeClock(town, now)),
        title: titleOf(town, target?.category ?? before.category, before.place),
        claimedBy: undefined,
        claimedAt: undefined,
      }
    }
    case 'close':
      return { cameFrom: before.status, closedAt: now, outcome }
    case 'undo_close': {
      const cameFrom = status === 'awaiting_citizen' ? await askedFrom(tx, before.id) : undefined
      return { cameFrom, closedAt: undefined, outcome: undefined }
    }
    case 'reopen':
      return {
        ...officeClock(town, now),
        claimedBy: undefined,
        claimedAt: undefined,
        closedAt: undefined,
        outcome: undefined,
        reopenedTimes: before.reopenedTimes + 1,
        urgent: before.urgent || looksDangerous(town, words),
      }
    case 'start':
    case 'answer':
    case 'withdraw':
      return {}
    default:
      return action satisfies never
  }
}

/** The citizen's clock is reckoned from `submittedAt`; this one is the office's. */
const officeClock = (town: Town, now: Date): Pick<Report, 'officeSince' | 'claimDueAt'> => ({
  officeSince: now,
  claimDueAt: claimDueAt(town, now),
})

/** Where it was when the citizen was asked: the close has overwritten it, the history has it. */
async function askedFrom(tx: Pick<Tx, 'history'>, report: ReportId): Promise<Status | undefined> {
  const lines = await tx.history.of(report)
  return lines.findLast(({ action }) => action === 'ask')?.from
}

const staffOf = (by: By): StaffId | undefined => ('staff' in by ? by.staff.id : undefined)

const TEXT_KIND: Partial<Record<Action, TextKind>> = {
  close: 'closing',
  transfer: 'note',
  answer: 'addition',
  reopen: 'addition',
}

async function record(tx: Pick<Tx, 'history'>, { now }: Here, before: Report, after: Report, change: Change) {
  const { action, by, outcome, ready, duplicateOf } = change
  const body = change.text?.trim()
  const kind = TEXT_KIND[action]
  await tx.history.append(
    {
      report: after.id,
      at: now,
      action,
      party: by.party,
      staff: staffOf(by),
      from: before.status,
      to: after.status,
      details: {
        ...(outcome && action === 'close' && { outcome }),
        ...(ready && action === 'close' && { ready }),
        ...(outcome === 'duplicate' && duplicateOf && action === 'close' && { duplicateOf }),
        ...(before.office !== after.office && { fromOffice: before.office, toOffice: after.office }),
        ...(before.category !== after.category && {
          fromCategory: before.category,
          toCategory: after.category,
        }),
      },
    },
    kind && body ? { kind, body } : undefined,
  )
}

async function consequences(tx: Changing, here: Here, report: Report, change: Change): Promise<void> {
  const { town, now } = here
  const about = aboutReport(town, report)
  const key = String(report.id)
  switch (change.action) {
    case 'claim':
      await stopClaimClock(tx, report)
      if ('staff' in change.by) {
        const name = change.by.staff.name
        await refreshAnnouncements(tx, report, text('staff.announce.claimed', { ...about, name }))
      }
      break
    case 'transfer':
      if (report.officeSince.getTime() === now.getTime()) await startClaimClock(tx, town, report)
      await refreshAnnouncements(tx, report, text('staff.announce.moved', about))
      await announceReport(tx, town, report, 'transferred')
      break
    case 'close':
      await tx.timers.set({ kind: 'tell_closed', key, dueAt: new Date(now.getTime() + UNDO_MS) })
      // A message of its own: its button stands for the whole minute, whatever is done meanwhile.
      if ('staff' in change.by) {
        tellStaff(tx, [change.by.staff], (locale) => ({
          body: [text('staff.close.done', about)],
          choices: [undoChoice(report, locale)],
          about: report.id,
        }))
      }
      return
    case 'undo_close':
      await tx.timers.cancel('tell_closed', key)
      break
    case 'reopen':
      await tx.timers.cancel('tell_closed', key)
      await startClaimClock(tx, town, report)
      await announceReport(tx, town, report, 'reopened')
      break
    case 'withdraw':
      await stopClaimClock(tx, report)
      // Who withdraws it knows; whoever relied on it does not.
      await tellFollowers(tx, here, report, {
        kind: 'withdrawn',
        everyone: () => [text('status.withdrawn', about)],
        matters: 'end',
      })
      await refreshAnnouncements(tx, report, text('staff.announce.withdrawn', about))
      if (report.claimedBy !== undefined) {
        tellStaff(tx, await responsibleFor(tx, town, report), () => ({
          body: [text('staff.announce.withdrawn', about)],
          about: report.id,
        }))
      }
      break
    case 'start':
    case 'answer':
      break
    default:
      change.action satisfies never
  }
  const tells = lifecycle[change.action].tells
  if (tells)
    await tellCitizens(tx, here, report, { kind: newsKindOf(tells), everyone: (own) => [text(tells, own)] })
}

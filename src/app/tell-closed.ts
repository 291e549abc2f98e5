import { lifecycle } from '../domain/lifecycle.js'
import type { Report } from '../domain/report.js'
import { readyText } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { ReportId } from '../kernel/ids.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { isSensitive } from './admit-change.js'
import type { HistoryLine, Tx } from './ports.js'
import { tellCitizens } from './tell-citizens.js'

/**
 * The minute for second thoughts is over (timer `tell_closed`): the citizens hear how it ended, and
 * why. Returns the report, or undefined when it is closed no more.
 */
export async function tellClosed(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens' | 'staff' | 'outbox' | 'calls'>,
  here: { readonly town: Town; readonly now: Date },
  id: ReportId,
): Promise<Report | undefined> {
  const report = await tx.reports.lock(id)
  const tells = lifecycle.close.tells
  if (report?.status !== 'closed' || !report.outcome || !tells) return undefined
  const { outcome } = report
  const { message, duplicateOf } = endingOf(here.town, report, await tx.history.of(id))
  const twin = await joinTwin(tx, here, report, duplicateOf)
  // Followers too: the operator was told so, and nobody is left without a reason. Private words go with `/reply`.
  await tellCitizens(tx, here, report, {
    kind: 'closed',
    values: { outcome: text(`closed.${outcome}`), ...(message && { words: message }) },
    everyone: (about) => [
      text(tells, about),
      text(`closed.${outcome}`),
      ...twin,
      ...(message ? [message] : []),
    ],
    matters: 'end',
  })
  return report
}

/**
 * What everybody may read of a report's end: the office's message (missing when erased), and of which other report it is
 * a duplicate; never of a sensitive one.
 */
export function endingOf(
  town: Town,
  report: Report,
  history: readonly HistoryLine[],
): { message?: Text; duplicateOf?: ReportId } {
  const { outcome } = report
  const close = history.findLast(({ action }) => action === 'close')
  const ready = outcome && close?.details?.ready ? readyText(town, outcome) : undefined
  const twin = outcome === 'duplicate' && !isSensitive(town, report) ? close?.details?.duplicateOf : undefined
  return {
    message: ready ?? (close?.text && verbatim(close.text.body)),
    duplicateOf: typeof twin === 'number' ? (twin as ReportId) : undefined,
  }
}

/** Whoever reported or followed it follows the other one from now on, and is told so. */
async function joinTwin(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens'>,
  { now }: { readonly now: Date },
  report: Report,
  duplicateOf: ReportId | undefined,
): Promise<Text[]> {
  const twin = duplicateOf === undefined ? undefined : await tx.reports.get(duplicateOf)
  if (!twin) return []
  const followers = (await tx.citizens.followersOf(report.id)).map(({ id }) => id)
  const people = new Set([...(report.reporter === undefined ? [] : [report.reporter]), ...followers])
  for (const citizen of people) {
    if (citizen !== twin.reporter) await tx.citizens.follow(twin.id, citizen, now)
  }
  if (people.size > 0) {
    const details = { follower: true, from: report.id, people: people.size }
    await tx.history.append({ report: twin.id, at: now, action: 'follow', party: 'clock', details })
  }
  return [text('closed.duplicate_of', { number: twin.id })]
}

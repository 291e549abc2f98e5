import { lifecycle } from '../domain/lifecycle.js'
import type { Report } from '../domain/report.js'
import { readyText } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { ReportId } from '../kernel/ids.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { isSensitive } from './admit-change.js'
import type { Tx } from './ports.js'
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
  const lines = await tx.history.of(id)
  const close = lines.findLast(({ action }) => action === 'close')
  const ready = close?.details?.ready ? readyText(here.town, outcome) : undefined
  const message = ready ?? (close?.text && verbatim(close.text.body))
  const twin = outcome === 'duplicate' ? await joinTwin(tx, here, report, close?.details?.duplicateOf) : []
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

/** Whoever reported or followed it follows the other one from now on, and is told so; never a sensitive one. */
async function joinTwin(
  tx: Pick<Tx, 'reports' | 'history' | 'citizens'>,
  { town, now }: { readonly town: Town; readonly now: Date },
  report: Report,
  duplicateOf: unknown,
): Promise<Text[]> {
  const twin = typeof duplicateOf === 'number' ? await tx.reports.get(duplicateOf as ReportId) : undefined
  if (!twin || isSensitive(town, report)) return []
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

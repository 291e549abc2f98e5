import type { Report } from '../domain/report.js'
import { aboutReport } from '../domain/report-text.js'
import { staffCommand } from '../domain/staff-command.js'
import type { Town } from '../domain/town.js'
import type { Locale } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import type { Tx } from './ports.js'
import { type Listeners, listenersOf, reportTag, tellStaff } from './tell-staff.js'

/** Tells the office, at once, that a report waits to be claimed. Carries no personal data. */
export async function announceReport(
  tx: Pick<Tx, 'staff' | 'outbox'>,
  town: Town,
  report: Report,
  why: 'new' | 'transferred' | 'reopened',
): Promise<void> {
  announceTo(tx, town, report, why, await listenersOf(tx, town, report))
}

/** The same to whom it was found out already. */
export function announceTo(
  tx: Pick<Tx, 'outbox'>,
  town: Town,
  report: Report,
  why: 'new' | 'transferred' | 'reopened',
  { staff, remark }: Listeners,
): void {
  tellStaff(tx, staff, (locale) => ({
    body: [
      text(`staff.announce.${why}`, aboutReport(town, report)),
      ...(report.urgent ? [text('staff.urgent')] : []),
      text('staff.claim_by', aboutReport(town, report)),
      ...remark,
    ],
    choices: [claimChoice(report, locale), openChoice(report, locale)],
    tag: reportTag(report.id),
    about: report.id,
  }))
}

/** All who were told that it waits are told, in the same place, what became of it. */
export async function refreshAnnouncements(
  tx: Pick<Tx, 'outbox'>,
  report: Pick<Report, 'id'>,
  says: Text,
): Promise<void> {
  const tag = reportTag(report.id)
  const chats = await tx.outbox.chatsWithTag(tag)
  tx.outbox.put(
    ...chats.map((chat) => ({
      ...chat,
      message: { body: [says], replaces: { tag, otherwise: 'drop' as const }, about: report.id },
    })),
  )
}

export const claimChoice = ({ id, version }: Pick<Report, 'id' | 'version'>, locale: Locale): Choice => ({
  id: `claim:${id}:${version}`,
  label: text('staff.button.claim'),
  command: staffCommand('claim', locale, id),
})

export const undoChoice = ({ id, version }: Pick<Report, 'id' | 'version'>, locale: Locale): Choice => ({
  id: `undo:${id}:${version}`,
  label: text('staff.button.undo'),
  command: staffCommand('undo', locale, id),
})

export const openChoice = ({ id }: Pick<Report, 'id'>, locale: Locale): Choice => ({
  id: `open:${id}`,
  label: text('staff.button.open'),
  command: staffCommand('open', locale, id),
})

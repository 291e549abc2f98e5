import type { Report } from '../domain/report.js'
import { officeName } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { Locale, ReportId } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { StaffMember, Tx } from './ports.js'

/** By this tag an announcement is found again when somebody claims the report. */
export const reportTag = (report: ReportId): string => `report-${report}`

export interface Listeners {
  readonly staff: readonly StaffMember[]
  readonly remark: readonly Text[]
}

/** Who hears of the office's reports: its operators; where there are none, the supervisors, who are told so. */
export async function listenersOf(
  tx: Pick<Tx, 'staff'>,
  town: Town,
  report: Pick<Report, 'office'>,
): Promise<Listeners> {
  const operators = await tx.staff.ofOffice(report.office)
  if (operators.length > 0) return { staff: operators, remark: [] }
  const remark = [text('staff.announce.no_operators', { office: officeName(town, report.office) })]
  return { staff: await tx.staff.supervisors(), remark }
}

/** Each in the own language. */
export function tellStaff(
  tx: Pick<Tx, 'outbox'>,
  staff: readonly StaffMember[],
  message: (locale: Locale) => OutboundMessage,
): void {
  tx.outbox.put(...staff.map(({ address, locale }) => ({ to: address, locale, message: message(locale) })))
}

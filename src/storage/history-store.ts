import type { EntityManager } from 'typeorm'
import type { History, HistoryLine, TextKind } from '../app/ports.js'
import { newId } from './columns.js'
import { type ReportEventRow, reportEvents, reportTexts } from './report.entity.js'

type RawLine = Omit<ReportEventRow, 'id' | 'report' | 'staff'> & {
  staff: string | null
  staffName: string | null
  textKind: TextKind | null
  body: string | null
}

/** The history of reports, in the running transaction of this manager: appended, never edited. */
export function createHistory(manager: EntityManager): History {
  return {
    async append({ report, at, action, party, staff, from, to, details }, text) {
      const inserted = await manager.insert(reportEvents, {
        report,
        at,
        action,
        party,
        staff: staff ?? null,
        from: from ?? null,
        to: to ?? null,
        details: details ?? {},
      })
      if (text) await manager.insert(reportTexts, { report, event: newId(inserted), ...text })
    },

    async countAdditions(report, { byFollowers, since }) {
      const [row]: { count: number }[] = await manager.query(
        `SELECT count(*)::int FROM report_event
          WHERE report = $1 AND action = 'add' AND at > $2 AND details ? 'follower' = $3`,
        [report, since, byFollowers],
      )
      return row?.count ?? 0
    },

    async of(report) {
      const lines: RawLine[] = await manager.query(
        `SELECT event.at, event.action, event.party, event.staff, staff.name AS "staffName",
                event.from_status AS "from", event.to_status AS "to", event.details,
                said.kind AS "textKind", said.body
           FROM report_event event
           LEFT JOIN staff ON staff.id = event.staff
           LEFT JOIN report_text said ON said.report = event.report AND said.event = event.id
          WHERE event.report = $1
          ORDER BY event.id`,
        [report],
      )
      return lines.map(
        ({ at, action, party, staff, staffName, from, to, details, textKind, body }): HistoryLine => ({
          report,
          at,
          action,
          party,
          staff: staff === null ? undefined : (Number(staff) as HistoryLine['staff']),
          staffName: staffName ?? undefined,
          from: from ?? undefined,
          to: to ?? undefined,
          details,
          text: textKind === null || body === null ? undefined : { kind: textKind, body },
        }),
      )
    },
  }
}

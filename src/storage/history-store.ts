import type { EntityManager } from 'typeorm'
import type { History, HistoryEntry, HistoryLine, TextKind } from '../app/ports.js'
import { gatherWrites } from './gather.js'
import { hotQueryOf } from './hot-query.js'
import type { ReportEventRow } from './report.entity.js'

type Appended = HistoryEntry & { readonly text?: { readonly kind: TextKind; readonly body: string } }

const entryRow = ({ from, to, details = {}, text, ...entry }: Appended) => ({
  ...entry,
  details,
  from_status: from,
  to_status: to,
  ...text,
})

type RawLine = Omit<ReportEventRow, 'id' | 'report' | 'staff'> & {
  staff: string | null
  staffName: string | null
  textKind: TextKind | null
  body: string | null
}

/** The history of reports, in the running transaction of this manager: appended, never edited. */
export function createHistory(manager: EntityManager): History {
  const query = hotQueryOf(manager)
  const append = gatherWrites((entries: readonly Appended[]) =>
    query(
      'history-append',
      `WITH entry AS MATERIALIZED (
         SELECT nextval((SELECT pg_get_serial_sequence('report_event', 'id'))::regclass) AS id, e.*
           FROM jsonb_to_recordset($1::jsonb) AS e (report bigint, at timestamptz, action text, party text,
                staff bigint, from_status text, to_status text, details jsonb, kind text, body text)
       ), appended AS (
         INSERT INTO report_event (id, report, at, action, party, staff, from_status, to_status, details)
         OVERRIDING SYSTEM VALUE
         SELECT id, report, at, action, party, staff, from_status, to_status, details FROM entry
       )
       INSERT INTO report_text (report, event, kind, body)
       SELECT report, id, kind, body FROM entry WHERE kind IS NOT NULL`,
      [JSON.stringify(entries.map(entryRow))],
    ),
  )

  return {
    append: (entry, text) => append({ ...entry, text }),

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

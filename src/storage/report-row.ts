import type { Report } from '../domain/report.js'
import type { CitizenId, ReportId, StaffId } from '../kernel/ids.js'
import type { ReportRow } from './report.entity.js'

/** A row of `report` as a hand-written statement reads it with `REPORT_COLUMNS`: pg hands bigints over as text. */
export type RawReport = Omit<ReportRow, 'id' | 'reporter' | 'claimedBy'> & {
  id: string
  reporter: string | null
  claimedBy: string | null
}

/** For `SELECT … FROM report r`. */
export const REPORT_COLUMNS = `
  r.id, r.version, r.status, r.came_from AS "cameFrom", r.category, r.office, r.place_line AS "placeLine", r.street,
  r.house_number AS "houseNumber", r.lat, r.lon, r.title, r.reporter, r.urgent, r.source,
  r.submitted_at AS "submittedAt", r.office_since AS "officeSince", r.claim_due_at AS "claimDueAt",
  r.claimed_by AS "claimedBy", r.claimed_at AS "claimedAt", r.closed_at AS "closedAt", r.outcome,
  r.reopened_times AS "reopenedTimes"`

/** The columns that are written, in order, and how a row of them is read from JSON. */
export const WRITTEN = `
  version, status, came_from, category, office, place_line, street, house_number, lat, lon, title, reporter, urgent,
  source, submitted_at, office_since, claim_due_at, claimed_by, claimed_at, closed_at, outcome, reopened_times`
export const WRITTEN_TYPES = `
  version integer, status text, came_from text, category text, office text, place_line text, street text,
  house_number text, lat float8, lon float8, title text, reporter bigint, urgent boolean, source text,
  submitted_at timestamptz, office_since timestamptz, claim_due_at timestamptz, claimed_by bigint,
  claimed_at timestamptz, closed_at timestamptz, outcome text, reopened_times integer`

/** Every field but the id, as JSON; what is undefined is null. */
export const rowOf = ({ place, ...report }: Omit<Report, 'id'>) => ({
  version: report.version,
  status: report.status,
  came_from: report.cameFrom,
  category: report.category,
  office: report.office,
  place_line: place.line,
  street: place.street,
  house_number: place.houseNumber,
  lat: place.point?.lat,
  lon: place.point?.lon,
  title: report.title,
  reporter: report.reporter,
  urgent: report.urgent,
  source: report.source,
  submitted_at: report.submittedAt,
  office_since: report.officeSince,
  claim_due_at: report.claimDueAt,
  claimed_by: report.claimedBy,
  claimed_at: report.claimedAt,
  closed_at: report.closedAt,
  outcome: report.outcome,
  reopened_times: report.reopenedTimes,
})

export const reportOf = (row: RawReport): Report => ({
  id: Number(row.id) as ReportId,
  version: row.version,
  status: row.status,
  cameFrom: row.cameFrom ?? undefined,
  category: row.category,
  office: row.office,
  place: {
    line: row.placeLine,
    street: row.street ?? undefined,
    houseNumber: row.houseNumber ?? undefined,
    point: row.lat === null || row.lon === null ? undefined : { lat: row.lat, lon: row.lon },
  },
  title: row.title,
  reporter: row.reporter === null ? undefined : (Number(row.reporter) as CitizenId),
  urgent: row.urgent,
  source: row.source,
  submittedAt: row.submittedAt,
  officeSince: row.officeSince,
  claimDueAt: row.claimDueAt,
  claimedBy: row.claimedBy === null ? undefined : (Number(row.claimedBy) as StaffId),
  claimedAt: row.claimedAt ?? undefined,
  closedAt: row.closedAt ?? undefined,
  outcome: row.outcome ?? undefined,
  reopenedTimes: row.reopenedTimes,
})

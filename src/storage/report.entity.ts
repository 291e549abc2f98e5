import { EntitySchema } from 'typeorm'
import type { HistoryEntry, TextKind } from '../app/ports.js'
import type { Outcome, Source, Status } from '../domain/report.js'
import type { CategoryCode, CitizenId, OfficeCode, ReportId, StaffId } from '../kernel/ids.js'
import { column } from './columns.js'

export interface ReportRow {
  id: ReportId
  version: number
  status: Status
  cameFrom: Status | null
  category: CategoryCode
  office: OfficeCode
  placeLine: string
  street: string | null
  houseNumber: string | null
  lat: number | null
  lon: number | null
  title: string
  reporter: CitizenId | null
  urgent: boolean
  source: Source
  submittedAt: Date
  officeSince: Date
  claimDueAt: Date
  claimedBy: StaffId | null
  claimedAt: Date | null
  closedAt: Date | null
  outcome: Outcome | null
  reopenedTimes: number
}

export const reports = new EntitySchema<ReportRow>({
  name: 'report',
  columns: {
    id: column.identity,
    version: column.integer('version'),
    status: column.text('status'),
    cameFrom: column.optionalText('came_from'),
    category: column.text('category'),
    office: column.text('office'),
    placeLine: column.text('place_line'),
    street: column.optionalText('street'),
    houseNumber: column.optionalText('house_number'),
    lat: column.degrees('lat'),
    lon: column.degrees('lon'),
    title: column.text('title'),
    reporter: column.optionalReference('reporter'),
    urgent: column.flag('urgent'),
    source: column.text('source'),
    submittedAt: column.moment('submitted_at'),
    officeSince: column.moment('office_since'),
    claimDueAt: column.moment('claim_due_at'),
    claimedBy: column.optionalReference('claimed_by'),
    claimedAt: column.optionalMoment('claimed_at'),
    closedAt: column.optionalMoment('closed_at'),
    outcome: column.optionalText('outcome'),
    reopenedTimes: column.integer('reopened_times'),
  },
})

export interface ReportEventRow {
  id: number
  report: ReportId
  at: Date
  action: HistoryEntry['action']
  party: HistoryEntry['party']
  staff: StaffId | null
  from: Status | null
  to: Status | null
  details: NonNullable<HistoryEntry['details']>
}

export const reportEvents = new EntitySchema<ReportEventRow>({
  name: 'report_event',
  columns: {
    id: column.identity,
    report: column.reference('report'),
    at: column.moment('at'),
    action: column.text('action'),
    party: column.text('party'),
    staff: column.optionalReference('staff'),
    from: column.optionalText('from_status'),
    to: column.optionalText('to_status'),
    details: column.json('details'),
  },
})

export interface ReportTextRow {
  id: number
  report: ReportId
  event: number
  kind: TextKind
  body: string | null
}

export const reportTexts = new EntitySchema<ReportTextRow>({
  name: 'report_text',
  columns: {
    id: column.identity,
    report: column.reference('report'),
    event: column.reference('event'),
    kind: column.text('kind'),
    body: column.optionalText('body'),
  },
})

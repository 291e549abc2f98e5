import type { SelectQueryBuilder } from 'typeorm'
import type { QueueFilter, QueueRow } from '../app/ports.js'
import type { Status } from '../domain/report.js'
import type { CategoryCode, OfficeCode, ReportId } from '../kernel/ids.js'
import { staff } from './people.entity.js'
import type { ReportRow } from './report.entity.js'

// Literally the predicates of the partial indexes: what a queue costs depends on the open reports of these
// offices, never on the closed ones.
const OPEN = `report.status NOT IN ('closed', 'withdrawn')`
export const UNCLAIMED = `report.status IN ('submitted', 'reopened')`
/** With the parameter `now`. */
export const LATE = `(${UNCLAIMED} AND report.claimDueAt < :now)`

/** What stands in each queue, with the parameters `now` and `staff`. */
export const QUEUES: Readonly<Record<QueueFilter, string>> = {
  open: OPEN,
  new: UNCLAIMED,
  mine: `${OPEN} AND report.claimedBy = :staff`,
  late: LATE,
}

interface RawQueueRow {
  id: string
  status: Status
  category: CategoryCode
  office: OfficeCode
  street: string | null
  houseNumber: string | null
  lat: number | null
  lon: number | null
  urgent: boolean
  submittedAt: Date
  claimDueAt: Date
  claimedBy: string | null
}

/** One page of the reports that `matching` finds, in its order; `total` counts all that it finds. */
export async function readQueue(
  matching: SelectQueryBuilder<ReportRow>,
  page: { limit: number; offset: number },
): Promise<{ rows: QueueRow[]; total: number }> {
  const total = await matching.getCount()
  const rows = await matching
    .leftJoin(staff.options.name, 'claimer', 'claimer.id = report.claimedBy')
    .select('report.id', 'id')
    .addSelect('report.status', 'status')
    .addSelect('report.category', 'category')
    .addSelect('report.office', 'office')
    .addSelect('report.street', 'street')
    .addSelect('report.houseNumber', 'houseNumber')
    .addSelect('report.lat', 'lat')
    .addSelect('report.lon', 'lon')
    .addSelect('report.urgent', 'urgent')
    .addSelect('report.submittedAt', 'submittedAt')
    .addSelect('report.claimDueAt', 'claimDueAt')
    .addSelect('claimer.name', 'claimedBy')
    .limit(page.limit)
    .offset(page.offset)
    .getRawMany<RawQueueRow>()
  return { rows: rows.map(queueRowOf), total }
}

const queueRowOf = ({ id, street, houseNumber, lat, lon, claimedBy, ...row }: RawQueueRow): QueueRow => ({
  ...row,
  id: Number(id) as ReportId,
  place: {
    street: street ?? undefined,
    houseNumber: houseNumber ?? undefined,
    point: lat === null || lon === null ? undefined : { lat, lon },
  },
  claimedBy: claimedBy ?? undefined,
})

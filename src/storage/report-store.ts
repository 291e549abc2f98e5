import { type EntityManager, MoreThanOrEqual } from 'typeorm'
import type { Reports } from '../app/ports.js'
import type { Report } from '../domain/report.js'
import type { ReportId } from '../kernel/ids.js'
import { newId } from './columns.js'
import { type ReportRow, reports } from './report.entity.js'
import { LATE, QUEUES, readQueue } from './report-queue.js'

/** Another transaction changed the report since it was read: roll back and run the whole work again. */
export class StaleReport extends Error {
  override readonly name = 'StaleReport'
}

/** Reports, in the running transaction of this manager. `update` rejects with `StaleReport`. */
export function createReports(manager: EntityManager): Reports {
  return {
    async insert(report) {
      const row = rowOf({
        ...report,
        version: 1,
        status: 'submitted',
        officeSince: report.submittedAt,
        reopenedTimes: 0,
      })
      const id = newId<ReportId>(await manager.insert(reports, row))
      return reportOf({ ...row, id })
    },

    async lock(id) {
      const row = await manager.findOne(reports, { where: { id }, lock: { mode: 'pessimistic_write' } })
      return row ? reportOf(row) : undefined
    },

    async get(id) {
      const row = await manager.findOneBy(reports, { id })
      return row ? reportOf(row) : undefined
    },

    async update(report) {
      const { id, version } = report
      const changed = { ...report, version: version + 1 }
      const { affected } = await manager.update(reports, { id, version }, rowOf(changed))
      if (affected !== 1) throw new StaleReport(`report ${id} is not at version ${version} any more`)
      return changed
    },

    async queue({ filter, offices, staff, now, limit, offset }) {
      const matching = manager
        .createQueryBuilder(reports, 'report')
        .where(QUEUES[filter])
        .setParameters({ staff, now })
        .orderBy('report.urgent', 'DESC')
        .addOrderBy(LATE, 'DESC')
        .addOrderBy('report.submittedAt')
        .addOrderBy('report.id')
      if (offices) matching.andWhere('report.office = ANY (:offices)', { offices })
      return readQueue(matching, { limit, offset })
    },

    async ofCitizen(citizen, limit) {
      const rows = await manager
        .createQueryBuilder(reports, 'report')
        .where(
          `report.id IN (SELECT id FROM report WHERE reporter = :citizen
             UNION SELECT report FROM follower WHERE citizen = :citizen)`,
          { citizen },
        )
        .orderBy('report.id', 'DESC')
        .limit(limit)
        .getMany()
      return rows.map(reportOf)
    },

    async openNear({ category, place: { point, street, houseNumber }, metres, limit }) {
      const near = manager
        .createQueryBuilder(reports, 'report')
        .where("report.status NOT IN ('closed', 'withdrawn') AND report.category = :category", { category })
        .andWhere(
          // A degree of latitude is 111,320 m, one of longitude shrinks with its cosine; good enough for a few hundred.
          `(report.lat IS NOT NULL AND :lat::float8 IS NOT NULL
              AND sqrt(power((report.lat - :lat) * 111320, 2)
                     + power((report.lon - :lon) * 111320 * cos(radians(:lat)), 2)) <= :metres
            OR report.street = :street AND (report.houseNumber = :houseNumber
              OR report.houseNumber IS NULL OR :houseNumber::text IS NULL))`,
          {
            lat: point?.lat ?? null,
            lon: point?.lon ?? null,
            metres,
            street: street ?? null,
            houseNumber: houseNumber ?? null,
          },
        )
        .orderBy('report.id', 'DESC')
        .limit(limit)
      return (await near.getMany()).map(reportOf)
    },

    countSubmittedSince: (citizen, since) =>
      manager.countBy(reports, { reporter: citizen, submittedAt: MoreThanOrEqual(since) }),
  }
}

/** Every field but the id: what is undefined is written as null, else TypeORM would leave the old value. */
const rowOf = ({ place, ...report }: Omit<Report, 'id'>): Omit<ReportRow, 'id'> => ({
  version: report.version,
  status: report.status,
  cameFrom: report.cameFrom ?? null,
  category: report.category,
  office: report.office,
  placeLine: place.line,
  street: place.street ?? null,
  houseNumber: place.houseNumber ?? null,
  lat: place.point?.lat ?? null,
  lon: place.point?.lon ?? null,
  title: report.title,
  reporter: report.reporter ?? null,
  urgent: report.urgent,
  source: report.source,
  submittedAt: report.submittedAt,
  officeSince: report.officeSince,
  claimDueAt: report.claimDueAt,
  claimedBy: report.claimedBy ?? null,
  claimedAt: report.claimedAt ?? null,
  closedAt: report.closedAt ?? null,
  outcome: report.outcome ?? null,
  reopenedTimes: report.reopenedTimes,
})

const reportOf = (row: ReportRow): Report => ({
  id: row.id,
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
  reporter: row.reporter ?? undefined,
  urgent: row.urgent,
  source: row.source,
  submittedAt: row.submittedAt,
  officeSince: row.officeSince,
  claimDueAt: row.claimDueAt,
  claimedBy: row.claimedBy ?? undefined,
  claimedAt: row.claimedAt ?? undefined,
  closedAt: row.closedAt ?? undefined,
  outcome: row.outcome ?? undefined,
  reopenedTimes: row.reopenedTimes,
})

import type { EntityManager } from 'typeorm'
import type { Reports } from '../app/ports.js'
import type { Report } from '../domain/report.js'
import type { CitizenId, ReportId } from '../kernel/ids.js'
import { gather } from './gather.js'
import { type HotQuery, hotQueryOf } from './hot-query.js'
import { reports } from './report.entity.js'
import { LATE, QUEUES, readQueue } from './report-queue.js'
import { type RawReport, REPORT_COLUMNS, reportOf, rowOf, WRITTEN, WRITTEN_TYPES } from './report-row.js'

/** Another transaction changed the report since it was read: roll back and run the whole work again. */
export class StaleReport extends Error {
  override readonly name = 'StaleReport'
}

type Near = Parameters<Reports['openNear']>[0]

/** Reports, in the running transaction of this manager. `update` rejects with `StaleReport`. */
export function createReports(manager: EntityManager): Reports {
  const query = hotQueryOf(manager)
  const insert = gather((made: readonly Omit<Report, 'id'>[]) => insertReports(query, made))
  const lock = gather((ids: readonly ReportId[]) => lockReports(query, ids))
  const count = gather((asked: readonly { citizen: CitizenId; since: Date }[]) => countSince(query, asked))
  const ofCitizen = gather((asked: readonly { citizen: CitizenId; limit: number }[]) =>
    ofCitizens(query, asked),
  )
  const openNear = gather((asked: readonly Near[]) => nearTo(query, asked))

  return {
    insert: (report) =>
      insert({
        ...report,
        version: 1,
        status: 'submitted',
        officeSince: report.submittedAt,
        reopenedTimes: 0,
      }),

    lock,

    async get(id) {
      const [row] = await query<RawReport>(
        'report-get',
        `SELECT ${REPORT_COLUMNS} FROM report r WHERE id = $1`,
        [id],
      )
      return row && reportOf(row)
    },

    async update(report) {
      const { id, version } = report
      const changed = { ...report, version: version + 1 }
      const rows = await query(
        'report-update',
        `UPDATE report SET (${WRITTEN}) =
           (SELECT ${WRITTEN} FROM jsonb_to_record($3::jsonb) AS n (${WRITTEN_TYPES}))
          WHERE id = $1 AND version = $2 RETURNING 1`,
        [id, version, JSON.stringify(rowOf(changed))],
      )
      if (rows.length !== 1) throw new StaleReport(`report ${id} is not at version ${version} any more`)
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

    ofCitizen: (citizen, limit) => ofCitizen({ citizen, limit }),
    openNear,
    countSubmittedSince: (citizen, since) => count({ citizen, since }),
  }
}

async function insertReports(query: HotQuery, made: readonly Omit<Report, 'id'>[]): Promise<Report[]> {
  const rows = await query<{ n: number; id: string }>(
    'report-insert',
    `WITH made AS MATERIALIZED (
       SELECT nextval((SELECT pg_get_serial_sequence('report', 'id'))::regclass) AS id, n.*
         FROM jsonb_to_recordset($1::jsonb) AS n (n integer, ${WRITTEN_TYPES})
     ), inserted AS (
       INSERT INTO report (id, ${WRITTEN}) OVERRIDING SYSTEM VALUE SELECT id, ${WRITTEN} FROM made
     )
     SELECT n, id FROM made`,
    [JSON.stringify(made.map((report, n) => ({ n, ...rowOf(report) })))],
  )
  const ids = new Map(rows.map(({ n, id }) => [n, Number(id) as ReportId]))
  return made.map((report, n) => ({ ...report, id: ids.get(n) as ReportId }))
}

async function lockReports(query: HotQuery, ids: readonly ReportId[]): Promise<(Report | undefined)[]> {
  const rows = await query<RawReport>(
    'report-lock',
    `SELECT ${REPORT_COLUMNS} FROM report r WHERE r.id = ANY ($1::bigint[]) ORDER BY r.id FOR UPDATE`,
    [ids],
  )
  const found = new Map(rows.map((row) => [Number(row.id), reportOf(row)]))
  return ids.map((id) => found.get(id))
}

async function countSince(
  query: HotQuery,
  asked: readonly { citizen: CitizenId; since: Date }[],
): Promise<number[]> {
  const rows = await query<{ n: string }>(
    'report-count-since',
    `SELECT (SELECT count(*) FROM report WHERE reporter = q.citizen AND submitted_at >= q.since) AS n
       FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS q (citizen, since, place) ORDER BY place`,
    [asked.map(({ citizen }) => citizen), asked.map(({ since }) => since)],
  )
  return rows.map(({ n }) => Number(n))
}

/** Own and followed ones, newest first. */
async function ofCitizens(
  query: HotQuery,
  asked: readonly { citizen: CitizenId; limit: number }[],
): Promise<Report[][]> {
  const rows = await query<RawReport & { place: string }>(
    'report-of-citizen',
    `SELECT q.place, ${REPORT_COLUMNS}
       FROM unnest($1::bigint[], $2::integer[]) WITH ORDINALITY AS q (citizen, most, place),
            LATERAL (
              SELECT id FROM (SELECT id FROM report WHERE reporter = q.citizen
                              UNION SELECT report FROM follower WHERE citizen = q.citizen) AS own
               ORDER BY id DESC LIMIT q.most) AS newest
            JOIN report r ON r.id = newest.id
      ORDER BY q.place, r.id DESC`,
    [asked.map(({ citizen }) => citizen), asked.map(({ limit }) => limit)],
  )
  return byPlace(rows, asked.length)
}

/** A degree of latitude is 111,320 m, one of longitude shrinks with its cosine; good enough for a few hundred. */
async function nearTo(query: HotQuery, asked: readonly Near[]): Promise<Report[][]> {
  const open = `o.status NOT IN ('closed', 'withdrawn') AND o.category = q.category`
  const rows = await query<RawReport & { place: string }>(
    'report-near',
    `SELECT q.n + 1 AS place, ${REPORT_COLUMNS}
       FROM jsonb_to_recordset($1::jsonb) AS q (
              n integer, category text, lat float8, lon float8, metres float8, street text, house_number text, most integer),
            LATERAL (
              SELECT id FROM (
                SELECT o.id FROM report o
                 WHERE ${open} AND o.lat IS NOT NULL AND o.lat BETWEEN q.lat - q.metres / 111320 AND q.lat + q.metres / 111320
                   AND sqrt(power((o.lat - q.lat) * 111320, 2)
                          + power((o.lon - q.lon) * 111320 * cos(radians(q.lat)), 2)) <= q.metres
                UNION
                SELECT o.id FROM report o
                 WHERE ${open} AND o.street IS NOT NULL AND o.street = q.street
                   AND (o.house_number = q.house_number OR o.house_number IS NULL OR q.house_number IS NULL)
              ) AS found ORDER BY id DESC LIMIT q.most) AS near
            JOIN report r ON r.id = near.id
      ORDER BY q.n, r.id DESC`,
    [
      JSON.stringify(
        asked.map(({ category, place: { point, street, houseNumber }, metres, limit }, n) => ({
          ...{ n, category, metres, street },
          ...{ lat: point?.lat, lon: point?.lon, house_number: houseNumber, most: limit },
        })),
      ),
    ],
  )
  return byPlace(rows, asked.length)
}

/** What was found for each question, the first one's `place` being 1. */
function byPlace(rows: readonly (RawReport & { place: string | number })[], questions: number): Report[][] {
  const found: Report[][] = Array.from({ length: questions }, () => [])
  for (const row of rows) found[Number(row.place) - 1]?.push(reportOf(row))
  return found
}

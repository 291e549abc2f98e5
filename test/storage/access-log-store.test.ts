import { createAccessLog } from '../../src/storage/access-log-store.js'
import { aReportRow, aStaffRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

test('a read is recorded with who, when and what', () =>
  db.tryOut(async (manager) => {
    const log = createAccessLog(manager)
    const anna = await aStaffRow(manager)
    const report = await aReportRow(manager)
    const at = new Date('2026-11-23T08:00:00Z')
    await log.record({ at, staff: anna.id, what: 'contacts', report: report.id })
    await log.record({ at, staff: anna.id, what: 'report' })
    expect(await manager.query('SELECT at, staff, what, report FROM access_log ORDER BY id')).toEqual([
      { at, staff: String(anna.id), what: 'contacts', report: String(report.id) },
      { at, staff: String(anna.id), what: 'report', report: null },
    ])
  }))

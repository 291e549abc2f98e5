import { createHistory } from '../../src/storage/history-store.js'
import { aReportRow, aStaffRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 9, minute))

test('the history comes back in order, with names and words', () =>
  db.tryOut(async (manager) => {
    const history = createHistory(manager)
    const anna = await aStaffRow(manager)
    const { id: report } = await aReportRow(manager)
    const { id: other } = await aReportRow(manager)
    await history.append(
      { report, at: at(0), action: 'submit', party: 'reporter', to: 'submitted' },
      { kind: 'description', body: 'Una buca 🕳️ profonda' },
    )
    await history.append({ report: other, at: at(1), action: 'submit', party: 'reporter' })
    await history.append({
      report,
      at: at(2),
      action: 'claim',
      party: 'operator',
      staff: anna.id,
      from: 'submitted',
      to: 'acknowledged',
      details: { inTime: true, hours: 2, office: 'maintenance' },
    })
    await history.append({ report, at: at(2), action: 'note', party: 'operator', staff: anna.id })

    expect(await history.of(report)).toEqual([
      {
        report,
        at: at(0),
        action: 'submit',
        party: 'reporter',
        to: 'submitted',
        details: {},
        text: { kind: 'description', body: 'Una buca 🕳️ profonda' },
      },
      {
        report,
        at: at(2),
        action: 'claim',
        party: 'operator',
        staff: anna.id,
        staffName: 'Anna',
        from: 'submitted',
        to: 'acknowledged',
        details: { inTime: true, hours: 2, office: 'maintenance' },
      },
      {
        report,
        at: at(2),
        action: 'note',
        party: 'operator',
        staff: anna.id,
        staffName: 'Anna',
        details: {},
      },
    ])
  }))

test('of words that were removed the entry remains', () =>
  db.tryOut(async (manager) => {
    const history = createHistory(manager)
    const anna = await aStaffRow(manager)
    const { id: report } = await aReportRow(manager)
    const said = { kind: 'addition', body: 'il vicino è un ladro' } as const
    await history.append({ report, at: at(0), action: 'add', party: 'reporter' }, said)
    await manager.query(
      'UPDATE report_text SET body = NULL, removed_at = now(), removed_by = $2 WHERE report = $1',
      [report, anna.id],
    )
    const [line] = await history.of(report)
    expect(line).toMatchObject({ action: 'add', party: 'reporter' })
    expect(line?.text).toBeUndefined()
  }))

import type { EntityManager } from 'typeorm'
import type { NewCall } from '../../src/app/ports.js'
import { verbatim } from '../../src/kernel/text.js'
import { createCalls } from '../../src/storage/call-store.js'
import { aCitizenRow, aReportRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const aCall = (overrides: Partial<NewCall> = {}): NewCall => ({
  phone: '+390172000001',
  reason: 'end',
  say: [verbatim('La buca è chiusa.')],
  at: new Date('2026-11-23T08:00:00Z'),
  ...overrides,
})

const statuses = async (manager: EntityManager) =>
  (await manager.query('SELECT phone, status FROM call_task ORDER BY id')).map(
    ({ phone, status }: { phone: string; status: string }) => `${phone} ${status}`,
  )

test('a call is kept whole and due at once', () =>
  db.tryOut(async (manager) => {
    const report = await aReportRow(manager)
    const citizen = await aCitizenRow(manager, '1')
    const call = aCall({ report: report.id, citizen: citizen.id })
    await createCalls(manager).add(call)
    const [{ id: _, ...row }] = await manager.query('SELECT * FROM call_task')
    expect(row).toEqual({
      report: String(report.id),
      citizen: String(citizen.id),
      phone: call.phone,
      reason: 'end',
      say: call.say,
      status: 'open',
      created_at: call.at,
      due_at: call.at,
      tries: 0,
      outcome: null,
      done_at: null,
      done_by: null,
    })
  }))

test('a newer call about the same report replaces the open one, and no other', () =>
  db.tryOut(async (manager) => {
    const calls = createCalls(manager)
    const { id: report } = await aReportRow(manager)
    const { id: other } = await aReportRow(manager)
    await calls.add(aCall({ report, phone: 'made' }))
    await manager.query(`UPDATE call_task SET status = 'done'`)
    await calls.add(aCall({ report, phone: 'older' }))
    await calls.add(aCall({ report: other, phone: 'other' }))
    await calls.add(aCall({ reason: 'call_back', phone: 'nobody’s' }))
    await calls.add(aCall({ reason: 'call_back', phone: 'nobody’s either' }))
    await calls.add(aCall({ report, phone: 'newer' }))
    expect(await statuses(manager)).toEqual([
      'made done',
      'older replaced',
      'other open',
      'nobody’s open',
      'nobody’s either open',
      'newer open',
    ])
  }))

test('who asks again to be called back has one call, to the number given last', async () => {
  const { id: citizen } = await db.source.transaction((manager) => aCitizenRow(manager, 'again'))
  const { id: other } = await db.source.transaction((manager) => aCitizenRow(manager, 'other'))
  await db.tryOut(async (manager) => {
    const calls = createCalls(manager)
    const first = await calls.add(aCall({ citizen, reason: 'call_back', phone: 'first' }))
    await calls.add(aCall({ citizen, reason: 'end', phone: 'about a report' }))
    await calls.add(aCall({ citizen: other, reason: 'call_back', phone: 'other' }))
    expect(await calls.add(aCall({ citizen, reason: 'call_back', phone: 'second' }))).toBe(first)
    expect(await statuses(manager)).toEqual(['second open', 'about a report open', 'other open'])
    await manager.query(`UPDATE call_task SET status = 'done' WHERE id = $1`, [first])
    expect(await calls.add(aCall({ citizen, reason: 'call_back', phone: 'third' }))).not.toBe(first)
  })
})

test('of two calls about one report at once the later one stays', async () => {
  const { id: report } = await db.source.transaction((manager) => aReportRow(manager))
  const first = await db.begin()
  const second = await db.begin()
  await createCalls(first.manager).add(aCall({ report, phone: 'first' }))
  const waits = createCalls(second.manager).add(aCall({ report, phone: 'second' }))
  await db.waiting(1)
  await first.commit()
  await waits
  await second.commit()
  expect(await statuses(db.source.manager)).toEqual(['first replaced', 'second open'])
})

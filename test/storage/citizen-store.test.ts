import type { CitizenId } from '../../src/kernel/ids.js'
import { createCitizens } from '../../src/storage/citizen-store.js'
import {
  aCitizenRow,
  aFollowerRow,
  anAddress,
  aReportRow,
  aTownDatabase,
  type TownDatabase,
} from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

test('a citizen is made the first time and found afterwards', () =>
  db.tryOut(async (manager) => {
    const citizens = createCitizens(manager)
    expect(await citizens.find(anAddress('1'))).toBeUndefined()
    const made = await citizens.at(anAddress('1'), { locale: 'en', name: 'Ada' })
    expect(made).toEqual({ id: made.id, locale: 'en', name: 'Ada' })
    expect(await citizens.at(anAddress('1'), { locale: 'it', name: 'Other' })).toEqual(made)
    expect(await citizens.find(anAddress('1'))).toEqual(made)
    expect(await citizens.get(made.id)).toEqual(made)
    const elsewhere = await citizens.at(anAddress('1', 'whatsapp'), { locale: 'it' })
    expect(elsewhere.id).not.toBe(made.id)
  }))

test('the number that the app tells is kept where none is known, and changes none that the person gave', () =>
  db.tryOut(async (manager) => {
    const citizens = createCitizens(manager)
    const [told, given] = ['+393331234567', '+390172699600']
    const made = await citizens.at(anAddress('1'), { locale: 'it', phone: told })
    expect(made.phone).toBe(told)
    const before = await citizens.at(anAddress('2'), { locale: 'it' })
    expect(before.phone).toBeUndefined()
    await citizens.at(anAddress('2'), { locale: 'it', phone: told })
    expect((await citizens.get(before.id))?.phone).toBe(told)
    await citizens.setPhone(before.id, given)
    await citizens.at(anAddress('2'), { locale: 'it', phone: told })
    expect((await citizens.get(before.id))?.phone).toBe(given)
  }))

test('the same new address in two transactions at once is one citizen, and none is left over', async () => {
  const count = async () => (await db.source.query('SELECT count(*)::int AS n FROM citizen'))[0].n
  const before = await count()
  const first = await db.begin()
  const second = await db.begin()
  const winner = await createCitizens(first.manager).at(anAddress('both'), { locale: 'it', name: 'First' })
  const waits = createCitizens(second.manager).at(anAddress('both'), { locale: 'en', name: 'Second' })
  await db.waiting(1)
  await first.commit()
  expect(await waits).toEqual(winner)
  await second.commit()
  expect(await count()).toBe(before + 1)
})

test('language, phone and notice are kept', () =>
  db.tryOut(async (manager) => {
    const citizens = createCitizens(manager)
    const { id } = await aCitizenRow(manager, '1')
    const other = await aCitizenRow(manager, '2')
    const at = new Date('2026-11-23T08:00:00Z')
    await citizens.setLocale(anAddress('1'), 'en')
    await citizens.setPhone(id, '+390172111111')
    await citizens.recordNotice(id, '2026-01', at)
    expect(await citizens.get(id)).toMatchObject({ locale: 'en', phone: '+390172111111' })
    expect(await citizens.find(anAddress('1'))).toEqual(await citizens.get(id))
    expect(await citizens.get(other.id)).toEqual(other)
    const [row] = await manager.query('SELECT notice_version, notice_at FROM citizen WHERE id = $1', [id])
    expect(row).toEqual({ notice_version: '2026-01', notice_at: at })
  }))

test('one writes to the address last used, and knows when it is not reachable', () =>
  db.tryOut(async (manager) => {
    const citizens = createCitizens(manager)
    const { id } = await aCitizenRow(manager, 'old')
    await manager.query(
      `INSERT INTO address (channel, chat, citizen, last_inbound_at) VALUES ('whatsapp', 'new', $1, now() + interval '1 s')`,
      [id],
    )
    expect(await citizens.addressOf(id)).toEqual({ ...anAddress('new', 'whatsapp'), reachable: true })
    await manager.query(
      `UPDATE address SET last_inbound_at = now() + interval '1 hour', reachable = false WHERE chat = 'old'`,
    )
    // Who cannot be reached there any more is found where they can be.
    expect(await citizens.addressOf(id)).toEqual({ ...anAddress('new', 'whatsapp'), reachable: true })
    await manager.query('UPDATE address SET reachable = false WHERE citizen = $1', [id])
    expect(await citizens.addressOf(id)).toEqual({ ...anAddress('old'), reachable: false })
    expect(await citizens.addressOf(999_999 as CitizenId)).toBeUndefined()
  }))

test('followers of a report', () =>
  db.tryOut(async (manager) => {
    const report = await aReportRow(manager)
    const other = await aReportRow(manager)
    const ada = await aCitizenRow(manager, 'ada')
    const bea = await aCitizenRow(manager, 'bea')
    const citizens = createCitizens(manager)
    expect(await citizens.followersOf(report.id)).toEqual([])
    await aFollowerRow(manager, report, bea.id)
    await aFollowerRow(manager, report, ada.id)
    await aFollowerRow(manager, other, ada.id)
    expect(await citizens.followersOf(report.id)).toEqual([ada, bea])
  }))

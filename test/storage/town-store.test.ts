import type { EntityManager } from 'typeorm'
import type { CategoryCode, OfficeCode } from '../../src/kernel/ids.js'
import { loadTown } from '../../src/storage/town-store.js'
import { aCategory, aTown } from '../support/builders.js'
import { aReportRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const desk = { code: 'desk' as OfficeCode, name: { it: 'Sportello' } }
const roads = { code: 'roads' as OfficeCode, name: { it: 'Strade', en: 'Roads' } }
const signs = aCategory({ code: 'signs' as CategoryCode, office: roads.code, targetDays: 7, sensitive: true })
const other = aCategory({ code: 'other' as CategoryCode, office: desk.code })

const smallTown = aTown({
  offices: [desk, roads],
  groups: [{ code: 'new', name: { it: 'Nuove' }, categories: [signs, other] }],
})

const active = async (manager: EntityManager, table: string): Promise<string[]> =>
  (await manager.query(`SELECT code FROM ${table} WHERE active ORDER BY code`)).map(
    ({ code }: { code: string }) => code,
  )

test('offices and categories of the file are in the tables, and loading them again changes nothing', () =>
  db.tryOut(async (manager) => {
    await loadTown(manager, smallTown)
    const rows = async () => [
      await manager.query('SELECT * FROM office ORDER BY code'),
      await manager.query('SELECT * FROM category ORDER BY code'),
    ]
    const [offices, categories] = await rows()
    expect(offices).toContainEqual({ code: 'roads', name: { it: 'Strade', en: 'Roads' }, active: true })
    expect(categories).toContainEqual({
      code: 'signs',
      group_code: 'new',
      name: signs.name,
      office: 'roads',
      target_days: 7,
      sensitive: true,
      active: true,
    })
    await loadTown(manager, smallTown)
    expect(await rows()).toEqual([offices, categories])
  }))

test('what vanished from the file is inactive, reports keep it, and it can come back', () =>
  db.tryOut(async (manager) => {
    await aReportRow(manager, { category: 'potholes' as CategoryCode, office: 'maintenance' as OfficeCode })
    await loadTown(manager, smallTown)
    expect(await active(manager, 'office')).toEqual(['desk', 'roads'])
    expect(await active(manager, 'category')).toEqual(['other', 'signs'])
    await loadTown(manager, aTown())
    expect(await active(manager, 'office')).toEqual(['desk', 'environment', 'maintenance', 'police'])
    expect(await active(manager, 'category')).toContain('potholes')
  }))

test('processes that load different files at once come one after the other', async () => {
  const kerbs = aCategory({ code: 'kerbs' as CategoryCode, office: roads.code })
  const grown = aTown({
    offices: [...aTown().offices, roads],
    groups: [...aTown().groups, { code: 'new', name: { it: 'Nuove' }, categories: [kerbs] }],
  })
  const parks = { code: 'parks' as OfficeCode, name: { it: 'Parchi' } }
  const benches = aCategory({ code: 'benches' as CategoryCode, office: parks.code })
  const altogetherOther = aTown({
    offices: [parks],
    groups: [{ code: 'parks', name: { it: 'Parchi' }, categories: [benches] }],
  })
  const first = await db.begin()
  const second = await db.begin()
  await loadTown(first.manager, grown)
  const waits = loadTown(second.manager, altogetherOther)
  await db.waiting(1)
  // Nobody who reports waits for it.
  await db.source.transaction((manager) => aReportRow(manager))
  await first.commit()
  await waits
  await second.commit()
  expect(await active(db.source.manager, 'office')).toEqual(['parks'])
  expect(await active(db.source.manager, 'category')).toEqual(['benches'])
})

import { createSettings } from '../../src/storage/setting-store.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

test.each([[{ offsetMs: 5, names: ['a'] }], [['a', 1]], ['words'], [0], [false], [null]])(
  '%j comes back',
  (value) =>
    db.tryOut(async (manager) => {
      const settings = createSettings(manager)
      expect(await settings.get('key')).toBeUndefined()
      await settings.set('key', 'older')
      await settings.set('key', value)
      await settings.set('other', 'other')
      expect(await settings.get('key')).toEqual(value)
    }),
)

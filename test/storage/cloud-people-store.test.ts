import { createCloudPeople } from '../../src/storage/cloud-people-store.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
}, 60_000)
afterAll(() => db?.end())

const people = () => createCloudPeople(db.source.manager)

test('a chat is named after the number, and stays it when the number is hidden', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ phone: '391', userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('391')
  expect(await chatOf({ userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('IT.1')
  expect(await chatOf({ phone: '391', userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('391')
})

test('who has no number to show is named after the id, also when a number is seen later', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ userId: 'IT.2' })).toBe('IT.2')
  expect(await recipientOf('IT.2' as never)).toBe('IT.2')
  expect(await chatOf({ phone: '392', userId: 'IT.2' })).toBe('IT.2')
  expect(await recipientOf('IT.2' as never)).toBe('392')
  expect(await chatOf({ phone: '392' })).toBe('IT.2')
})

test('another number, or another id, is the same person once they said so', async () => {
  const { chatOf, moved, recipientOf } = people()
  expect(await chatOf({ phone: '393', userId: 'IT.3' })).toBe('393')
  await moved({ phone: '393' }, { phone: '39333' })
  expect(await chatOf({ phone: '39333', userId: 'IT.3' })).toBe('393')
  expect(await recipientOf('393' as never)).toBe('39333')
  await moved({ userId: 'IT.3' }, { userId: 'IT.33' })
  expect(await chatOf({ phone: '39333', userId: 'IT.33' })).toBe('393')
})

test('a number that was given to somebody else opens nobody’s history', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ phone: '394', userId: 'IT.4' })).toBe('394')
  expect(await chatOf({ phone: '394', userId: 'IT.44' })).toBe('IT.44')
  expect(await chatOf({ phone: '394' })).toBe('IT.44')
  expect(await chatOf({ userId: 'IT.4' })).toBe('394')
  expect(await recipientOf('394' as never)).toBe('IT.4')
})

test('who was known by the number alone is known by the id from then on', async () => {
  const { chatOf } = people()
  expect(await chatOf({ phone: '395' })).toBe('395')
  expect(await chatOf({ phone: '395', userId: 'IT.5' })).toBe('395')
  expect(await chatOf({ userId: 'IT.5' })).toBe('395')
})

test('a late receipt for the number of before changes nothing about where to write', async () => {
  const { chatOf, findChat, moved, recipientOf } = people()
  expect(await chatOf({ phone: '397', userId: 'IT.7' })).toBe('397')
  await moved({ phone: '397' }, { phone: '39777' })
  expect(await findChat({ phone: '397' })).toBe('397')
  expect(await findChat({ phone: '39777', userId: 'IT.7' })).toBe('397')
  expect(await recipientOf('397' as never)).toBe('39777')
  expect(await findChat({ phone: '398' })).toBe('398')
  expect(await findChat({ phone: '397', userId: 'IT.8' })).toBe('IT.8')
  expect(await recipientOf('397' as never)).toBe('39777')
})

test('a chat of before is written to under its own name', async () => {
  expect(await people().recipientOf('396' as never)).toBe('396')
})

import { type DeviceTerm, TermOver } from '../../src/app/linked-device-port.js'
import { createDeviceStore } from '../../src/storage/linked-device-store.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
let store: ReturnType<typeof createDeviceStore>
beforeAll(async () => {
  db = await aTownDatabase()
  store = createDeviceStore(db.source)
})
afterAll(() => db?.end())

const object = async (term: DeviceTerm, kind: string, ...ids: string[]) =>
  Object.fromEntries(await term.keys(kind, ids))

test('keys come back, are changed, and go when they are null', async () => {
  const term = await store.beginTerm()
  await term.write([
    { kind: 'session', id: 'a', value: { chain: 'x' } },
    { kind: 'pre-key', id: 'a', value: 'words' },
  ])
  expect(await object(term, 'session', 'a', 'b')).toEqual({ a: { chain: 'x' } })
  await term.write([
    { kind: 'session', id: 'a', value: null },
    { kind: 'pre-key', id: 'a', value: 'others' },
  ])
  expect(await object(term, 'session', 'a')).toEqual({})
  expect(await object(term, 'pre-key', 'a')).toEqual({ a: 'others' })
})

test('the 813 rows of a first login are two statements, and all of them are there', async () => {
  const term = await store.beginTerm()
  const rows = Array.from({ length: 812 }, (_, id) => ({ kind: 'pre-key', id: `${id}`, value: { id } }))
  await term.write([...rows, { kind: 'creds', id: '', value: { me: 'x' } }])
  const found = await term.keys(
    'pre-key',
    rows.map(({ id }) => id),
  )
  expect(found.size).toBe(812)
})

test('a write is all or nothing, its messages included', async () => {
  const term = await store.beginTerm()
  const broken = { envelope: { id: '1' }, body: Buffer.from('x') }
  await expect(
    term.write(
      [
        { kind: 'session', id: 'both', value: 'a' },
        { kind: 'session', id: 'both', value: 'b' },
      ],
      [broken],
    ),
  ).rejects.toThrow()
  expect(await object(term, 'session', 'both')).toEqual({})
  expect(await store.unheard(10)).toEqual([])
})

test('messages wait in order until they were heard', async () => {
  const term = await store.beginTerm()
  const message = (id: string) => ({ envelope: { id }, body: Buffer.from([1, 2, 3]) })
  await term.write([], [message('1'), message('2')])
  await term.write([], [message('3')])
  const waiting = await store.unheard(2)
  expect(waiting.map(({ envelope }) => envelope.id)).toEqual(['1', '2'])
  expect(Buffer.from(waiting[0]?.body ?? [])).toEqual(Buffer.from([1, 2, 3]))
  await store.heard(waiting.map(({ seq }) => seq))
  const rest = await store.unheard(2)
  expect(rest.map(({ envelope }) => envelope.id)).toEqual(['3'])
  await store.heard(rest.map(({ seq }) => seq))
})

test('whoever wrote before the next term began writes no more, and wipes nothing', async () => {
  const old = await store.beginTerm()
  await old.write([{ kind: 'session', id: 'term', value: 'old' }])
  const next = await store.beginTerm()
  await next.write([{ kind: 'session', id: 'term', value: 'next' }])
  await expect(old.write([{ kind: 'session', id: 'term', value: 'late' }])).rejects.toThrow(TermOver)
  await expect(old.wipe()).rejects.toThrow(TermOver)
  expect(await object(next, 'session', 'term')).toEqual({ term: 'next' })
  await next.wipe()
  expect(await object(next, 'session', 'term')).toEqual({})
})

describe('the chat of a person', () => {
  const lid = (n: number) => `${n}@lid`
  const phone = (n: number) => `39333${n}@s.whatsapp.net`

  test('is the LID where it is known from the start, under either name', async () => {
    expect(await store.placeChat({ lid: lid(1), phone: phone(1) })).toEqual({ chat: lid(1) })
    expect(await store.placeChat({ phone: phone(1) })).toEqual({ chat: lid(1) })
    expect(await store.idsOf(lid(1))).toEqual([lid(1), phone(1)].sort())
  })

  test('stays the number where only that was known at first', async () => {
    expect(await store.placeChat({ phone: phone(2) })).toEqual({ chat: phone(2) })
    expect(await store.placeChat({ lid: lid(2), phone: phone(2) })).toEqual({ chat: phone(2) })
    expect(await store.placeChat({ lid: lid(2) })).toEqual({ chat: phone(2) })
  })

  test('becomes one where both names had one, and the other is told of until it is given up', async () => {
    await store.placeChat({ phone: phone(3) })
    await store.placeChat({ lid: lid(3) })
    const both = { lid: lid(3), phone: phone(3) }
    expect(await store.placeChat(both)).toEqual({ chat: lid(3), other: phone(3) })
    expect(await store.placeChat(both)).toEqual({ chat: lid(3), other: phone(3) })
    await store.giveUp(phone(3), lid(3))
    expect(await store.placeChat(both)).toEqual({ chat: lid(3) })
    expect(await store.placeChat({ phone: phone(3) })).toEqual({ chat: lid(3) })
  })

  test('is not handed to whoever gets the number later', async () => {
    await store.placeChat({ lid: lid(4), phone: phone(4) })
    expect(await store.placeChat({ lid: lid(5), phone: phone(4) })).toEqual({ chat: lid(5) })
    expect(await store.placeChat({ phone: phone(4) })).toEqual({ chat: lid(5) })
    expect(await store.placeChat({ lid: lid(4) })).toEqual({ chat: lid(4) })
  })

  test('a number that began the chat is not handed on either', async () => {
    await store.placeChat({ phone: phone(6) })
    await store.placeChat({ lid: lid(6), phone: phone(6) })
    expect(await store.placeChat({ lid: lid(7), phone: phone(6) })).toEqual({ chat: lid(7) })
    expect(await store.placeChat({ lid: lid(6) })).toEqual({ chat: phone(6) })
  })

  test('that was given up is reached under the names of the other, whoever gets its number later', async () => {
    await store.placeChat({ phone: phone(8) })
    await store.placeChat({ lid: lid(8) })
    await store.placeChat({ lid: lid(8), phone: phone(8) })
    await store.giveUp(phone(8), lid(8))
    expect(await store.idsOf(phone(8))).toEqual([phone(8), lid(8)].sort())
    await store.placeChat({ lid: lid(9), phone: phone(8) })
    expect(await store.idsOf(phone(8))).toEqual([lid(8)])
    expect(await store.idsOf(lid(8))).toEqual([lid(8)])
    expect(await store.idsOf(lid(9))).toEqual([phone(8), lid(9)].sort())
    await store.placeChat({ phone: phone(10) })
    await store.giveUp(lid(8), phone(10))
    expect(await store.idsOf(phone(8))).toEqual([phone(10), lid(8)].sort())
  })

  test('nobody ever wrote from there', async () => {
    expect(await store.idsOf(lid(99))).toEqual([])
  })
})

import { type DeviceTerm, TermOver } from '../../src/app/linked-device-port.js'
import { createDeviceStore } from '../../src/storage/linked-device-store.js'
import { aTownDatabase, heardFrom, type TownDatabase } from '../support/rows.js'

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

describe('who wrote to the Cloud API of the town before', () => {
  const known = (id: string, chat: string) =>
    db.source.query('INSERT INTO whatsapp_cloud_id (id, chat) VALUES ($1, $2)', [id, chat])

  test('goes on in that chat when they write, and is written to only then', async () => {
    await known('39071', '39071')
    await heardFrom(db, '39071', 89)
    expect(await store.idsOf('39071')).toEqual([])
    const ids = { lid: '71@lid', phone: '39071@s.whatsapp.net' }
    expect(await store.placeChat(ids)).toEqual({ chat: '39071' })
    expect(await store.placeChat({ lid: '71@lid' })).toEqual({ chat: '39071' })
    expect(await store.idsOf('39071')).toEqual(['39071@s.whatsapp.net', '71@lid'])
  })

  test('is somebody else where the number has another LID by now', async () => {
    await known('39072', 'IT.72')
    await store.placeChat({ lid: '72@lid', phone: '39072@s.whatsapp.net' })
    expect(await store.placeChat({ lid: '7272@lid', phone: '39072@s.whatsapp.net' })).toEqual({
      chat: '7272@lid',
    })
    await known('390722', 'IT.72')
    expect(await store.placeChat({ phone: '390722@s.whatsapp.net' })).toEqual({
      chat: '390722@s.whatsapp.net',
    })
  })

  test('begins anew after a long silence: the number may be somebody else’s', async () => {
    await known('39074', '39074')
    await heardFrom(db, '39074', 91)
    expect(await store.placeChat({ lid: '74@lid', phone: '39074@s.whatsapp.net' })).toEqual({
      chat: '74@lid',
    })
  })

  test('keeps the chat that the linked device has begun before', async () => {
    await store.placeChat({ lid: '73@lid' })
    await known('39073', '39073')
    expect(await store.placeChat({ lid: '73@lid', phone: '39073@s.whatsapp.net' })).toEqual({
      chat: '73@lid',
    })
  })
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

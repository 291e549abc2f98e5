import { joinCitizens, partCitizens } from '../../../src/app/join-citizens.js'
import type { CitizenId } from '../../../src/kernel/ids.js'
import { verbatim } from '../../../src/kernel/text.js'
import { createCitizens } from '../../../src/storage/citizen-store.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, aFollowerRow, anAddress, aReportRow } from '../../support/rows.js'

const now = new Date('2026-11-23T10:00:00Z')

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office?.end())

const aCitizen = (chat: string) => aCitizenRow(office.source.manager, chat)
const join = (keep: CitizenId, other: CitizenId) =>
  office.run((tx) => joinCitizens(tx, keep, other, now, 'citizen'))
const part = (keep: CitizenId) => office.run((tx) => partCitizens(tx, keep, now))
const at = async (chat: string) => (await office.run((tx) => tx.citizens.find(anAddress(chat))))?.id
const reportsOf = async (citizen: CitizenId) =>
  (await office.run((tx) => tx.reports.ofCitizen(citizen, 10))).map(({ id }) => id)
const followsOf = async (citizen: CitizenId): Promise<number[]> =>
  (
    await office.source.query('SELECT report FROM follower WHERE citizen = $1 ORDER BY report', [citizen])
  ).map(({ report }: { report: string }) => Number(report))
const callBack = (citizen: CitizenId, phone: string, minute: number) =>
  office.run((tx) =>
    tx.calls.add({
      citizen,
      phone,
      reason: 'call_back',
      say: [verbatim('')],
      at: new Date(now.getTime() + minute * 60_000),
    }),
  )

test('everything that refers to a citizen is known to what moves it', async () => {
  const rows = await office.source.query(
    `SELECT conrelid::regclass || '.' || attname AS place FROM pg_constraint
       JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
      WHERE contype = 'f' AND confrelid = 'citizen'::regclass ORDER BY 1`,
  )
  expect(rows.map(({ place }: { place: string }) => place)).toEqual([
    'address.citizen',
    'call_task.citizen',
    'citizen.joined_into',
    'citizen_join.keep',
    'citizen_join.other',
    'follower.citizen',
    'report.reporter',
  ])
})

test('chats, reports, what is followed and calls are one person’s, nothing twice', async () => {
  const keep = await aCitizen('a1')
  const other = await aCitizen('a2')
  const mine = await aReportRow(office.source.manager, { reporter: keep.id })
  const theirs = await aReportRow(office.source.manager, { reporter: other.id })
  const both = await aReportRow(office.source.manager)
  const only = await aReportRow(office.source.manager)
  for (const [report, citizen] of [
    [both, keep],
    [both, other],
    [only, other],
    [mine, other],
    [theirs, keep],
  ] as const) {
    await aFollowerRow(office.source.manager, report, citizen.id)
  }
  expect(await join(keep.id, other.id)).toMatchObject({
    keep: keep.id,
    addresses: [anAddress('a2')],
    reports: [theirs.id],
  })
  expect([await at('a1'), await at('a2')]).toEqual([keep.id, keep.id])
  expect(await reportsOf(keep.id)).toEqual([only.id, both.id, theirs.id, mine.id])
  // Nobody follows the own report.
  expect(await followsOf(keep.id)).toEqual([both.id, only.id])
  expect(await reportsOf(other.id)).toEqual([])
  expect(await office.history(theirs.id)).toEqual(['join reporter'])
  expect(await office.history(mine.id)).toEqual([])
})

test('the own name, number and language stand; what was missing is filled', async () => {
  const { manager } = office.source
  const citizens = createCitizens(manager)
  const bare = await citizens.at(anAddress('b1'), { locale: 'it' })
  const named = await citizens.at(anAddress('b2'), { locale: 'en', name: 'Ada' })
  await citizens.setPhone(named.id, '+390172000001')
  await citizens.recordNotice(named.id, '2026-01', now)
  await join(bare.id, named.id)
  expect(await citizens.get(bare.id)).toEqual({
    id: bare.id,
    locale: 'it',
    name: 'Ada',
    phone: '+390172000001',
  })
  const [row] = await manager.query('SELECT notice_version FROM citizen WHERE id = $1', [bare.id])
  expect(row).toEqual({ notice_version: '2026-01' })

  const third = await citizens.at(anAddress('b3'), { locale: 'en', name: 'Bea' })
  await citizens.setPhone(third.id, '+390172000002')
  await join(bare.id, third.id)
  expect(await citizens.get(bare.id)).toMatchObject({ name: 'Ada', phone: '+390172000001' })
})

test('of two open call-backs the older keeps its place, with the number given last', async () => {
  const keep = await aCitizen('c1')
  const other = await aCitizen('c2')
  const newer = await callBack(keep.id, '+390172000002', 5)
  const older = await callBack(other.id, '+390172000001', 0)
  await join(keep.id, other.id)
  expect(await office.run((tx) => tx.calls.open(newer))).toBeUndefined()
  expect(await office.run((tx) => tx.calls.open(older))).toMatchObject({
    id: older,
    citizen: keep.id,
    phone: '+390172000002',
  })
})

test('a second time is nothing, and who was joined is found under who took them in', async () => {
  const [a, b, c] = [await aCitizen('d1'), await aCitizen('d2'), await aCitizen('d3')]
  expect(await join(a.id, a.id)).toBeUndefined()
  await join(a.id, b.id)
  expect(await join(a.id, b.id)).toBeUndefined()
  expect(await join(b.id, a.id)).toBeUndefined()
  await join(c.id, b.id)
  expect([await at('d1'), await at('d2'), await at('d3')]).toEqual([c.id, c.id, c.id])
})

test('two joins at once of the same people are one', async () => {
  const [a, b] = [await aCitizen('e1'), await aCitizen('e2')]
  const done = await Promise.all([join(a.id, b.id), join(b.id, a.id)])
  expect(done.filter(Boolean)).toHaveLength(1)
  expect(await at('e1')).toBe(await at('e2'))
})

test('a turn under way in the other chat is waited for, and what it made comes along', async () => {
  const [a, b] = [await aCitizen('f1'), await aCitizen('f2')]
  let joining: Promise<unknown> | undefined
  const report = await office.run(async (tx) => {
    const { channel, chat } = anAddress('f2')
    await tx.turns.recordInbox([{ channel, id: 'f2-writes', dropped: false, heard: chat }])
    joining = join(a.id, b.id)
    await office.waiting(1)
    const { version: _, ...row } = await aReportRow(office.source.manager)
    return tx.reports.insert({ ...row, reporter: b.id })
  })
  await joining
  expect(await reportsOf(a.id)).toEqual([report.id])
})

describe('undone', () => {
  it('each has again what was theirs; what came since stays with who was kept', async () => {
    const { manager } = office.source
    const citizens = createCitizens(manager)
    const keep = await citizens.at(anAddress('g1'), { locale: 'it' })
    const other = await aCitizen('g2')
    await citizens.setPhone(other.id, '+390172000003')
    const mine = await aReportRow(manager, { reporter: keep.id })
    const theirs = await aReportRow(manager, { reporter: other.id })
    const both = await aReportRow(manager)
    await aFollowerRow(manager, both, keep.id)
    await aFollowerRow(manager, both, other.id)
    await aFollowerRow(manager, mine, other.id)
    const call = await callBack(other.id, '+390172000003', 0)
    await join(keep.id, other.id)
    const since = await aReportRow(manager, { reporter: keep.id })

    expect(await part(keep.id)).toMatchObject({ addresses: [anAddress('g2')], reports: [theirs.id] })
    expect([await at('g1'), await at('g2')]).toEqual([keep.id, other.id])
    expect(await reportsOf(keep.id)).toEqual([since.id, both.id, mine.id])
    expect(await reportsOf(other.id)).toEqual([both.id, theirs.id, mine.id])
    expect((await office.run((tx) => tx.calls.open(call)))?.citizen).toBe(other.id)
    // The other's name and number are nobody else's again.
    expect(await citizens.get(keep.id)).toEqual({ id: keep.id, locale: 'it' })
    expect(await citizens.get(other.id)).toEqual({ ...other, phone: '+390172000003' })
    expect(await office.history(theirs.id)).toEqual(['join reporter', 'part reporter'])
    expect(await part(keep.id)).toBeUndefined()
    expect(await join(keep.id, other.id)).toBeDefined()
  })

  describe('of two call-backs that had become one', () => {
    const calls = async () =>
      (
        await office.source.query(
          `SELECT citizen::int, phone FROM call_task WHERE status = 'open' AND phone LIKE '+3901729%' ORDER BY phone`,
        )
      ).map(({ citizen, phone }: { citizen: number; phone: string }) => [citizen, phone.slice(-1)])
    const done = (id: number) =>
      office.source.query(`UPDATE call_task SET status = 'done' WHERE id = $1`, [id])
    let people = 0
    let keep: CitizenId
    let other: CitizenId
    let older: number

    /** `keep` asked first, or the other one did; with the numbers …1 and …2. */
    async function joined(first: 'keep' | 'other'): Promise<void> {
      await office.source.query(`DELETE FROM call_task WHERE phone LIKE '+3901729%'`)
      people++
      keep = (await aCitizen(`k${people}`)).id
      other = (await aCitizen(`o${people}`)).id
      const minutes = first === 'keep' ? [0, 5] : [5, 0]
      const ids = [
        await callBack(keep, '+39017290001', minutes[0] as number),
        await callBack(other, '+39017290002', minutes[1] as number),
      ]
      older = ids[first === 'keep' ? 0 : 1] as number
      await join(keep, other)
      expect(await calls()).toEqual([[keep, first === 'keep' ? '2' : '1']])
    }

    it.each(['keep', 'other'] as const)('each has their own again, %s first', async (first) => {
      await joined(first)
      await part(keep)
      expect(await calls()).toEqual([
        [keep, '1'],
        [other, '2'],
      ])
      const [row] = await office.source.query('SELECT citizen::int FROM call_task WHERE id = $1', [older])
      expect(row.citizen).toBe(first === 'keep' ? keep : other)
      await join(keep, other)
      await part(keep)
      expect(await calls()).toHaveLength(2)
    })

    it.each(['keep', 'other'] as const)(
      'a number given since stays with who was kept, %s first',
      async (first) => {
        await joined(first)
        await callBack(keep, '+39017290003', 9)
        expect(await calls()).toEqual([[keep, '3']])
        await part(keep)
        expect(await calls()).toEqual([
          [other, '2'],
          [keep, '3'],
        ])
      },
    )

    it.each([
      ['keep', '1'],
      ['other', '2'],
    ] as const)(
      'who was called meanwhile is not called again, %s first; the one before is',
      async (first, left) => {
        await joined(first)
        await done(older)
        await part(keep)
        expect(await calls()).toEqual([[first === 'keep' ? keep : other, left]])
      },
    )
  })

  it('what the network joined is not undone by a citizen', async () => {
    const [a, b] = [await aCitizen('h1'), await aCitizen('h2')]
    await office.run((tx) => joinCitizens(tx, a.id, b.id, now))
    expect(await part(a.id)).toBeUndefined()
    expect(await at('h2')).toBe(a.id)
  })
})

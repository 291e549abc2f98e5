import type { Acting } from '../../../src/app/effects.js'
import {
  answerLink,
  CODE_MS,
  CONFIRM_MS,
  endLink,
  MOST_TRIES,
  offerLink,
  typeLinkCode,
  unlink,
} from '../../../src/app/link-citizens.js'
import { HOUR } from '../../../src/kernel/clock.js'
import type { UserId } from '../../../src/kernel/ids.js'
import { aTown } from '../../support/builders.js'
import { anOffice, keyOf, type TestOffice } from '../../support/office.js'
import { aCitizenRow, anAddress } from '../../support/rows.js'

const town = aTown()
const START = new Date('2026-11-23T10:00:00Z')
const later = (ms: number) => new Date(START.getTime() + ms)

let office: TestOffice
let drawn = 0
beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office?.end())

/** Whoever writes from `telegram`, or from `whatsapp` where the name ends in `w`. */
const acting = (chat: string, now = START): Acting => ({
  from: anAddress(chat, chat.endsWith('w') ? 'whatsapp' : 'telegram'),
  actor: chat as UserId,
  name: chat,
  locale: 'it',
  now,
  town,
})
const newCode = () => String(++drawn).padStart(8, '0')
const offer = async (chat: string, now?: Date) =>
  (await office.run((tx) => offerLink(tx, acting(chat, now), newCode))).code
const type = (chat: string, code: string, now?: Date) =>
  office.run((tx) => typeLinkCode(tx, acting(chat, now), { code }))
const answer = (chat: string, link: number, yes: boolean, now?: Date) =>
  office.run((tx) => answerLink(tx, acting(chat, now), { link, yes }))
const citizenAt = async (chat: string) => (await office.run((tx) => tx.citizens.find(acting(chat).from)))?.id
const saidTo = async (chat: string): Promise<string[]> =>
  (await office.source.query('SELECT message FROM outbox WHERE chat = $1 ORDER BY seq', [chat])).map(
    ({ message }: { message: { body: never[] } }) => keyOf(message.body[0]),
  )
const timersOf = async (link: number): Promise<string[]> =>
  (await office.source.query('SELECT kind FROM timer WHERE key = $1 ORDER BY kind', [String(link)])).map(
    ({ kind }: { kind: string }) => kind,
  )

/** A code given by the one and typed by the other. */
async function typed(given: string, other: string, now?: Date): Promise<number> {
  const result = await type(other, await offer(given, now), now)
  if (!result.ok) throw new Error(result.why)
  return result.link
}

test('nothing is joined until both have said yes, in either order', async () => {
  for (const [first, second] of [
    ['a1', 'a1w'],
    ['a2w', 'a2'],
  ] as const) {
    const link = await typed(first, second)
    expect(await timersOf(link)).toEqual(['ask_link', 'end_link'])
    expect(await answer(second, link, true)).toBe('waits')
    expect(await answer(second, link, true)).toBe('waits')
    expect(await citizenAt(first)).not.toBe(await citizenAt(second))
    expect(await answer(first, link, true)).toBe('joined')
    expect(await citizenAt(first)).toBe(await citizenAt(second))
    expect(await saidTo(second)).toEqual(['link.joined_there'])
    expect(await timersOf(link)).toEqual([])
    expect(await answer(first, link, true)).toBe('gone')
  }
})

test.each([
  ['b1', 'b1w', 'b1'],
  ['b2', 'b2w', 'b2w'],
])('a no of either side ends it, and the other hears of it: %s, %s, no from %s', async (given, other, no) => {
  const link = await typed(given, other)
  const yes = no === given ? other : given
  expect(await answer(yes, link, true)).toBe('waits')
  expect(await answer(no, link, false)).toBe('refused')
  expect(await answer(yes, link, true)).toBe('gone')
  expect(await saidTo(yes)).toEqual(['link.refused_there'])
  expect(await citizenAt(given)).not.toBe(await citizenAt(other))
})

test('nobody else can answer for either side', async () => {
  const link = await typed('c1', 'c1w')
  await aCitizenRow(office.source.manager, 'c2')
  expect(await answer('c2', link, true)).toBe('gone')
  expect(await answer('c2', link, false)).toBe('gone')
  expect(await answer('c2', link + 1_000, true)).toBe('gone')
  // The same chat number on another channel is somebody else.
  expect(
    await office.run((tx) =>
      answerLink(tx, { ...acting('c1'), from: anAddress('c1', 'whatsapp') }, { link, yes: true }),
    ),
  ).toBe('gone')
})

describe('a code', () => {
  it('is kept as a hash, and is good once', async () => {
    const code = await offer('d1')
    const [{ kept }] = await office.source.query(
      `SELECT count(*)::int AS kept FROM citizen_link WHERE code_hash = $1`,
      [code],
    )
    expect(kept).toBe(0)
    expect(await type('d1w', code)).toMatchObject({ ok: true })
    expect(await type('d2w', code)).toEqual({ ok: false, why: 'used' })
  })

  it('that another took already is not given again', async () => {
    const code = await offer('d3')
    const codes = [code, code, '99990000']
    const second = await office.run((tx) => offerLink(tx, acting('d4'), () => codes.shift() ?? ''))
    expect(second.code).toBe('99990000')
    expect(await type('d5w', code)).toMatchObject({ ok: true })
  })

  it('expires, gives way to a newer one, and is not one’s own', async () => {
    const old = await offer('e1')
    expect(await type('e1w', old, later(CODE_MS))).toEqual({ ok: false, why: 'expired' })
    const newer = await offer('e1')
    expect(await type('e1w', old)).toEqual({ ok: false, why: 'expired' })
    expect(await type('e1', newer)).toEqual({ ok: false, why: 'own' })
    expect(await type('e1w', newer)).toMatchObject({ ok: true })
    expect(await type('e1w', '12121212')).toEqual({ ok: false, why: 'unknown' })
  })

  it('is not needed by chats that are linked', async () => {
    const link = await typed('f1', 'f1w')
    await answer('f1', link, true)
    await answer('f1w', link, true)
    expect(await type('f1w', await offer('f1'))).toEqual({ ok: false, why: 'linked' })
  })

  it('is not to be guessed: after a few tries even the right one waits an hour', async () => {
    for (let tries = 0; tries < MOST_TRIES; tries++)
      expect(await type('g1w', `9${tries}000000`)).toEqual({ ok: false, why: 'unknown' })
    expect(await type('g1w', await offer('g1'))).toEqual({ ok: false, why: 'too-many' })
    // Somebody else may still type it.
    expect(await type('g2w', await offer('g1'))).toMatchObject({ ok: true })
    const hourLater = later(HOUR + 1)
    expect(await type('g1w', await offer('g3', hourLater), hourLater)).toMatchObject({ ok: true })
  })
})

test('who does not say yes in time has linked nothing, and both hear of it', async () => {
  const link = await typed('h1', 'h1w')
  await answer('h1w', link, true)
  await office.run((tx) => endLink(tx, later(CONFIRM_MS - 1), link))
  expect(await saidTo('h1')).toEqual([])
  expect(await answer('h1', link, true, later(CONFIRM_MS))).toBe('gone')
  for (let times = 0; times < 2; times++) await office.run((tx) => endLink(tx, later(CONFIRM_MS), link))
  expect([await saidTo('h1'), await saidTo('h1w')]).toEqual([['link.expired_there'], ['link.expired_there']])
  expect(await citizenAt('h1')).not.toBe(await citizenAt('h1w'))
})

test('both answer at the same moment: they are joined once', async () => {
  const link = await typed('i1', 'i1w')
  const answers = await Promise.all([answer('i1', link, true), answer('i1w', link, true)])
  expect(answers.sort()).toEqual(['joined', 'waits'])
  expect(await citizenAt('i1')).toBe(await citizenAt('i1w'))
})

test('either chat may part them again, and the other hears of it', async () => {
  const link = await typed('j1', 'j1w')
  await answer('j1', link, true)
  await answer('j1w', link, true)
  expect(await office.run((tx) => unlink(tx, acting('j1')))).toEqual({ ok: true })
  expect(await citizenAt('j1')).not.toBe(await citizenAt('j1w'))
  expect((await saidTo('j1w')).at(-1)).toBe('link.unlinked_there')
  expect(await office.run((tx) => unlink(tx, acting('j1w')))).toEqual({ ok: false })
})

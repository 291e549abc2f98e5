import type { AttachmentId, MediaKey } from '../../src/kernel/ids.js'
import { createAttachments } from '../../src/storage/attachment-store.js'
import { anAddress, aReportRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second))
const here = anAddress('1')
const photo = (id: string, from = here) =>
  ({
    id: id as AttachmentId,
    from,
    kind: 'photo',
    ref: { id: `file-${id}`, mime: 'image/jpeg', size: 10 },
  }) as const
const noJob = async () => undefined

test('a file is recorded and fetched once, however often it is kept', () =>
  db.tryOut(async (manager) => {
    const jobs: unknown[] = []
    const attachments = createAttachments(manager, async (...job) => {
      jobs.push(job)
    })
    await attachments.keep(photo('a'), at(0))
    await attachments.keep({ ...photo('a'), ref: { id: 'another' } }, at(1))
    expect(await attachments.get('a' as AttachmentId)).toEqual({ ...photo('a'), status: 'waiting' })
    expect(await attachments.get('b' as AttachmentId)).toBeUndefined()
    expect(jobs).toEqual([['fetch-media', { attachment: 'a' }, 'fetch-media:a']])
  }))

test('a report gets the files of its own chat that belong to none yet, in the order in which they came', () =>
  db.tryOut(async (manager) => {
    const attachments = createAttachments(manager, noJob)
    const report = await aReportRow(manager)
    const other = await aReportRow(manager)
    await attachments.keep(photo('b'), at(1))
    await attachments.keep(photo('a'), at(2))
    await attachments.keep(photo('taken'), at(3))
    await attachments.keep(photo('of another', anAddress('2')), at(4))
    await attachments.keep(photo('not named'), at(5))
    await attachments.assign(['taken' as AttachmentId], here, other.id)
    const named = ['a', 'b', 'taken', 'of another', 'unknown'] as AttachmentId[]
    await attachments.assign(named, here, report.id)
    await attachments.assign([], here, report.id)
    expect((await attachments.of(report.id)).map(({ id }) => id)).toEqual(['b', 'a'])
    expect((await attachments.of(other.id)).map(({ id }) => id)).toEqual(['taken'])
    expect((await attachments.get('of another' as AttachmentId))?.report).toBeUndefined()
  }))

test('a file that failed can still be stored, one that is stored fails no more', () =>
  db.tryOut(async (manager) => {
    const attachments = createAttachments(manager, noJob)
    const { id } = photo('a')
    await attachments.keep(photo('a'), at(0))
    await attachments.failed(id, 'too large')
    expect(await attachments.get(id)).toEqual({ ...photo('a'), status: 'failed' })
    await attachments.stored(id, 'abc.jpg' as MediaKey)
    await attachments.failed(id, 'gone')
    expect(await attachments.get(id)).toEqual({ ...photo('a'), status: 'stored', mediaKey: 'abc.jpg' })
  }))

test('what is thrown away goes, with its file; what a report has, or another chat sent, stays', () =>
  db.tryOut(async (manager) => {
    const jobs: unknown[] = []
    const attachments = createAttachments(manager, async (...job) => {
      if (job[0] === 'remove-media') jobs.push(job[1])
    })
    const report = await aReportRow(manager)
    const key = (letter: string) => `${letter.repeat(64)}.jpg` as MediaKey
    const ids = ['a', 'b', 'c', 'd'].map((id) => id as AttachmentId)
    const [a, b, c, d] = ids as [AttachmentId, AttachmentId, AttachmentId, AttachmentId]
    for (const id of [a, b, c]) await attachments.keep(photo(id), at(0))
    await attachments.keep(photo(d, anAddress('2')), at(0))
    await attachments.stored(a, key('a'))
    await attachments.stored(b, key('b'))
    await attachments.stored(d, key('a'))
    await attachments.assign([b], here, report.id)
    await attachments.discard(ids, here)
    expect([await attachments.get(a), await attachments.get(c)]).toEqual([undefined, undefined])
    expect([(await attachments.get(b))?.id, (await attachments.get(d))?.id]).toEqual([b, d])
    expect(jobs).toEqual([{ media: key('a') }])
    // Somebody else sent the same picture.
    expect(await attachments.isUsed(key('a'))).toBe(true)
    await attachments.discard([d], anAddress('2'))
    expect(await attachments.isUsed(key('a'))).toBe(false)
  }))

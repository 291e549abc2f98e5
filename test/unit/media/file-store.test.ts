import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaKey } from '../../../src/kernel/ids.js'
import { fileStore } from '../../../src/media/file-store.js'

const BYTES = Buffer.from('a picture')
const HASH = createHash('sha256').update(BYTES).digest('hex')
const KEY = `${HASH}.jpg` as MediaKey

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filo-media-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('what was put is there, under its hash, until it is removed', async () => {
  const store = fileStore(join(folder, 'not/yet/there'))
  expect(await store.has(KEY)).toBe(false)
  expect(await store.put(BYTES, 'jpg')).toBe(KEY)
  expect(await store.has(KEY)).toBe(true)
  expect(await store.get(KEY)).toEqual(BYTES)
  await store.remove(KEY)
  await store.remove(KEY)
  expect(await store.has(KEY)).toBe(false)
  await expect(store.get(KEY)).rejects.toThrow(`${KEY} is not in the media store`)
})

test('the same bytes, also at the same moment, are one file that only we can read', async () => {
  const store = fileStore(folder)
  const keys = await Promise.all(Array.from({ length: 8 }, () => store.put(BYTES, 'jpg')))
  expect(new Set(keys)).toEqual(new Set([KEY]))
  const files = (await readdir(folder, { recursive: true })).sort()
  expect(files).toEqual([HASH.slice(0, 2), join(HASH.slice(0, 2), KEY)])
  expect((await stat(join(folder, HASH.slice(0, 2), KEY))).mode & 0o777).toBe(0o600)
})

test.each([
  '../../../etc/passwd',
  `../${KEY}`,
  `${HASH}.jpg/../../x`,
  `${HASH}.jpg\n`,
  HASH.toUpperCase(),
  HASH,
  '',
])('%j is no key', async (key) => {
  const store = fileStore(folder)
  for (const act of [store.get, store.has, store.remove]) {
    await expect(act(key as MediaKey)).rejects.toThrow(/no media key/)
  }
})

test.each(['../x', 'jp/g', '', 'JPG'])('%j is no extension', async (extension) => {
  await expect(fileStore(folder).put(BYTES, extension)).rejects.toThrow(/no media key/)
  expect(await readdir(folder)).toEqual([])
})

test('a disk that refuses leaves nothing behind and is not taken for success', async () => {
  // A file stands where the folder should go: stops root too, whom no permission stops.
  await writeFile(join(folder, HASH.slice(0, 2)), '')
  const store = fileStore(folder)
  await expect(store.put(BYTES, 'jpg')).rejects.toThrow(/EEXIST|ENOTDIR/)
  expect(await store.has(KEY)).toBe(false)
  expect(await readdir(folder)).toEqual([HASH.slice(0, 2)])
})

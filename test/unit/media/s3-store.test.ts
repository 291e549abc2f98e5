import { createHash } from 'node:crypto'
import type { MediaKey } from '../../../src/kernel/ids.js'
import { s3Store } from '../../../src/media/s3-store.js'
import { type FakeS3, startFakeS3 } from '../../support/fake-s3.js'

const BYTES = Buffer.from('a picture')
const KEY = `${createHash('sha256').update(BYTES).digest('hex')}.jpg` as MediaKey

let s3: FakeS3
beforeEach(async () => {
  s3 = await startFakeS3()
})
afterEach(() => s3.close())

test('what was put is there, under its hash in the bucket, until it is removed', async () => {
  const store = s3Store(s3.settings)
  expect(await store.has(KEY)).toBe(false)
  expect(await store.put(BYTES, 'jpg')).toBe(KEY)
  expect([...s3.objects.keys()]).toEqual([`/town-media/${KEY}`])
  expect(await store.has(KEY)).toBe(true)
  expect(await store.get(KEY)).toEqual(BYTES)
  await store.remove(KEY)
  await store.remove(KEY)
  expect(await store.has(KEY)).toBe(false)
  await expect(store.get(KEY)).rejects.toThrow(/is not in the media store/)
})

test('an endpoint with a slash at its end is the same', async () => {
  const store = s3Store({ ...s3.settings, endpoint: `${s3.settings.endpoint}/` })
  await store.put(BYTES, 'jpg')
  expect(s3.objects.size).toBe(1)
})

test.each(['../../etc/passwd', `${'a'.repeat(64)}/../x.jpg`, `${KEY}?acl`, ''])(
  '"%s" is no key',
  async (key) => {
    const store = s3Store(s3.settings)
    for (const act of [store.get, store.has, store.remove]) {
      await expect(act(key as MediaKey)).rejects.toThrow(/no media key/)
    }
    expect(s3.requests).toEqual([])
  },
)

test('a busy server and a broken connection are tried again', async () => {
  s3.faults.push(503, 'cut', 500)
  expect(await s3Store(s3.settings).put(BYTES, 'jpg')).toBe(KEY)
  expect(s3.requests).toHaveLength(4)
})

test('it gives up after four attempts and says why', async () => {
  s3.faults.push(503, 503, 503, 503)
  await expect(s3Store(s3.settings).put(BYTES, 'jpg')).rejects.toThrow(
    /refused to store a file: 503 SlowDown/,
  )
  expect(s3.requests).toHaveLength(4)
})

test('a refusal is not tried again', async () => {
  const store = s3Store({ ...s3.settings, bucket: 'another' })
  await expect(store.get(KEY)).rejects.toThrow(/refused to fetch a file: 404 NoSuchBucket. Create the bucket/)
  expect(s3.requests).toHaveLength(1)
})

test.each([
  [{ accessKeyId: 'AKIDOTHER' }, /403 InvalidAccessKeyId. S3_ACCESS_KEY_ID/],
  [{ region: 'us-east-1' }, /400 AuthorizationHeaderMalformed. S3_REGION/],
])('a wrong setting is named, without secrets: %o', async (wrong, sentence) => {
  const settings = { ...s3.settings, ...wrong }
  const error: Error = await s3Store(settings)
    .put(BYTES, 'jpg')
    .then(
      () => new Error('it was taken'),
      (reason) => reason,
    )
  expect(error.message).toMatch(sentence)
  expect(error.message).not.toContain(settings.secretAccessKey)
})

test('an endpoint where nobody answers is named', async () => {
  await s3.close()
  await expect(s3Store(s3.settings).has(KEY)).rejects.toThrow(
    /cannot be reached \(.*ECONNREFUSED.*S3_ENDPOINT/,
  )
})

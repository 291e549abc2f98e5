import type { UnitOfWork } from '../../src/app/ports.js'
import { outlast } from '../../src/intake/outlast.js'
import { openDatabase } from '../../src/storage/data-source.js'
import { entities } from '../../src/storage/entities.js'
import { isOutage } from '../../src/storage/outage.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { until } from '../support/until.js'

/** Work for the database while the way to it is closed. */

let database: TestDatabase
let proxy: TcpProxy
let unit: UnitOfWork
let log: ReturnType<typeof recordingLog>
let tries = 0
let close: () => Promise<void>

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await openProxy(database.url)
  const source = await openDatabase(proxy.url, { entities, poolSize: 2, log: { warn: () => undefined } })
  close = () => source.destroy()
  const plain = createUnitOfWork(source, { ownerFor: () => undefined, deliver: () => undefined })
  unit = {
    run(work) {
      tries++
      return plain.run(work)
    },
  }
})
beforeEach(() => {
  tries = 0
  log = recordingLog()
})
afterEach(() => proxy.close(false))
afterAll(async () => {
  await close()
  await proxy.stop()
  await database.drop()
})

test('it waits for the database, and then is done', async () => {
  proxy.close(true)
  const done = outlast(unit, { isOutage, log }, new AbortController().signal).run(async () => 'done')
  await until('it was tried', () => tries === 2)
  proxy.close(false)
  expect(await done).toBe('done')
  expect(log.entries).toEqual([expect.objectContaining({ level: 'warn' })])
})

test('it gives up in the end', async () => {
  proxy.close(true)
  const work = outlast(unit, { isOutage, log }, new AbortController().signal, 0).run(async () => 'done')
  await expect(work).rejects.toThrow()
  expect(tries).toBe(1)
})

test('who is told to stop does not wait', async () => {
  proxy.close(true)
  const over = new AbortController()
  const done = outlast(unit, { isOutage, log }, over.signal).run(async () => 'done')
  const ended = expect(done).rejects.toThrow()
  await until('it was tried', () => tries === 1)
  over.abort()
  await ended
  expect(tries).toBe(1)
})

test('a mistake in the work itself is not tried again', async () => {
  const work = outlast(unit, { isOutage, log }, new AbortController().signal).run(async () => {
    throw new Error('Ours')
  })
  await expect(work).rejects.toThrow('Ours')
  expect(tries).toBe(1)
})

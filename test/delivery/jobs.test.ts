import type { Pool } from 'pg'
import type { DataSource } from 'typeorm'
import { type Jobs, migrateJobs, startJobs } from '../../src/delivery/jobs.js'
import { openDatabase } from '../../src/storage/data-source.js'
import { entities } from '../../src/storage/entities.js'
import { openPresence, type Presence } from '../../src/storage/presence.js'
import { createWorkerRegistry } from '../../src/storage/worker-registry.js'
import { latch } from '../support/latch.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { until } from '../support/until.js'

/** Jobs on a real database, beside which we look at it. */

let database: TestDatabase
let beside: DataSource
let proxy: TcpProxy
const endings: (() => Promise<unknown>)[] = []

const open = (url: string) => openDatabase(url, { entities, poolSize: 8, log: { warn: () => undefined } })
const poolOf = (source: DataSource): Pool => {
  const { master } = source.driver as unknown as { master: Pool }
  return master
}

beforeAll(async () => {
  database = await createTestDatabase()
  beside = await open(database.url)
  await migrateJobs(poolOf(beside), recordingLog())
})
beforeEach(async () => {
  proxy = await openProxy(database.url)
})
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
  await proxy.stop()
})
afterAll(async () => {
  await beside.destroy()
  await database.drop()
})

/** A process that works off jobs; its way to the database can break. */
async function aProcess(task: (job: unknown) => Promise<void>): Promise<{ jobs: Jobs; presence: Presence }> {
  const source = await open(proxy.url)
  endings.push(() => source.destroy())
  const presence = await openPresence(proxy.url, recordingLog())
  endings.push(() => presence.stop())
  const registry = createWorkerRegistry(source, () => presence.owner)
  const jobs = await startJobs(poolOf(source), { 'a-task': task }, registry, recordingLog())
  endings.push(() => jobs.stop())
  return { jobs, presence }
}

const addJob = () => beside.query(`SELECT graphile_worker.add_job('a-task')`)
const left = async (): Promise<number> => (await beside.query('SELECT 1 FROM graphile_worker.jobs')).length
const registered = async (): Promise<{ id: string; owner: number }[]> =>
  beside.query('SELECT id, owner FROM worker')

/** Resolves when the process has looked for lost jobs, from beginning to end: each look removes dead workers. */
async function twoLooks(): Promise<void> {
  for (let look = 0; look < 2; look++) {
    await beside.query(`INSERT INTO worker (id, owner) VALUES ('worker-of-the-dead', 1)`)
    await until('it looks', async () => (await registered()).length === 1, 10_000)
  }
}

test('who lost the session lives on under another number, and the job in hand stays in hand', async () => {
  let runs = 0
  const end = latch()
  const { presence } = await aProcess(async () => {
    runs++
    await end.opened
  })
  await addJob()
  await until('it runs', () => runs === 1)
  const before = presence.owner
  proxy.cut()
  await until(
    'a new number is written down',
    async () => {
      const [row] = await registered()
      return presence.owner !== before && row?.owner === presence.owner
    },
    10_000,
  )
  end.open()
  await until('it is done', async () => (await left()) === 0, 10_000)
  await until('one worker is registered', async () => (await registered()).length === 1)
}, 30_000)

test('jobs of a process that is gone are done by the next, also when it died before it was written down', async () => {
  await addJob()
  await beside.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'worker-of-the-dead', attempts = 1`,
  )
  let runs = 0
  await aProcess(async () => {
    runs++
  })
  await until('it is done', async () => runs === 1 && (await left()) === 0)
})

test('a job that a living worker was given and never learned of is not lost, and what it has in hand runs once', async () => {
  const ran: string[] = []
  const end = latch()
  await aProcess(async (job) => {
    ran.push(String(job))
    if (job === 'in hand') await end.opened
  })
  endings.push(async () => end.open())
  await beside.query(`SELECT graphile_worker.add_job('a-task', '"in hand"')`)
  await until('one is in hand', () => ran.length === 1)
  await until('the worker is known', async () => (await registered()).length === 1)
  // What a connection that broke with the answer leaves behind, ten seconds later.
  await beside.transaction(async (tx) => {
    await tx.query(`SELECT graphile_worker.add_job('a-task', '"lost"')`)
    await tx.query(
      `UPDATE graphile_worker._private_jobs
          SET locked_at = now() - interval '11 seconds', locked_by = (SELECT id FROM worker), attempts = 1
        WHERE payload::text = '"lost"'`,
    )
  })
  await twoLooks()
  expect(ran).toEqual(['in hand'])
  end.open()
  await until('all is done', async () => (await left()) === 0, 20_000)
  expect(ran).toEqual(['in hand', 'lost'])
}, 40_000)

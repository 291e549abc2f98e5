import pg, { Client } from 'pg'
import { migrateJobs } from '../../src/delivery/jobs.js'
import { readBacklog } from '../../src/storage/backlog-store.js'
import { createTestDatabase, type TestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'

let database: TestDatabase
let client: Client
beforeAll(async () => {
  database = await createTestDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => undefined)
  pool.on('connect', (connection) => connection.on('error', () => undefined))
  await migrateJobs(pool, recordingLog())
  await pool.end()
  client = new Client(database.url)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const NOW = new Date()

test('nothing waits', async () => {
  expect(await readBacklog(client, NOW)).toEqual({
    outbox: [],
    jobs: { waiting: 0, failed: 0 },
    timersOverdue: 0,
    setAside: 0,
    openReports: [],
  })
})

test('what waits, since when, and whether somebody has it in hand', async () => {
  await client.query(`
    INSERT INTO outbox_head (channel, chat, last_seq, done_seq, next_at, token, owner, lease_until) VALUES
      ('free', '1', 4, 2, now() - interval '1 day', NULL, NULL, NULL),
      ('free', '2', 9, 9, now() - interval '1 day', NULL, NULL, NULL),
      ('held', '1', 1, 0, now() - interval '1 day', gen_random_uuid(), 7, now() + interval '1 minute'),
      ('paused', '1', 1, 0, now() + interval '1 minute', NULL, NULL, NULL),
      ('left', '1', 1, 0, now() - interval '1 day', gen_random_uuid(), 7, now() - interval '1 minute');
    INSERT INTO outbox (channel, chat, seq, message, locale, created_at) VALUES
      ('free', '1', 2, '{}', 'it', now() - interval '9 hours'),
      ('free', '1', 3, '{}', 'it', now() - interval '200 seconds'),
      ('free', '1', 4, '{}', 'it', now() - interval '100 seconds'),
      ('held', '1', 1, '{}', 'it', now() - interval '300 seconds'),
      ('paused', '1', 1, '{}', 'it', now() - interval '400 seconds'),
      ('left', '1', 1, '{}', 'it', now() - interval '500 seconds');
    INSERT INTO timer (kind, key, due_at) VALUES
      ('k', 'late', now() - interval '3 minutes'), ('k', 'now', now() - interval '1 minute'), ('k', 'later', now() + interval '1 day');
    INSERT INTO inbox (channel, id, status) VALUES ('t', '1', 'done'), ('t', '2', 'set_aside'), ('t', '3', 'dropped');
    SELECT graphile_worker.add_job('waits'), graphile_worker.add_job('fails', max_attempts := 1);
    UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE max_attempts = 1`)
  const backlog = await readBacklog(client, NOW)
  const rounded = backlog.outbox.map(({ oldestSeconds, unattendedSeconds, ...rest }) => ({
    ...rest,
    oldest: Math.round(oldestSeconds / 10) * 10,
    unattended: Math.round(unattendedSeconds / 10) * 10,
  }))
  expect(rounded.sort((a, b) => a.oldest - b.oldest)).toEqual([
    { channel: 'free', messages: 2, oldest: 200, unattended: 200 },
    { channel: 'held', messages: 1, oldest: 300, unattended: 0 },
    { channel: 'paused', messages: 1, oldest: 400, unattended: 0 },
    { channel: 'left', messages: 1, oldest: 500, unattended: 500 },
  ])
  expect(backlog).toMatchObject({ jobs: { waiting: 1, failed: 1 }, timersOverdue: 1, setAside: 1 })
})

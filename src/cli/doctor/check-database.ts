import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataSource } from 'typeorm'
import type { Backlog } from '../../app/figures.js'
import { otherWaySentence } from '../../app/other-way.js'
import { UNATTENDED_SECONDS } from '../../app/readiness.js'
import type { Config } from '../../config.js'
import { MINUTE, SECOND } from '../../kernel/clock.js'
import type { Log } from '../../kernel/logger.js'
import { readBacklog } from '../../storage/backlog-store.js'
import { loadMigrations, openDatabase } from '../../storage/data-source.js'
import { startEmbedded } from '../../storage/embedded.js'
import { readDevice } from '../../storage/linked-device-state-store.js'
import { chatsOfOtherWay } from '../../storage/other-way-store.js'
import { deviceFindings } from './check-linked-device.js'
import { type Finding, fault, ok, warning } from './finding.js'

/** Leases and what falls due hang on clocks that agree. */
const SKEW_MS = 5 * SECOND
const LONG_UNSENT_SECONDS = MINUTE / SECOND

/**
 * The configured database, or the embedded one: started for the moment when nobody runs it. Changes nothing in it.
 */
export async function checkDatabase(config: Config, log: Log): Promise<Finding[]> {
  const { databaseUrl, dataDir } = config
  if (!databaseUrl && !(await isMade(dataDir))) {
    return [ok('database', `none in ${dataDir} yet: the first start makes it`)]
  }
  const embedded = databaseUrl ? undefined : await startEmbedded({ dataDir, log })
  try {
    const source = await openDatabase(databaseUrl ?? (embedded?.url as string), {
      entities: [],
      poolSize: 1,
      log,
    })
    try {
      const where = databaseUrl ? 'DATABASE_URL' : `the embedded one in ${dataDir}`
      return [
        await greeting(source, where),
        ...(await checkClock(source)),
        ...(await checkContent(source, config)),
      ]
    } finally {
      await source.destroy()
    }
  } finally {
    await embedded?.stop()
  }
}

const isMade = (dataDir: string): Promise<boolean> =>
  access(join(dataDir, 'postgres', 'cluster', 'PG_VERSION')).then(
    () => true,
    // Its folder belongs to another user: then it is there.
    ({ code }: NodeJS.ErrnoException) => code === 'EACCES',
  )

async function greeting(source: DataSource, where: string): Promise<Finding> {
  const [{ version }]: [{ version: string }] = await source.query(
    `SELECT current_setting('server_version') AS version`,
  )
  return ok('database', `${where}: PostgreSQL ${version}, UTF-8`)
}

async function checkClock(source: DataSource): Promise<Finding[]> {
  const before = Date.now()
  const [{ at }]: [{ at: Date }] = await source.query('SELECT clock_timestamp() AS at')
  return [clockFinding(at.getTime() - (before + Date.now()) / 2)]
}

/** @param skewMs by how much the database's clock is ahead of this machine's */
export function clockFinding(skewMs: number): Finding {
  const seconds = Math.abs(skewMs / SECOND).toFixed(1)
  if (Math.abs(skewMs) <= SKEW_MS) return ok('clock', `the database's differs by ${seconds} s`)
  const says = `the database's is ${seconds} s ${skewMs > 0 ? 'ahead' : 'behind'}`
  return warning('clock', says, 'let both machines keep their time by NTP')
}

async function checkContent(source: DataSource, config: Config): Promise<Finding[]> {
  const { telegram } = config
  const [exists]: { ours: boolean; jobs: boolean }[] = await source.query(
    `SELECT to_regclass('migrations') IS NOT NULL AS ours, to_regclass('graphile_worker.migrations') IS NOT NULL AS jobs`,
  )
  const done: { name: string }[] = exists?.ours ? await source.query('SELECT name FROM migrations') : []
  const known = (await loadMigrations()).map(({ name }) => name)
  const schema = schemaFinding(
    done.map(({ name }) => name),
    known,
  )
  if (schema.level === 'fault' || done.length < known.length) return [schema]
  if (!exists?.jobs) return [schema, warning('jobs', 'their tables are missing', 'the next start makes them')]
  const rows: unknown[] = await source.query(
    `SELECT 1 FROM setting WHERE key = 'clock_offset_ms' AND value <> '0'`,
  )
  const moved = telegram && rows.length > 0
  const played = warning(
    'database',
    'the simulator was used in it: its staff count, and its clock may have run ahead',
    'take a fresh database for real bots',
  )
  const client = {
    query: async (sql: string, values: unknown[]) => ({ rows: await source.query(sql, values) }),
  }
  const backlog = await readBacklog(client, new Date())
  const device = deviceFindings(config, await readDevice(source), new Date())
  const other = await otherWayFindings(source, config)
  return [schema, ...(moved ? [played] : []), ...backlogFindings(backlog), ...device, ...other]
}

/** Was WHATSAPP_TRANSPORT changed on a running town? */
export async function otherWayFindings(
  source: Parameters<typeof chatsOfOtherWay>[0],
  { whatsapp }: Pick<Config, 'whatsapp'>,
): Promise<Finding[]> {
  if (!whatsapp) return []
  const says = otherWaySentence(whatsapp.transport, await chatsOfOtherWay(source, whatsapp.transport))
  return says
    ? [warning('whatsapp', says, 'ask people to write once; docs/operations.md, "Changing the way"')]
    : []
}

export function schemaFinding(done: readonly string[], known: readonly string[]): Finding {
  const strange = done.filter((name) => !known.includes(name))
  if (strange.length > 0) {
    const says = `the schema is of a newer release (${strange.join(', ')})`
    return fault('migrations', says, 'start that release, or restore a backup of before')
  }
  const pending = known.filter((name) => !done.includes(name))
  if (pending.length === 0) return ok('migrations', `all ${known.length} are done`)
  return warning(
    'migrations',
    `${pending.length} of ${known.length} are pending`,
    'make a backup; the next start runs them',
  )
}

/** What waits, and should not. */
export function backlogFindings({ outbox, jobs, setAside, timersOverdue }: Backlog): Finding[] {
  const findings: Finding[] = []
  const real = outbox.filter(({ channel }) => !channel.startsWith('simulator'))
  for (const { channel, messages, oldestSeconds, unattendedSeconds } of real) {
    if (oldestSeconds < LONG_UNSENT_SECONDS) continue
    const says = `${messages} messages to ${channel} wait, the oldest for ${duration(oldestSeconds)}`
    const mend =
      unattendedSeconds > UNATTENDED_SECONDS
        ? 'nobody sends them: is the product running, with the role delivery?'
        : 'its network does not take them just now; they go out by themselves'
    findings.push(warning('outbox', says, mend))
  }
  if (findings.length === 0) findings.push(ok('outbox', 'nothing waits for long'))
  findings.push(
    jobs.failed === 0
      ? ok('jobs', `${jobs.waiting} wait, none was given up`)
      : warning(
          'jobs',
          `${jobs.failed} were given up`,
          'SELECT task_identifier, created_at FROM graphile_worker.jobs WHERE attempts >= max_attempts',
        ),
  )
  if (timersOverdue > 0) {
    const says = `${timersOverdue} deadlines have passed and nothing was done`
    findings.push(warning('timers', says, 'is the product running, with the role schedule?'))
  }
  findings.push(
    setAside === 0
      ? ok('events', 'none is set aside')
      : warning(
          'events',
          `${setAside} are set aside`,
          '`filo replay` lists them; report the error, it is a fault of ours',
        ),
  )
  return findings
}

function duration(seconds: number): string {
  if (seconds < 2 * 60) return `${Math.floor(seconds)} s`
  return seconds < 2 * 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
}

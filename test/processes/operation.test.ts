import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { runDoctor } from '../../src/cli/doctor.js'
import { type Product, startProduct } from '../../src/compose.js'
import { brokenBy } from '../support/broken-by.js'
import { healthcheck } from '../support/dockerfile.js'
import { createEmptyDatabase } from '../support/postgres.js'
import { killAll, startProcess } from '../support/product-process.js'
import { recordingLog } from '../support/recording-log.js'
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js'
import {
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** What the person who looks after the machine sees: figures, readiness, the doctor. */

let town: TelegramTown
beforeEach(async () => {
  town = await openTelegramTown()
})
afterEach(async () => {
  await killAll()
  await town.close()
})

/** All lines of the figures, by name and labels. */
async function figures(product: Product): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${product.channels.http?.url}/metrics`)
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

async function readiness(product: Product): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${product.channels.http?.url}/ready`)
  return { status: answer.status, body: await answer.json() }
}

describe('figures', () => {
  test('of a conversation, of what is set aside, of who leads', async () => {
    const product = await startProduct(town.config, recordingLog())
    try {
      await product.started
      const person = town.newCitizen()
      await reportPothole(person, { point: pointOf(0), words: 'buca' })
      await town.query(brokenBy('session', 'gattaiola'))
      person.send('gattaiola')
      await until('it is set aside', async () => {
        const rows = await town.query(`SELECT 1 FROM inbox WHERE status = 'set_aside'`)
        return rows.length === 1
      })
      await town.citizens.updates.settled()
      await product.settled()
      const inbox = await town.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM inbox WHERE status = 'done'`,
      )
      const seen = await figures(product)
      const updates = (outcome: string) =>
        seen.get(`filo_updates_total{channel="telegram",outcome="${outcome}"}`)
      expect(updates('done')).toBe(inbox[0]?.n)
      expect(updates('set_aside')).toBe(1)
      expect(seen.get('filo_updates_set_aside')).toBe(1)
      expect(seen.get('filo_turn_duration_seconds_count')).toBe(inbox[0]?.n)
      expect(seen.get('filo_turn_batch_size_sum')).toBe(inbox[0]?.n)
      const sent = seen.get('filo_sends_total{channel="telegram",result="sent"}') ?? 0
      expect(sent).toBeGreaterThan(6)
      expect(seen.get('filo_outbox_messages{channel="telegram"}')).toBe(0)
      expect(seen.get('filo_outbox_oldest_seconds{channel="telegram"}')).toBe(0)
      expect(seen.get('filo_reports_open{status="submitted"}')).toBe(1)
      expect(seen.get('filo_poll_leader{channel="telegram"}')).toBe(1)
      expect(seen.get('filo_poll_leader{channel="telegram-staff"}')).toBe(1)
      expect(seen.get('filo_timers_overdue')).toBe(0)
      expect(seen.get('filo_jobs{state="failed"}')).toBe(0)
      expect(seen.get('filo_database_up')).toBe(1)
      expect(seen.has('process_cpu_seconds_total')).toBe(true)
      expect([...seen.keys()].join()).not.toMatch(/gattaiola|Maria/)
    } finally {
      await product.stop()
    }
  }, 30_000)

  test('two products in one process count for themselves; the second stands by and is ready', async () => {
    const first = await startProduct(town.config, recordingLog())
    await first.started
    const second = await startProduct(town.config, recordingLog())
    try {
      await second.started
      const person = town.newCitizen()
      person.send('ciao')
      await person.waitFor('Scegli dalla lista')
      const all = [await figures(first), await figures(second)]
      expect(all.map((seen) => seen.get('filo_poll_leader{channel="telegram"}'))).toEqual([1, 0])
      expect(all.map((seen) => seen.get('filo_turn_batch_size_count'))).toEqual([1, 0])
      expect(await readiness(second)).toEqual({ status: 200, body: { ready: true, reasons: [] } })
    } finally {
      await first.stop()
      await second.stop()
    }
  }, 30_000)
})

describe('readiness', () => {
  let proxy: TcpProxy
  let product: Product
  beforeEach(async () => {
    proxy = await openProxy(town.config.databaseUrl as string)
  })
  afterEach(async () => {
    proxy.close(false)
    await product.stop()
    await proxy.stop()
  })
  const start = async () => {
    product = await startProduct({ ...town.config, databaseUrl: proxy.url }, recordingLog())
  }

  test('not before the bots answer', async () => {
    town.citizens.faults.random({ rate: 1, seed: 1, faults: [{ kind: 'cut' }] })
    await start()
    expect(await readiness(product)).toEqual({
      status: 503,
      body: { ready: false, reasons: expect.arrayContaining(['telegram does not take in yet']) },
    })
    town.citizens.faults.clear()
    await product.started
    expect(await readiness(product)).toEqual({ status: 200, body: { ready: true, reasons: [] } })
  }, 30_000)

  test('not while the database is away, or swallows what it is asked; the process lives all the same', async () => {
    await start()
    await product.started
    for (const away of [() => proxy.close(true), () => proxy.freeze()]) {
      away()
      const { status, body } = await readiness(product)
      expect(status).toBe(503)
      expect((body as { reasons: string[] }).reasons).toContain('the database does not answer')
      const seen = await figures(product)
      expect(seen.get('filo_database_up')).toBe(0)
      expect(seen.has('filo_outbox_messages{channel="telegram"}')).toBe(false)
      expect((await fetch(`${product.channels.http?.url}/health`)).status).toBe(200)
      proxy.close(false)
      proxy.cut()
      await until('it is ready again', async () => (await readiness(product)).status === 200, 10_000)
    }
  }, 40_000)
})

test('messages that nobody sends are seen by whoever is asked; a process that only takes in is ready', async () => {
  const product = await startProduct({ ...town.config, roles: ['channels', 'http'] }, recordingLog())
  try {
    await product.started
    const person = town.newCitizen()
    person.send('ciao')
    await town.citizens.updates.settled()
    await town.query(`UPDATE outbox SET created_at = now() - interval '3 minutes'`)
    await town.query(`UPDATE outbox_head SET next_at = now() - interval '5 minutes'`)
    const seen = await figures(product)
    const messages = await town.query(`SELECT 1 FROM outbox`)
    expect(seen.get('filo_outbox_messages{channel="telegram"}')).toBe(messages.length)
    expect(seen.get('filo_outbox_oldest_seconds{channel="telegram"}')).toBeCloseTo(180, -1)
    expect(seen.get('filo_outbox_unattended_seconds{channel="telegram"}')).toBeCloseTo(180, -1)
    expect((await readiness(product)).status).toBe(200)
  } finally {
    await product.stop()
  }
}, 30_000)

describe('the doctor', () => {
  const doctor = async (env: Readonly<Record<string, string>> = {}) => {
    const lines: string[] = []
    const readText = (path: string) => readFileSync(path, 'utf8')
    const well = await runDoctor({ ...town.env, ...env }, readText, (line) => lines.push(line))
    return { well, output: lines.join('\n') }
  }
  /** What the engine of containers asks. */
  const asContainer = (port: string) => {
    const [program, ...args] = healthcheck()
    const asked = spawn(program, args, { env: { PATH: process.env.PATH, HTTP_PORT: port }, stdio: 'ignore' })
    return new Promise((resolve) => asked.once('close', resolve))
  }
  const secretsOf = () => [
    town.citizens.token,
    town.staff.token,
    new URL(town.config.databaseUrl as string).password,
  ]

  test('finds no fault beside a product that runs, and names what waits', async () => {
    const product = await startProduct(town.config, recordingLog())
    await product.started
    const port = String(product.channels.http?.port)
    try {
      // The command line itself, once.
      const command = startProcess({ ...town.env, HTTP_PORT: port }, ['doctor'])
      const code = await command.ended
      const output = command.output()
      expect(output).toContain(`the product runs on 127.0.0.1:${port} and is ready`)
      expect(output).toContain('@filo_citizens_bot answers')
      expect(output).toMatch(/^ok +migrations +all/m)
      expect(output).not.toMatch(/^fault/m)
      expect(code).toBe(0)
      expect(await asContainer(port)).toBe(0)
      expect(await asContainer('1')).toBe(1)
      for (const secret of secretsOf()) expect(output).not.toContain(secret)
    } finally {
      await product.stop()
    }
  }, 30_000)

  test('names every fault, each with what would mend it, and no secret', async () => {
    const empty = await createEmptyDatabase()
    try {
      const wrong = `7300000003:${'A'.repeat(35)}`
      const { well, output } = await doctor({ DATABASE_URL: empty.url, TELEGRAM_STAFF_TOKEN: wrong })
      expect(output).toMatch(/^warning +migrations +\d+ of \d+ are pending/m)
      expect(output).toMatch(/^fault +telegram-staff +Telegram refuses TELEGRAM_STAFF_TOKEN: 40[14]/m)
      expect(output).toContain('copy the token again from @BotFather')
      expect(well).toBe(false)
      for (const secret of [...secretsOf(), wrong]) expect(output).not.toContain(secret)
    } finally {
      await empty.drop()
    }
    const away = await doctor({
      DATABASE_URL: 'postgres://filo:hunter22@127.0.0.1:1/filo',
      HTTP_HOST: '203.0.113.1',
      HTTP_PORT: '3000',
    })
    expect(away.output).toMatch(/^fault +database +.*nothing answers there/m)
    expect(away.output).toMatch(/^fault +http +HTTP_PORT 3000 cannot be used on 203.0.113.1/m)
    expect(away.output).not.toContain('hunter22')
    expect(away.well).toBe(false)
    const settings = await doctor({ HTTP_PORT: 'abc', ROLES: 'chanels' })
    expect(settings.output.match(/^fault +settings/gm)).toHaveLength(2)
    expect(settings.well).toBe(false)
  }, 40_000)
})

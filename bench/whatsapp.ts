import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cloudEnv } from '../test/support/cloud-env.js'
import type { FakeBot } from '../test/support/fake-bot-api/index.js'
import { startFakeCloudApi } from '../test/support/fake-cloud-api/index.js'
import { type FakeWhatsApp, startFakeWhatsApp } from '../test/support/fake-whatsapp/index.js'
import { linkDevice, linkedDeviceEnv } from '../test/support/link-device.js'
import type { Running } from './contender.js'
import { ask } from './databases.js'
import { type Length, MB, measure, percentile } from './measure.js'
import type { Robots } from './robots.js'
import type { Idle, Replies } from './table.js'
import { type People, peopleOnCloud, peopleWithPhones } from './whatsapp-people.js'

export interface WhatsAppBench {
  readonly length: Length
  /** How long nobody talks. */
  readonly idleSeconds: number
  readonly folder: string
  /** Starts the product with bots and a database of its own. */
  open(
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{
    readonly running: Running
    readonly robots: Robots
    readonly staff: FakeBot
    readonly databaseUrl: string
  }>
}

/** Until a process that has just started has done what it does only then. */
const SETTLE_MS = 5_000
const PATIENCE_MS = 30_000
/** The longest pause of a linked device between two messages: who writes after it is answered at once. */
const THINK_MS = 1_100

export interface Measured {
  readonly idle: readonly Idle[]
  readonly replies: readonly Replies[]
  /** Which part of a linked device's time goes into the pauses that it makes on purpose, 0..1. */
  readonly pauses: number
}

/** What a linked device costs while nobody talks, and how fast a lone chat is answered on WhatsApp and on Telegram. */
export async function measureWhatsApp(bench: WhatsAppBench): Promise<Measured> {
  const { length, idleSeconds, open } = bench
  const [fake, pacedFake, cloud] = await Promise.all([
    startFakeWhatsApp(),
    startFakeWhatsApp(),
    startFakeCloudApi(),
  ])
  try {
    const telegram = await open('telegram', {})
    const linked = await openLinked(bench, 'linked', fake, fake.url)
    await openLinked(bench, 'paced', pacedFake, pacedFake.secureUrl)
    await sleep(SETTLE_MS)
    const long = { warmUp: 0, seconds: idleSeconds }
    const [without, withIt, slowly] = await Promise.all([
      rest('Filo Diretto on Telegram', telegram.running, idleSeconds),
      rest('the same, and a linked device', linked.running, idleSeconds),
      talk('WhatsApp, linked device, with its pauses', peopleWithPhones(pacedFake, THINK_MS), long),
    ])
    const { p50, p95, turnsPerSecond } = await measure(telegram.running, telegram.robots, 1, length)
    const unpaced = await talk(
      'WhatsApp, linked device, without its pauses',
      peopleWithPhones(fake, 0),
      length,
    )
    const port = await freePort()
    await open('cloud', {
      HTTP_PORT: String(port),
      ...cloudEnv(cloud),
    })
    cloud.webhook.target = `http://127.0.0.1:${port}/whatsapp`
    const byCloud = await talk('WhatsApp, Cloud API', peopleOnCloud(cloud), length)
    return {
      idle: [without, withIt],
      pauses: 1 - unpaced.mean / slowly.mean,
      replies: [
        { name: 'Telegram', turns: turnsPerSecond * length.seconds, p50, p95 },
        byCloud,
        unpaced,
        slowly,
      ],
    }
  } finally {
    await Promise.all([fake.stop(), pacedFake.stop(), cloud.stop()])
  }
}

async function openLinked({ open, folder }: WhatsAppBench, name: string, fake: FakeWhatsApp, url: string) {
  const ca = join(folder, `${name}.pem`)
  await writeFile(ca, fake.ca)
  const opened = await open(name, { ...linkedDeviceEnv(fake, url), NODE_EXTRA_CA_CERTS: ca })
  await linkDevice(fake, opened.staff, {
    query: (sql, values) => ask(opened.databaseUrl, sql, values),
    timeoutMs: PATIENCE_MS,
  })
  return opened
}

async function rest(name: string, running: Running, seconds: number): Promise<Idle> {
  const before = await running.read()
  await sleep(seconds * 1000)
  const after = await running.read()
  const cpuMs = (after.cpuMicros - before.cpuMicros) / 1000
  return { name, rssMb: after.rssBytes / MB, cpuMsPerMinute: (cpuMs * 60) / seconds }
}

/** Report after report, each by a new person, one at a time; what is begun at the end is not counted. */
async function talk(
  name: string,
  people: People,
  { warmUp, seconds }: Length,
): Promise<Replies & { mean: number }> {
  const began = performance.now()
  const times: number[] = []
  for (;;) {
    for (const turn of people()) {
      const ms = await turn()
      const elapsed = performance.now() - began - warmUp * 1000
      if (elapsed > seconds * 1000) {
        times.sort((a, b) => a - b)
        return {
          name,
          turns: times.length,
          p50: percentile(times, 0.5),
          p95: percentile(times, 0.95),
          mean: times.reduce((sum, each) => sum + each, 0) / times.length,
        }
      }
      if (elapsed > 0) times.push(ms)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

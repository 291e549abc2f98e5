import { randomBytes } from 'node:crypto'
import { readFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBoundary } from '../src/places/boundary.js'
import { startFakeBotApi } from '../test/support/fake-bot-api/index.js'
import { PRODUCT, WIZARD, start } from './contender.js'
import { openDatabases } from './databases.js'
import { measure } from './measure.js'
import { placesIn } from './places.js'
import { createRobots } from './robots.js'
// node dist/bench/ab.js CHATS ROUNDS SECONDS name=dir,ENV=val,... 
const [chats, rounds, seconds, ...variants] = process.argv.slice(2)
const boundary = createBoundary(JSON.parse(await readFile('config/data/fossano.geojson', 'utf8')))
const placeOf = placesIn(boundary)
const folder = await mkdtemp(join(tmpdir(), 'filo-ab-'))
const databases = await openDatabases()
const api = await startFakeBotApi({ history: 'none' })
const tokenOf = (id: number) => `${id}:AA${randomBytes(24).toString('hex').slice(0, 33)}`
const all: any[] = []
let n = 0
for (const v of variants) {
  const [name, dir, ...env] = v.split(/[=,](?![^=]*$)|,/)
  const parts = v.split(',')
  const [nm, d] = (parts[0] as string).split('=')
  n++
  const bot = api.bot(tokenOf(7_200_000_000 + n * 2), { username: `bench_${n}_bot` })
  const staff = api.bot(tokenOf(7_200_000_001 + n * 2), { username: `bench_${n}_staff_bot` })
  const more = Object.fromEntries(parts.slice(1).map((p) => p.split('=')))
  const db = await databases.create(`ab_${n}`)
  const contender = d === 'wizard' ? WIZARD : { ...PRODUCT, script: `${d}/dist/src/main.js` }
  process.chdir(d === 'wizard' ? '.' : (d as string))
  const running = start(contender, { DATABASE_URL: db, DATA_DIR: join(folder, `d${n}`), HTTP_PORT: '0', TELEGRAM_CITIZEN_TOKEN: bot.token, TELEGRAM_STAFF_TOKEN: staff.token, TELEGRAM_API_ROOT: api.url, BENCH_TOKEN: bot.token, BENCH_API: api.url, ...more }, [])
  while (!bot.counts.has('getUpdates')) await sleep(50)
  all.push({ name: nm + ' ' + parts.slice(1).join(','), running, robots: createRobots(bot, placeOf), r: [] as any[] })
}
for (const a of all) await measure(a.running, a.robots, Number(chats), { warmUp: 1, seconds: 6 })
for (let i = 0; i < Number(rounds); i++) {
  for (const a of i % 2 ? all.toReversed() : all) {
    await databases.settle()
    a.r.push(await measure(a.running, a.robots, Number(chats), { warmUp: 1, seconds: Number(seconds) }))
  }
}
const mean = (x: number[]) => x.reduce((s, y) => s + y, 0) / x.length
for (const a of all) {
  const ratio = a.r.map((x: any, i: number) => x.turnsPerSecond / all[0].r[i].turnsPerSecond)
  const m = mean(ratio)
  const se = Math.sqrt(mean(ratio.map((x: number) => (x - m) ** 2)) / ratio.length)
  console.log(a.name.padEnd(28), 'turns/s', mean(a.r.map((x: any) => x.turnsPerSecond)).toFixed(0), 'ratio', m.toFixed(3), '±', se.toFixed(3), 'cpu', mean(a.r.map((x: any) => x.cpuMsPerTurn)).toFixed(3), 'p50', mean(a.r.map((x: any) => x.p50)).toFixed(1), 'p95', mean(a.r.map((x: any) => x.p95)).toFixed(1), 'rss', mean(a.r.map((x: any) => x.rssMb)).toFixed(0))
}
for (const a of all) await a.running.stop()
await api.stop(); await databases.close()

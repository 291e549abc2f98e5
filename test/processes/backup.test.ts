import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { inviteStaff } from '../../src/app/invite-staff.js'
import { type Product, startProduct } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import { as, type OfficeCode, type ReportId } from '../../src/kernel/ids.js'
import type { Person } from '../support/fake-bot-api/index.js'
import { createTestDatabase } from '../support/postgres.js'
import { recordingLog } from '../support/recording-log.js'
import {
  aPhoto,
  deskButton,
  fileOf,
  openTelegramTown,
  pointOf,
  reportPothole,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** Backups as docs/operations.md describes them, put into an empty place: the product goes on where it was. */

const major = (words: string): number => Number(/(\d+)(?:\.\d+)?/.exec(words)?.[1])

/** `pg_dump` refuses servers that are newer than itself. */
async function canDump(): Promise<boolean> {
  const database = await createTestDatabase()
  try {
    const [server] = await ask<{ version: string }>(
      database.url,
      `SELECT current_setting('server_version') AS version`,
    )
    return major(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' })) >= major(server?.version ?? '')
  } catch {
    return false
  } finally {
    await database.drop()
  }
}

async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const patience = { timeoutMs: 15_000 }
const PHOTO_COLOUR = '#c07020'

let town: TelegramTown
let product: Product | undefined
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await product?.stop()
  product = undefined
  for (const end of endings.splice(0).reverse()) await end()
  await town.close()
})

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'filo-restored-'))
  await chmod(folder, 0o755) // run by root, PostgreSQL is another user and must pass
  endings.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function begin(config: Config): Promise<Product> {
  product = await startProduct(config, recordingLog())
  await product.started
  return product
}

interface Life {
  readonly operator: Person
  readonly reporter: Person
  readonly halfway: Person
  readonly report: number
}

/** A town with everything that a backup must bring back; then it stops, with a message that never went out. */
async function liveAndStop(): Promise<Life> {
  // What falls due is left to the copy.
  const running = await begin({ ...town.config, roles: ['channels', 'delivery', 'http'] })
  const operator = town.newStaff('Bruno')
  const token = randomBytes(16).toString('hex')
  await running.unitOfWork.run((tx) =>
    inviteStaff(
      tx,
      { town: town.config.town, now: new Date() },
      { role: 'operator', offices: [as<OfficeCode>('maintenance')], frontDesk: false },
      token,
    ),
  )
  operator.sendCommand('start', token)
  await operator.waitFor('benvenuto', patience)
  const reporter = town.newCitizen('Ada')
  const photo = await aPhoto(PHOTO_COLOUR)
  const report = await reportPothole(reporter, { point: pointOf(0), words: 'buca', photo }, patience)
  const halfway = town.newCitizen('Ugo')
  halfway.send('ciao')
  await halfway.waitFor('Scegli dalla lista', patience)
  halfway.press(/^Strade e segnali/)
  await halfway.waitFor('Più di preciso?', patience)
  await until('the photo is kept', async () => {
    const files = await running.unitOfWork.run((tx) => tx.attachments.of(as<ReportId>(report)))
    return files[0]?.status === 'stored'
  })
  await running.settled()
  const reminder = { kind: 'draft_reminder', key: `telegram/${halfway.id}` } as const
  const payload = { channel: 'telegram', chat: String(halfway.id) }
  await running.unitOfWork.run((tx) => tx.timers.set({ ...reminder, dueAt: new Date(), payload }))
  // From now on the network takes nothing more.
  town.citizens.faults.random({ rate: 1, seed: 1, faults: [{ kind: 'cut' }] })
  halfway.press('Buca nella strada')
  await until('the answer is not taken', () => town.citizens.faults.dealt > 0)
  await running.stop()
  product = undefined
  town.citizens.faults.clear()
  return { operator, reporter, halfway, report }
}

/** Every part of it goes on, on the copy. */
async function goesOn({ operator, halfway, report }: Life, config: Config): Promise<void> {
  await begin(config)
  await halfway.waitFor("Dov'è?", { ...patience, since: 'start' })
  await halfway.waitFor('La finiamo insieme?', { ...patience, since: 'start' })
  halfway.sendLocation(...pointOf(30))
  await halfway.waitFor('Hai una foto?', patience)
  operator.press(deskButton('claim', report))
  await operator.waitFor(`La ${report} è in carico a te`, patience)
  operator.sendCommand('apri', String(report))
  const shown = await operator.waitFor(({ photo }) => photo !== undefined, { ...patience, since: 'start' })
  const file = shown.photo?.at(-1)?.file_id ?? ''
  expect((await fileOf(town.api, town.staff, file)).length).toBeGreaterThan(1_000)
  halfway.press('Non ho foto')
  await halfway.waitFor('Che cosa succede?', patience)
  halfway.send('un secondo buco')
  await halfway.waitFor('Guarda se va bene', patience)
  halfway.press(/Invia la segnalazione/)
  await halfway.waitFor(`La tua segnalazione è la numero ${report + 1}`, patience)
}

async function copyMedia(): Promise<string> {
  const dataDir = await emptyFolder()
  await cp(join(town.config.dataDir, 'media'), join(dataDir, 'media'), { recursive: true })
  return dataDir
}

const restored = (databaseUrl: string, dataDir: string): Config => ({
  ...town.config,
  databaseUrl,
  dataDir,
  mediaStore: { type: 'file', dir: join(dataDir, 'media') },
})

test('a copy of the database and the media folder', async () => {
  town = await openTelegramTown()
  const life = await liveAndStop()
  const url = new URL(town.config.databaseUrl as string)
  const original = url.pathname.slice(1)
  const copy = `${original}_copy`
  url.pathname = '/template1'
  const admin = url.href
  await ask(admin, `CREATE DATABASE ${copy} TEMPLATE ${original}`)
  endings.push(() => ask(admin, `DROP DATABASE ${copy} WITH (FORCE)`))
  url.pathname = copy
  const dataDir = await copyMedia()
  await goesOn(life, restored(url.href, dataDir))
}, 60_000)

const testDump = (await canDump()) ? test : test.skip

testDump(
  'pg_dump, and pg_restore into an empty database',
  async () => {
    town = await openTelegramTown()
    const life = await liveAndStop()
    const dump = join(await emptyFolder(), 'filo.dump')
    execFileSync('pg_dump', ['--format=custom', `--file=${dump}`, town.config.databaseUrl as string])
    const url = new URL(town.config.databaseUrl as string)
    const copy = `${url.pathname.slice(1)}_restored`
    url.pathname = '/template1'
    const admin = url.href
    await ask(admin, `CREATE DATABASE ${copy} TEMPLATE template0 ENCODING 'UTF8'`)
    endings.push(() => ask(admin, `DROP DATABASE ${copy} WITH (FORCE)`))
    url.pathname = copy
    execFileSync('pg_restore', ['--no-owner', `--dbname=${url.href}`, dump])
    const dataDir = await copyMedia()
    await goesOn(life, restored(url.href, dataDir))
  },
  60_000,
)

test('the embedded database: a cold copy of both folders', async () => {
  town = await openTelegramTown({ withDatabase: false })
  const life = await liveAndStop()
  const archive = join(await emptyFolder(), 'filo.tgz')
  const dataDir = await emptyFolder()
  execFileSync('tar', ['-C', town.config.dataDir, '-chzf', archive, 'postgres', 'media'])
  execFileSync('tar', ['-C', dataDir, '-xzf', archive])
  // So that nothing can come from the original.
  await rm(join(town.config.dataDir, 'postgres'), { recursive: true, force: true })
  await rm(join(town.config.dataDir, 'media'), { recursive: true, force: true })
  const { databaseUrl: _, ...embedded } = restored('', dataDir)
  await goesOn(life, embedded)
}, 90_000)

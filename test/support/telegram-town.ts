import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import sharp from 'sharp'
import { type Config, formatFaults, loadConfig } from '../../src/config.js'
import { type FakeBot, type FakeBotApi, type Person, startFakeBotApi } from './fake-bot-api/index.js'
import { createTestDatabase, type TestDatabase } from './postgres.js'

export { until } from './until.js'

/** A town with both bots on a fake Bot API, a database and a data folder: all that a start of the product needs. */
export interface TelegramTown {
  readonly api: FakeBotApi
  readonly citizens: FakeBot
  readonly staff: FakeBot
  /** What a child process is started with. */
  readonly env: Readonly<Record<string, string>>
  readonly config: Config
  /** Asks the database beside the product. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Somebody who never wrote before. */
  newCitizen(name?: string): Person
  newStaff(name: string): Person
  close(): Promise<void>
}

/** Shaped like real ones, which the settings insist on. */
const tokenOf = (id: number) => `${id}:AA${randomBytes(24).toString('hex').slice(0, 33)}`

interface TownOptions {
  /** False: the product brings its own. */
  readonly withDatabase?: boolean
  /** Another one than the test run's. */
  readonly database?: TestDatabase
}

export async function openTelegramTown({
  withDatabase = true,
  database: given,
}: TownOptions = {}): Promise<TelegramTown> {
  const api = await startFakeBotApi({ webhookRetryMs: 20 })
  // Asked for in any case: it is also what builds dist.
  const database = given ?? (await createTestDatabase())
  const dataDir = await mkdtemp(join(tmpdir(), 'filo-e2e-'))
  await chmod(dataDir, 0o755) // run by root, PostgreSQL is another user and must pass
  const citizens = api.bot(tokenOf(7_200_000_001), { username: 'filo_citizens_bot' })
  const staff = api.bot(tokenOf(7_200_000_002), { username: 'filo_staff_bot' })
  const env = {
    ...(withDatabase && { DATABASE_URL: database.url }),
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    TELEGRAM_CITIZEN_TOKEN: citizens.token,
    TELEGRAM_STAFF_TOKEN: staff.token,
    TELEGRAM_API_ROOT: api.url,
  }
  const loaded = loadConfig(env, (path) => readFileSync(path, 'utf8'))
  if (!loaded.ok) throw new Error(formatFaults(loaded.faults))
  let people = 0
  // Of one connection, which is opened anew after a server was away.
  const beside = new Pool({ connectionString: database.url, max: 1 })
  beside.on('error', () => undefined)
  return {
    api,
    citizens,
    staff,
    env,
    config: loaded.config,
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      return (await beside.query<Row>(sql, [...values])).rows
    },
    newCitizen(name = 'Maria') {
      people += 1
      return citizens.user({ id: 1_000 + people, first_name: name, language_code: 'it' })
    },
    newStaff(name) {
      people += 1
      return staff.user({ id: 1_000 + people, first_name: name, language_code: 'it' })
    },
    async close() {
      await beside.end()
      await api.stop()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A picture as a phone sends it; the colour tells one from the other. */
export const aPhoto = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: colour } })
    .jpeg()
    .toBuffer()

/** What is behind a file id, as the bot itself would fetch it. */
export async function fileOf({ url }: FakeBotApi, { token }: FakeBot, id: string): Promise<Buffer> {
  const answer = await fetch(`${url}/bot${token}/getFile?file_id=${id}`)
  const { result } = (await answer.json()) as { result: { file_path: string } }
  const file = await fetch(`${url}/file/bot${token}/${result.file_path}`)
  return Buffer.from(await file.arrayBuffer())
}

/** A standing button of the desk, by its action and report. */
export const deskButton =
  (action: string, report: number) =>
  (button: object): boolean =>
    'callback_data' in button &&
    String(button.callback_data).split(':', 2).join(':') === `${action}:${report}`

/** Within the municipality, each one well away from the others: nobody is asked whether it is the same. */
export const pointOf = (index: number): readonly [number, number] => [
  44.53 + (index % 20) * 0.002,
  7.68 + Math.floor(index / 20) * 0.004,
]

/** How long one waits for an answer while processes come and go. */
export interface Patience {
  readonly timeoutMs?: number
}

/** The whole conversation from "ciao" to the receipt. Returns the report's number. */
export async function reportPothole(
  person: Person,
  about: { readonly point: readonly [number, number]; readonly words: string; readonly photo?: Buffer },
  patience: Patience = {},
): Promise<number> {
  const sees = (words: string) => person.waitFor(words, patience)
  person.send('ciao')
  await sees('Scegli dalla lista')
  person.press(/^Strade e segnali/)
  await sees('Più di preciso?')
  person.press('Buca nella strada')
  await sees("Dov'è?")
  person.sendLocation(...about.point)
  await sees('Hai una foto?')
  if (about.photo) {
    person.sendPhoto(about.photo)
    await sees('Ho ricevuto una foto')
    person.press(/Avanti/)
  } else person.press('Non ho foto')
  await sees('Che cosa succede?')
  person.send(about.words)
  await sees('Guarda se va bene')
  person.press(/Invia la segnalazione/)
  return numberIn((await sees('La tua segnalazione è la numero')).text)
}

export const numberIn = (text = ''): number => Number(/numero (\d+)/.exec(text)?.[1])

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type Config, formatFaults, loadConfig } from '../../src/config.js'
import { cloudEnv } from './cloud-env.js'
import { type FakeBot, type FakeBotApi, startFakeBotApi } from './fake-bot-api/index.js'
import { type FakeCloudApi, startFakeCloudApi, type WhatsAppPerson } from './fake-cloud-api/index.js'
import { createTestDatabase } from './postgres.js'

/** A town whose citizens write on WhatsApp, by a fake Cloud API, and whose staff work on a fake Telegram. */
export interface WhatsAppTown {
  readonly cloud: FakeCloudApi
  readonly telegram: FakeBotApi
  readonly staff: FakeBot
  readonly config: Config
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

export async function openWhatsAppTown(): Promise<WhatsAppTown> {
  const [cloud, telegram, database] = await Promise.all([
    startFakeCloudApi(),
    startFakeBotApi({ webhookRetryMs: 20 }),
    createTestDatabase(),
  ])
  const dataDir = await mkdtemp(join(tmpdir(), 'filo-whatsapp-'))
  await chmod(dataDir, 0o755)
  const token = `7200000002:AA${randomBytes(24).toString('hex').slice(0, 33)}`
  const staff = telegram.bot(token, { username: 'filo_staff_bot' })
  const loaded = loadConfig(
    {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      HTTP_PORT: '0',
      TELEGRAM_STAFF_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.url,
      ...cloudEnv(cloud),
    },
    (path) => readFileSync(path, 'utf8'),
  )
  if (!loaded.ok) throw new Error(formatFaults(loaded.faults))
  const client = new Client(database.url)
  client.on('error', () => undefined)
  await client.connect()
  return {
    cloud,
    telegram,
    staff,
    config: loaded.config,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(sql, [...values])).rows,
    async close() {
      await client.end()
      await Promise.all([cloud.stop(), telegram.stop()])
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** From "ciao" to the receipt. Returns the report's number. */
export async function reportByWhatsApp(
  person: WhatsAppPerson,
  about: { readonly point: readonly [number, number]; readonly words: string },
): Promise<number> {
  person.send('ciao')
  await person.waitFor('Scegli dalla lista')
  person.send('strade e segnali')
  await person.waitFor('Più di preciso?')
  person.press('Buca nella strada')
  await person.waitFor("Dov'è?")
  person.sendLocation(...about.point)
  await person.waitFor('Hai una foto?')
  person.press('Non ho foto')
  await person.waitFor('Che cosa succede?')
  person.send(about.words)
  await person.waitFor('Guarda se va bene')
  person.press('Invia la segnalazione')
  const { text } = await person.waitFor('La tua segnalazione è la numero')
  return Number(/numero (\d+)/.exec(text)?.[1])
}

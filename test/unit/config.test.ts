import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Config, type Fault, formatFaults, loadConfig, nearlyKnown } from '../../src/config.js'

const CITIZEN = `123456789:${'A'.repeat(35)}`
const STAFF = `987654321:${'b'.repeat(35)}`
const TELEGRAM = { TELEGRAM_CITIZEN_TOKEN: CITIZEN, TELEGRAM_STAFF_TOKEN: STAFF }
const CLOUD = {
  WHATSAPP_TRANSPORT: 'cloud',
  TELEGRAM_STAFF_TOKEN: STAFF,
  WHATSAPP_CLOUD_TOKEN: 'EAAG-geheim',
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_CLOUD_APP_SECRET: 'app-geheim',
  WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-geheim',
  WHATSAPP_CLOUD_API_ROOT: 'https://graph.facebook.com/v23.0/',
}
const LINKED = { WHATSAPP_TRANSPORT: 'baileys', TELEGRAM_STAFF_TOKEN: STAFF }
const S3 = {
  S3_ENDPOINT: 'https://s3.example.org',
  S3_BUCKET: 'filo',
  S3_REGION: 'eu-south-1',
  S3_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  S3_SECRET_ACCESS_KEY: 'sehr-geheim',
}

const read = (path: string): string => readFileSync(path, 'utf8')

function config(env: Record<string, string> = {}): Config {
  const loaded = loadConfig(env, read)
  if (!loaded.ok) throw new Error(formatFaults(loaded.faults))
  return loaded.config
}

function faults(env: Record<string, string>): Fault[] {
  const loaded = loadConfig(env, read)
  return loaded.ok ? [] : loaded.faults
}

describe('the defaults', () => {
  test('with nothing set the simulator runs on the shipped town', () => {
    const { town, templates, ...rest } = config()
    expect(town.name).toBe('Fossano')
    expect(templates.ask_fixed).toMatchObject({ name: 'filo_risolto', parameters: ['number'], buttons: true })
    expect(rest).toEqual({
      dataDir: './data',
      boundaryFile: resolve('config/data/fossano.geojson'),
      streets: { file: resolve('config/data/fossano-streets.csv') },
      http: { host: '127.0.0.1', port: 3000 },
      simulator: true,
      mediaStore: { type: 'file', dir: 'data/media' },
      roles: ['channels', 'delivery', 'schedule', 'http'],
      logLevel: 'info',
    })
  })

  test('an empty variable is as good as none', () => {
    expect(
      config({ DATABASE_URL: '', HTTP_PORT: ' ', TELEGRAM_CITIZEN_TOKEN: '', WHATSAPP_TRANSPORT: '' }),
    ).toEqual(config())
  })
})

describe('what is set', () => {
  test('Telegram by polling', () => {
    expect(config(TELEGRAM)).toMatchObject({
      telegram: {
        citizenToken: CITIZEN,
        staffToken: STAFF,
        apiRoot: 'https://api.telegram.org',
        mode: { type: 'polling' },
      },
      simulator: false,
    })
  })

  test('Telegram by webhook, through a server of one’s own', () => {
    const webhook = {
      ...TELEGRAM,
      TELEGRAM_MODE: 'webhook',
      TELEGRAM_API_ROOT: 'http://localhost:8081/',
      PUBLIC_URL: 'https://filo.example.org/',
      TELEGRAM_WEBHOOK_SECRET: 'a-b_c1',
    }
    expect(config(webhook).telegram).toMatchObject({
      apiRoot: 'http://localhost:8081',
      mode: { type: 'webhook', publicUrl: 'https://filo.example.org', secret: 'a-b_c1' },
    })
  })

  test('WhatsApp by the Cloud API, with Telegram for the staff alone', () => {
    const { telegram, whatsapp, simulator } = config(CLOUD)
    expect(whatsapp).toEqual({
      transport: 'cloud',
      token: 'EAAG-geheim',
      phoneNumberId: '106540352242922',
      appSecret: 'app-geheim',
      verifyToken: 'verify-geheim',
      apiRoot: 'https://graph.facebook.com/v23.0',
    })
    expect(telegram).toEqual({
      staffToken: STAFF,
      apiRoot: 'https://api.telegram.org',
      mode: { type: 'polling' },
    })
    expect(simulator).toBe(false)
  })

  test('WhatsApp by a linked device, beside Telegram', () => {
    const linked = {
      ...TELEGRAM,
      WHATSAPP_TRANSPORT: 'baileys',
      WHATSAPP_WEB_SOCKET_URL: 'ws://127.0.0.1:8080/ws',
      WHATSAPP_PAIRING_PHONE: '+39 0172 123-456',
    }
    expect(config(linked)).toMatchObject({
      telegram: { citizenToken: CITIZEN },
      whatsapp: {
        transport: 'baileys',
        webSocketUrl: 'ws://127.0.0.1:8080/ws',
        pairingPhone: '390172123456',
      },
    })
    expect(config(LINKED).whatsapp).toEqual({ transport: 'baileys' })
  })

  test('a Cloud API that runs on this machine, for tests', () => {
    const root = { WHATSAPP_CLOUD_API_ROOT: 'http://localhost:8081/v23.0' }
    expect(config({ ...CLOUD, ...root }).whatsapp).toMatchObject({ apiRoot: 'http://localhost:8081/v23.0' })
  })

  test('a bucket', () => {
    expect(config({ ...S3, MEDIA_STORE: 's3' }).mediaStore).toEqual({
      type: 's3',
      endpoint: 'https://s3.example.org',
      bucket: 'filo',
      region: 'eu-south-1',
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: 'sehr-geheim',
    })
  })

  test.each([
    ['DATABASE_URL', 'postgres://filo:x@db/filo', { databaseUrl: 'postgres://filo:x@db/filo' }],
    [
      'DATABASE_URL',
      'postgresql://filo:a%40b%2F@[::1]:5432/filo?sslmode=verify-full',
      { databaseUrl: 'postgresql://filo:a%40b%2F@[::1]:5432/filo?sslmode=verify-full' },
    ],
    [
      'DATA_DIR',
      '/var/lib/filo',
      { dataDir: '/var/lib/filo', mediaStore: { type: 'file', dir: '/var/lib/filo/media' } },
    ],
    ['ROLES', 'http, delivery', { roles: ['http', 'delivery'] }],
    ['SIMULATOR', 'off', { simulator: false }],
    ['LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['HTTP_PORT', '0', { http: { host: '127.0.0.1', port: 0 } }],
    ['HTTP_HOST', '::1', { http: { host: '::1', port: 3000 } }],
  ])('%s=%s', (name, value, expected) => {
    expect(config({ [name]: value })).toMatchObject(expected)
  })

  test('a public host without the simulator', () => {
    expect(config({ ...TELEGRAM, HTTP_HOST: '0.0.0.0' }).http.host).toBe('0.0.0.0')
  })
})

describe('a faulty environment', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['one bot only', { TELEGRAM_CITIZEN_TOKEN: CITIZEN }, ['TELEGRAM_STAFF_TOKEN']],
    ['the other bot only', { TELEGRAM_STAFF_TOKEN: STAFF }, ['TELEGRAM_CITIZEN_TOKEN']],
    ['the same bot twice', { ...TELEGRAM, TELEGRAM_STAFF_TOKEN: CITIZEN }, ['TELEGRAM_STAFF_TOKEN']],
    ['no token', { ...TELEGRAM, TELEGRAM_CITIZEN_TOKEN: 'ask Paolo' }, ['TELEGRAM_CITIZEN_TOKEN']],
    ['an unknown mode', { TELEGRAM_MODE: 'push' }, ['TELEGRAM_MODE']],
    [
      'a webhook of nothing',
      { ...TELEGRAM, TELEGRAM_MODE: 'webhook' },
      ['PUBLIC_URL', 'TELEGRAM_WEBHOOK_SECRET'],
    ],
    ['a webhook without TLS', { PUBLIC_URL: 'http://filo.example.org' }, ['PUBLIC_URL']],
    [
      'a webhook secret with odd characters',
      { TELEGRAM_WEBHOOK_SECRET: 'è segreto' },
      ['TELEGRAM_WEBHOOK_SECRET'],
    ],
    [
      'a webhook secret that is too long',
      { TELEGRAM_WEBHOOK_SECRET: 'x'.repeat(257) },
      ['TELEGRAM_WEBHOOK_SECRET'],
    ],
    ['an API root that is no URL', { TELEGRAM_API_ROOT: 'localhost' }, ['TELEGRAM_API_ROOT']],
    ['another database', { DATABASE_URL: 'mysql://filo@db/filo' }, ['DATABASE_URL']],
    ['a password with an @', { DATABASE_URL: 'postgres://filo:a@b#1@db:5432/filo' }, ['DATABASE_URL']],
    ['a password with a slash', { DATABASE_URL: 'postgres://filo:a@b/1@db:5432/filo' }, ['DATABASE_URL']],
    ['a password with a ?', { DATABASE_URL: 'postgres://filo:12?ab@db:5432/filo' }, ['DATABASE_URL']],
    ['a password with a %', { DATABASE_URL: 'postgres://filo:a%zz@db:5432/filo' }, ['DATABASE_URL']],
    ['a port beyond', { HTTP_PORT: '65536' }, ['HTTP_PORT']],
    ['a port in words', { HTTP_PORT: 'http' }, ['HTTP_PORT']],
    ['a host that is a URL', { HTTP_HOST: 'http://x', SIMULATOR: 'off' }, ['HTTP_HOST']],
    ['an unknown role', { ROLES: 'http,web,mail' }, ['ROLES']],
    ['no role', { ROLES: ',' }, ['ROLES']],
    [
      'a webhook that nobody takes in',
      {
        ...TELEGRAM,
        TELEGRAM_MODE: 'webhook',
        PUBLIC_URL: 'https://x.example',
        TELEGRAM_WEBHOOK_SECRET: 'a',
        ROLES: 'http',
      },
      ['ROLES'],
    ],
    ['an unknown level', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL']],
    [
      'half a bucket',
      { MEDIA_STORE: 's3', S3_BUCKET: 'x' },
      ['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
    ],
    ['half a bucket that nobody uses', { ...S3, S3_REGION: '' }, ['S3_REGION']],
    ['the simulator beside real bots', { ...TELEGRAM, SIMULATOR: 'on' }, ['SIMULATOR']],
    ['the simulator for everybody', { SIMULATOR: 'on', HTTP_HOST: '0.0.0.0' }, ['HTTP_HOST']],
    ['the simulator for everybody, by default', { HTTP_HOST: '192.168.1.4' }, ['HTTP_HOST']],
    ['WhatsApp by pigeon', { WHATSAPP_TRANSPORT: 'pigeon', ...TELEGRAM }, ['WHATSAPP_TRANSPORT']],
    ['WhatsApp without a bot for the staff', { WHATSAPP_TRANSPORT: 'baileys' }, ['TELEGRAM_STAFF_TOKEN']],
    [
      'WhatsApp and half of Telegram',
      { WHATSAPP_TRANSPORT: 'baileys', TELEGRAM_CITIZEN_TOKEN: CITIZEN },
      ['TELEGRAM_STAFF_TOKEN'],
    ],
    [
      'the Cloud API without anything',
      { WHATSAPP_TRANSPORT: 'cloud', TELEGRAM_STAFF_TOKEN: STAFF },
      ['TOKEN', 'PHONE_NUMBER_ID', 'APP_SECRET', 'VERIFY_TOKEN', 'API_ROOT'].map(
        (end) => `WHATSAPP_CLOUD_${end}`,
      ),
    ],
    [
      'a phone number instead of its id',
      { ...CLOUD, WHATSAPP_CLOUD_PHONE_NUMBER_ID: '+39 0172 123456' },
      ['WHATSAPP_CLOUD_PHONE_NUMBER_ID'],
    ],
    [
      'a Graph API without its version',
      { ...CLOUD, WHATSAPP_CLOUD_API_ROOT: 'https://graph.facebook.com' },
      ['WHATSAPP_CLOUD_API_ROOT'],
    ],
    [
      'a Graph API without TLS',
      { ...CLOUD, WHATSAPP_CLOUD_API_ROOT: 'http://graph.example.org/v23.0' },
      ['WHATSAPP_CLOUD_API_ROOT'],
    ],
    [
      'a Cloud API that is no URL',
      { ...CLOUD, WHATSAPP_CLOUD_API_ROOT: 'v23.0' },
      ['WHATSAPP_CLOUD_API_ROOT'],
    ],
    ['a Cloud API that nobody takes in', { ...CLOUD, ROLES: 'http' }, ['ROLES']],
    ['the simulator beside WhatsApp', { ...LINKED, SIMULATOR: 'on' }, ['SIMULATOR']],
    [
      'a WhatsApp server without TLS',
      { ...LINKED, WHATSAPP_WEB_SOCKET_URL: 'ws://wa.example.org/ws' },
      ['WHATSAPP_WEB_SOCKET_URL'],
    ],
    [
      'a WhatsApp server that is none',
      { ...LINKED, WHATSAPP_WEB_SOCKET_URL: 'https://wa.example.org' },
      ['WHATSAPP_WEB_SOCKET_URL'],
    ],
    [
      'a phone without its country',
      { ...LINKED, WHATSAPP_PAIRING_PHONE: '0172' },
      ['WHATSAPP_PAIRING_PHONE'],
    ],
    ['a slip of the pen', { TELEGRAM_CITIZENS_TOKEN: CITIZEN }, ['TELEGRAM_CITIZENS_TOKEN']],
  ])('%s', (_what, env, where) => {
    const found = faults(env)
    expect(found.map((fault) => fault.where).sort()).toEqual([...where].sort())
    for (const { wrong, right } of found) expect(wrong && right).toBeTruthy()
  })

  test('everything is said at once, the file’s faults too', () => {
    const env = { LOG_LEVEL: 'loud', TELEGRAM_MODE: 'webhook', MUNICIPALITY_FILE: 'config/nowhere.yaml' }
    expect(faults(env).map(({ where }) => where)).toEqual([
      'LOG_LEVEL',
      'PUBLIC_URL',
      'TELEGRAM_WEBHOOK_SECRET',
      'config/nowhere.yaml',
    ])
  })

  test('what is wrong is shown, and a slip is put right', () => {
    expect(formatFaults(faults({ ...LINKED, WHATSAPP_TRANSPORT: 'sms', TELEGRAM_STAF_TOKEN: STAFF }))).toBe(
      [
        'The configuration has 2 faults:',
        '  WHATSAPP_TRANSPORT is "sms"; right would be: off, baileys (a linked device), or cloud (the Cloud API)',
        '  TELEGRAM_STAF_TOKEN is not known; right would be: "TELEGRAM_STAFF_TOKEN"?',
      ].join('\n'),
    )
  })

  test('a name that is nearly ours is told, and no fault', () => {
    const env = { DATABASE_ULR: 'postgres://x', ROLE: 'http', HOME: '/root', HTTP_PORT: '1', PATH: '/bin' }
    expect(nearlyKnown(env)).toEqual([
      { name: 'DATABASE_ULR', meant: 'DATABASE_URL' },
      { name: 'ROLE', meant: 'ROLES' },
    ])
    expect(faults(env)).toEqual([])
  })

  test('no secret is ever printed', () => {
    const secrets = {
      DATABASE_URL: 'mysql://filo:geheim1@db/filo',
      TELEGRAM_CITIZEN_TOKEN: 'geheim2',
      TELEGRAM_STAFF_TOKEN: 'geheim2',
      TELEGRAM_WEBHOOK_SECRET: 'geheim3 ä',
      PUBLIC_URL: 'http://geheim4@x',
      S3_ENDPOINT: 'geheim5',
      S3_SECRET_ACCESS_KEY: 'geheim6',
      WHATSAPP_TRANSPORT: 'cloud',
      WHATSAPP_CLOUD_PHONE_NUMBER_ID: 'geheim7',
      WHATSAPP_CLOUD_API_ROOT: 'http://geheim8',
      WHATSAPP_WEB_SOCKET_URL: 'ws://geheim9@x',
      WHATSAPP_PAIRING_PHONE: 'geheim0',
    }
    const said = formatFaults(faults(secrets))
    expect(said).toContain('DATABASE_URL')
    expect(said).not.toContain('geheim')
  })
})

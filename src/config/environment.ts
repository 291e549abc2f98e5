import { isIP } from 'node:net'
import { distance } from 'fastest-levenshtein'
import { z } from 'zod'
import { LOG_LEVELS, type LogLevel } from '../kernel/logger.js'
import { type Fault, unknownName } from './fault.js'
import { type MediaStoreConfig, mediaStoreOf, S3_NAMES } from './media-store.js'
import { needWhatsApp, type WhatsAppConfig, whatsAppOf, whatsAppVariables } from './whatsapp.js'

export const PROCESS_ROLES = ['channels', 'delivery', 'schedule', 'http'] as const
export type ProcessRole = (typeof PROCESS_ROLES)[number]

export interface TelegramConfig {
  /** Missing: the citizens write on WhatsApp alone. */
  readonly citizenToken?: string
  readonly staffToken: string
  /** Without a slash at the end. */
  readonly apiRoot: string
  readonly mode:
    | { readonly type: 'polling' }
    | { readonly type: 'webhook'; readonly publicUrl: string; readonly secret: string }
}

/** What differs from machine to machine. */
export interface Environment {
  /** Undefined: the embedded one under `dataDir`. */
  readonly databaseUrl?: string
  readonly dataDir: string
  readonly municipalityFile: string
  readonly telegram?: TelegramConfig
  /** Missing: off. */
  readonly whatsapp?: WhatsAppConfig
  readonly http: { readonly host: string; readonly port: number }
  readonly simulator: boolean
  readonly mediaStore: MediaStoreConfig
  readonly roles: readonly ProcessRole[]
  readonly logLevel: LogLevel
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
const url = (protocol: RegExp, right: string) =>
  z.url({ protocol, error: right }).transform(withoutSlash).optional()
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, { error: names.join(', or ') })

/** The two halves of a bot's token (Bot API, "Authorizing your bot"). */
const token = z
  .string()
  .regex(/^\d{5,}:[\w-]{30,}$/, { error: 'a token as @BotFather gives it, 123456789:AAx…' })
  .optional()
const words = z.string().optional()
const RIGHT_ROLES = `some of ${PROCESS_ROLES.join(',')}, with commas between`

/** One reading only: user and password, where they are given, end at the only @, and can be decoded. */
const DATABASE = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?[^@/?#]*(?:\/[^@/?#]*)?(?:\?[^@#]*)?$/
function isPlainDatabase(address: string): boolean {
  const [whole, user = ''] = DATABASE.exec(address) ?? []
  try {
    return whole !== undefined && decodeURIComponent(user) !== undefined
  } catch {
    return false
  }
}

/** Errors of this schema are what would be right; what is wrong is said by `faultOf`. */
const schema = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'postgres://user:password@host:5432/name' })
    .refine(isPlainDatabase, {
      error:
        'postgres://user:password@host:5432/name, with @ # / ? : % of the password written as %40 %23 %2F %3F %3A %25',
    })
    .optional(),
  DATA_DIR: z.string().default('./data'),
  MUNICIPALITY_FILE: z.string().default('config/fossano.yaml'),
  TELEGRAM_CITIZEN_TOKEN: token,
  TELEGRAM_STAFF_TOKEN: token,
  TELEGRAM_API_ROOT: url(/^https?$/, 'a URL such as http://localhost:8081').default(
    'https://api.telegram.org',
  ),
  TELEGRAM_MODE: oneOf(['polling', 'webhook']).default('polling'),
  PUBLIC_URL: url(/^https$/, 'a URL with https, at which Telegram reaches this server'),
  // Bot API, setWebhook: secret_token.
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{1,256}$/, { error: '1 to 256 of A-Z, a-z, 0-9, _ and -' })
    .optional(),
  ...whatsAppVariables,
  HTTP_HOST: z
    .string()
    .refine((host) => isIP(host) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host), {
      error: 'an address to listen on, such as 127.0.0.1 or 0.0.0.0',
    })
    .default('127.0.0.1'),
  HTTP_PORT: z
    .string()
    .refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, {
      error: 'a number from 0 (any free port) to 65535',
    })
    .default('3000')
    .transform(Number),
  SIMULATOR: oneOf(['on', 'off']).optional(),
  MEDIA_STORE: oneOf(['file', 's3']).default('file'),
  S3_ENDPOINT: url(/^https?$/, 'a URL such as https://s3.example.org'),
  S3_BUCKET: words,
  S3_REGION: words,
  S3_ACCESS_KEY_ID: words,
  S3_SECRET_ACCESS_KEY: words,
  ROLES: z
    .string()
    .default(PROCESS_ROLES.join(','))
    .transform((list) => [...new Set(list.split(',').map((role) => role.trim()))].filter(Boolean))
    .pipe(z.array(z.enum(PROCESS_ROLES, { error: RIGHT_ROLES })).min(1, { error: RIGHT_ROLES })),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
})

/** Every variable that means something to the product. */
export const KNOWN: readonly string[] = Object.keys(schema.shape)
/** Names that mean nothing here, and are nearly one that does. They may be somebody else's: no fault. */
export const nearlyKnown = (env: Variables): { readonly name: string; readonly meant: string }[] =>
  Object.keys(given(env)).flatMap((name) => {
    if (KNOWN.includes(name) || OURS.test(name)) return []
    const meant = KNOWN.find((known) => distance(name, known) <= 2)
    return meant ? [{ name, meant }] : []
  })

/** Nobody else's variables begin so. */
const OURS = /^(?:TELEGRAM|WHATSAPP|MUNICIPALITY)_/
/** Shown back when wrong; every other value may be a secret. */
const SHOWN = new Set([
  'TELEGRAM_MODE',
  'WHATSAPP_TRANSPORT',
  'HTTP_HOST',
  'HTTP_PORT',
  'SIMULATOR',
  'MEDIA_STORE',
  'ROLES',
  'LOG_LEVEL',
])
const isLoopback = (host: string): boolean => /^(?:localhost|::1|127\.0\.0\.1)$/.test(host)

type Variables = Readonly<Record<string, string | undefined>>

/** An empty variable is as good as none: that is how compose files leave them. */
const given = (env: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )

const faultOf = (name: string, value: string, right: string): Fault => ({
  where: name,
  wrong: SHOWN.has(name) ? `is "${value}"` : 'is not as it should be',
  right,
})

/** What must fit together; looked at even when single values are wrong, so that all is said at once. */
function relations(env: Readonly<Record<string, string>>): Fault[] {
  const faults: Fault[] = []
  const need = (name: string, because: string, right: string): void => {
    if (!env[name]) faults.push({ where: name, wrong: `is missing: ${because}`, right })
  }
  const { TELEGRAM_CITIZEN_TOKEN: citizen, TELEGRAM_STAFF_TOKEN: staff } = env
  const whatsapp = (env.WHATSAPP_TRANSPORT ?? 'off') !== 'off'
  const otherBot = 'the citizens and the staff have a bot each'
  if (staff && !whatsapp) need('TELEGRAM_CITIZEN_TOKEN', otherBot, 'the token of the citizens’ bot')
  if (citizen) need('TELEGRAM_STAFF_TOKEN', otherBot, 'the token of a second bot')
  else if (whatsapp) {
    const because = 'the staff work on Telegram, also where the citizens write on WhatsApp'
    need('TELEGRAM_STAFF_TOKEN', because, 'the token of the staff’s bot')
  }
  needWhatsApp(env, need)
  if (citizen && citizen === staff) {
    faults.push({
      where: 'TELEGRAM_STAFF_TOKEN',
      wrong: 'is the same as TELEGRAM_CITIZEN_TOKEN',
      right: 'the token of a second bot',
    })
  }
  if (env.TELEGRAM_MODE === 'webhook') {
    need('PUBLIC_URL', 'TELEGRAM_MODE is webhook', 'a URL with https, at which Telegram reaches this server')
    need('TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_MODE is webhook', '1 to 256 of A-Z, a-z, 0-9, _ and -')
  }
  const roles = env.ROLES?.split(',').map((role) => role.trim())
  const webhooks = env.TELEGRAM_MODE === 'webhook' || env.WHATSAPP_TRANSPORT === 'cloud'
  if (webhooks && roles && roles.includes('http') !== roles.includes('channels')) {
    faults.push({
      where: 'ROLES',
      wrong: `is "${env.ROLES}", but a webhook comes in by http and is taken in by channels`,
      right: 'both http and channels, or neither',
    })
  }
  if (
    env.WHATSAPP_TRANSPORT === 'baileys' &&
    roles &&
    roles.includes('channels') !== roles.includes('delivery')
  ) {
    faults.push({
      where: 'ROLES',
      wrong: `is "${env.ROLES}", but the process that holds the linked device both hears and sends`,
      right: 'both channels and delivery, or neither',
    })
  }
  const s3 = S3_NAMES.filter((name) => env[name])
  if (env.MEDIA_STORE === 's3' || s3.length > 0) {
    const because = env.MEDIA_STORE === 's3' ? 'MEDIA_STORE is s3' : `${s3[0]} is set`
    for (const name of S3_NAMES) need(name, because, 'all five S3 settings, or none')
  }
  const simulator = env.SIMULATOR ? env.SIMULATOR === 'on' : !citizen && !staff && !whatsapp
  if (simulator && !isLoopback(env.HTTP_HOST ?? '127.0.0.1')) {
    faults.push({
      where: 'HTTP_HOST',
      wrong: `is "${env.HTTP_HOST}" while the simulator is on, which gives staff rights to whoever opens it`,
      right: '127.0.0.1, or SIMULATOR=off',
    })
  }
  if (env.SIMULATOR === 'on' && (citizen || staff || whatsapp)) {
    const real = citizen || staff ? 'real bots' : 'WhatsApp'
    faults.push({
      where: 'SIMULATOR',
      wrong: `is "on" beside ${real}: its clock moves the deadlines of real people`,
      right: 'off, or no TELEGRAM_… tokens, WHATSAPP_TRANSPORT=off and a DATA_DIR of its own',
    })
  }
  return faults
}

type Values = z.output<typeof schema>

function telegramOf(values: Values): TelegramConfig | undefined {
  const { TELEGRAM_CITIZEN_TOKEN: citizenToken, TELEGRAM_STAFF_TOKEN: staffToken } = values
  if (!staffToken) return undefined
  const { PUBLIC_URL: publicUrl, TELEGRAM_WEBHOOK_SECRET: secret } = values
  const webhook = values.TELEGRAM_MODE === 'webhook' && publicUrl && secret
  return {
    ...(citizenToken ? { citizenToken } : {}),
    staffToken,
    apiRoot: values.TELEGRAM_API_ROOT,
    mode: webhook ? { type: 'webhook', publicUrl, secret } : { type: 'polling' },
  }
}

/** The environment, typed, or all its faults. Where the municipality file lies is told in any case. */
export function readEnvironment(
  variables: Variables,
): { ok: true; environment: Environment } | { ok: false; faults: Fault[]; municipalityFile: string } {
  const env = given(variables)
  const parsed = schema.safeParse(env)
  const messages = new Map(
    (parsed.error?.issues ?? []).map(({ path, message }) => [String(path[0]), message]),
  )
  const single = [...messages].map(([name, right]) => faultOf(name, env[name] ?? '', right))
  const strangers = Object.keys(env).filter((name) => OURS.test(name) && !KNOWN.includes(name))
  const faults = [...single, ...relations(env), ...strangers.map((name) => unknownName(name, name, KNOWN))]
  if (!parsed.success || faults.length > 0) {
    return { ok: false, faults, municipalityFile: env.MUNICIPALITY_FILE ?? 'config/fossano.yaml' }
  }
  const values = parsed.data
  const telegram = telegramOf(values)
  const whatsapp = whatsAppOf(values)
  return {
    ok: true,
    environment: {
      ...(values.DATABASE_URL ? { databaseUrl: values.DATABASE_URL } : {}),
      dataDir: values.DATA_DIR,
      municipalityFile: values.MUNICIPALITY_FILE,
      ...(telegram ? { telegram } : {}),
      ...(whatsapp ? { whatsapp } : {}),
      http: { host: values.HTTP_HOST, port: values.HTTP_PORT },
      simulator: values.SIMULATOR ? values.SIMULATOR === 'on' : !telegram && !whatsapp,
      mediaStore: mediaStoreOf(values),
      roles: values.ROLES,
      logLevel: values.LOG_LEVEL,
    },
  }
}

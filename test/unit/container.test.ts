import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { KNOWN, PROCESS_ROLES, readEnvironment } from '../../src/config/environment.js'
import { execForm, readDockerfile } from '../support/dockerfile.js'

/** No container can be started here: the two files are held to the rules that they would break first. */

const DURATION = z.string().regex(/^(\d+(us|ms|s|m|h))+$/)
const NAME = z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/)

/** The part of the Compose specification that we use; a misspelt or unknown key is a fault. */
const service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+(:[\w.-]+)?$/),
  build: z.literal('.').optional(),
  profiles: z.array(NAME).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  depends_on: z
    .record(
      NAME,
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()),
  // On loopback: what listens to the world is the proxy in front.
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+(-\d+)?:\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[\w/]+$/)).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.enum(['CMD', 'CMD-SHELL']), z.string()], z.string()),
      interval: DURATION,
      timeout: DURATION,
      retries: z.int().positive(),
    })
    .optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  stop_grace_period: DURATION,
  security_opt: z.array(z.literal('no-new-privileges:true')).optional(),
  cap_drop: z.array(z.literal('ALL')).optional(),
  shm_size: z
    .string()
    .regex(/^\d+[kmg]b$/)
    .optional(),
})
const compose = z.strictObject({
  services: z.record(NAME, service),
  volumes: z.record(NAME, z.null()),
})

const {
  'x-filo': _,
  'x-settings': __,
  ...raw
} = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true })
const file = compose.parse(raw)
const all = Object.entries(file.services)
const ours = all.filter(([, { build }]) => build !== undefined)

/** `${NAME}`, `${NAME:-default}`, `${NAME:?why}`: as they stand in the file, and as a shell would fill them. */
const INTERPOLATION = /\$\{(\w+)(?::([-?])([^}]*))?\}/g
const filled = (value: string, env: Readonly<Record<string, string>>): string =>
  value.replace(INTERPOLATION, (_, name, kind, more) => env[name] || (kind === '-' ? more : ''))

describe('docker-compose.yml', () => {
  test('has PostgreSQL, and processes that do everything or one thing each', () => {
    expect(all.map(([name]) => name)).toEqual(['postgres', 'filo', 'taker', 'sender', 'clock'])
    const roles = (name: string) => file.services[name]?.environment.ROLES?.split(',')
    expect(roles('filo')).toEqual([...PROCESS_ROLES])
    // Split, they do all of it together; each can be asked how it is.
    const split = ['taker', 'sender', 'clock'].map(roles)
    expect(new Set(split.flat())).toEqual(new Set(PROCESS_ROLES))
    for (const each of split) expect(each).toContain('http')
  })

  test.each(ours)(
    '%s: no root, nothing to write but its volume, and it waits for the database',
    (_name, it) => {
      expect(it).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        volumes: ['media:/data'],
      })
      expect(it.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    },
  )

  test.each(all)('%s: what it refers to exists', (_name, it) => {
    for (const [other, { condition }] of Object.entries(it.depends_on ?? {})) {
      expect(Object.keys(file.services)).toContain(other)
      if (condition === 'service_healthy') expect(file.services[other]?.healthcheck).toBeDefined()
    }
    for (const volume of it.volumes ?? []) expect(file.volumes).toHaveProperty(volume.split(':')[0] as string)
  })

  test('no two services ask for the same port', () => {
    const ports = all.flatMap(([, it]) =>
      (it.ports ?? []).flatMap((port) => {
        const [, from = '', to = from] = /:(\d+)(?:-(\d+))?:/.exec(port) ?? []
        return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index)
      }),
    )
    expect(new Set(ports).size).toBe(ports.length)
  })

  test.each(ours)('%s: every setting is one that the product knows', (_name, { environment }) => {
    expect(Object.keys(environment).filter((name) => !KNOWN.includes(name))).toEqual([])
    // A variable of `.env` is called as the setting that it fills.
    for (const [name, value] of Object.entries(environment)) {
      const names = [...value.matchAll(INTERPOLATION)].map(([, variable]) => variable)
      expect(names).toEqual(name === 'DATABASE_URL' ? ['POSTGRES_PASSWORD'] : names.map(() => name))
    }
  })

  test.each(ours)('%s: every setting can be given in .env, but for those that belong here', (_name, it) => {
    // What the image or the service decides: where things lie and listen, who does what, and no simulator.
    const here = ['DATABASE_URL', 'DATA_DIR', 'HTTP_HOST', 'HTTP_PORT', 'ROLES', 'SIMULATOR']
    const split = it.profiles?.includes('split') ? ['TELEGRAM_MODE'] : []
    const given = KNOWN.filter((name) => it.environment[name]?.startsWith(`\${${name}:`))
    const missing = KNOWN.filter((name) => !given.includes(name) && !here.includes(name))
    expect(missing.filter((name) => !split.includes(name))).toEqual([])
  })

  const must = { POSTGRES_PASSWORD: 'geheim', TELEGRAM_STAFF_TOKEN: `7200000002:${'B'.repeat(35)}` }
  const dotenv = { ...must, TELEGRAM_CITIZEN_TOKEN: `7200000001:${'A'.repeat(35)}` }
  const cloud = {
    ...must,
    WHATSAPP_TRANSPORT: 'cloud',
    WHATSAPP_CLOUD_TOKEN: 'EAAG',
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: '106540352242922',
    WHATSAPP_CLOUD_APP_SECRET: 'segreto',
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'parole',
    WHATSAPP_CLOUD_API_ROOT: 'https://graph.facebook.com/v23.0',
  }
  const image = Object.fromEntries(
    (readDockerfile().at(-1)?.instructions ?? [])
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
  )
  const read = (environment: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) =>
    readEnvironment({
      ...image,
      ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value, env)])),
    })
  const whole = ours.filter(([, { profiles }]) => profiles === undefined)

  test.each([
    ['only what must be', dotenv, ours],
    [
      'webhooks',
      {
        ...dotenv,
        TELEGRAM_MODE: 'webhook',
        PUBLIC_URL: 'https://filo.example.org',
        TELEGRAM_WEBHOOK_SECRET: 'un-segreto',
      },
      ours,
    ],
    ['a linked device alone', { ...must, WHATSAPP_TRANSPORT: 'baileys' }, whole],
    ['the Cloud API alone', cloud, whole],
    ['the Cloud API beside Telegram', { ...dotenv, ...cloud }, whole],
  ])('with %s in .env the settings have no fault', (_name, env, services) => {
    for (const [name, { environment }] of services) {
      const settings = read(environment, env)
      expect([name, settings]).toEqual([name, expect.objectContaining({ ok: true })])
      if (!settings.ok) continue
      expect(settings.environment).toMatchObject({
        simulator: false,
        dataDir: '/data',
        databaseUrl: 'postgres://filo:geheim@postgres:5432/filo',
      })
    }
  })

  test.each([
    [
      'nobody for the citizens to write to',
      must,
      'TELEGRAM_CITIZEN_TOKEN',
      ['filo', 'taker', 'sender', 'clock'],
    ],
    ['a linked device, split', { ...must, WHATSAPP_TRANSPORT: 'baileys' }, 'ROLES', ['taker', 'sender']],
    ['the Cloud API, split', cloud, 'ROLES', ['sender', 'clock']],
  ])('with %s the start is refused', (_name, env, where, refused) => {
    const faulty = ours.flatMap(([name, { environment }]) => {
      const settings = read(environment, env)
      return settings.ok ? [] : [[name, settings.faults.map((fault) => fault.where)]]
    })
    expect(faulty).toEqual(refused.map((name) => [name, [where]]))
  })

  test('what must be in .env is asked for, and nothing secret has a default', () => {
    const needed = [...readFileSync('docker-compose.yml', 'utf8').matchAll(INTERPOLATION)]
    const secret = needed.filter(([, name]) => /PASSWORD|TOKEN|SECRET|KEY/.test(name ?? ''))
    expect(secret.filter(([, , kind, more]) => kind !== '?' && more !== '').map(([whole]) => whole)).toEqual(
      [],
    )
    const asked = needed.filter(([, , kind]) => kind === '?').map(([, name]) => name)
    expect(new Set(asked)).toEqual(new Set(Object.keys(must)))
  })
})

describe('Dockerfile', () => {
  const stages = readDockerfile()
  const last = stages.at(-1)
  const named = (name: string) => last?.instructions.filter((one) => one.name === name) ?? []
  const ignored = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean)

  test('every instruction is one, every image has a version, every stage that is named exists', () => {
    const known =
      'ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' ')
    for (const [index, { image, instructions }] of stages.entries()) {
      expect(image).toMatch(/^[a-z]+:\d+[\w.-]*$/)
      expect(instructions.filter(({ name }) => !known.includes(name))).toEqual([])
      const before = stages.slice(0, index).map(({ name }) => name)
      const from = instructions.flatMap(({ rest }) => /^--from=(\S+)/.exec(rest)?.[1] ?? [])
      for (const stage of from) expect(before).toContain(stage)
    }
    expect(stages).toHaveLength(2)
  })

  test('what is copied is there, and not left out of what is sent to the engine', () => {
    const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY'))
    const sources = copies
      .filter(({ rest }) => !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1))
    expect(sources).toEqual(
      expect.arrayContaining(['src', 'migrations', 'locales', 'config', 'package.json']),
    )
    for (const source of sources) {
      expect([source, existsSync(source)]).toEqual([source, true])
      expect(ignored).not.toContain(source)
    }
    // Secrets and data of whoever builds stay outside.
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'data', '.env', 'node_modules']))
  })

  test('what runs is no root, starts the product, and is told to stop as the product expects it', () => {
    expect(named('USER').map(({ rest }) => rest)).toEqual(['node'])
    expect(last?.instructions.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      last?.instructions.findIndex(({ name }) => name === 'RUN') ?? 0,
    )
    expect(named('STOPSIGNAL').map(({ rest }) => rest)).toEqual(['SIGTERM'])
    expect(named('CMD').map(execForm)).toEqual([
      ['node', '--enable-source-maps', 'dist/src/main.js', 'start'],
    ])
    expect(named('HEALTHCHECK')).toHaveLength(1)
  })

  test('the decoder of pictures, an optional package, is not pruned', () => {
    const runs = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'))
    expect(runs.filter(({ rest }) => rest.includes('omit=optional'))).toEqual([])
  })
})

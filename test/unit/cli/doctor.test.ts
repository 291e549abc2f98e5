import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backlog } from '../../../src/app/figures.js'
import { backlogFindings, clockFinding, schemaFinding } from '../../../src/cli/doctor/check-database.js'
import { checkMedia, checkPort, diskFinding } from '../../../src/cli/doctor/check-machine.js'
import { checkWebhook } from '../../../src/cli/doctor/check-telegram.js'
import {
  checkBoundary,
  checkLanguages,
  checkMunicipality,
  checkStreets,
} from '../../../src/cli/doctor/check-town.js'
import type { Finding } from '../../../src/cli/doctor/finding.js'
import type { Config } from '../../../src/config.js'
import { as, type ChannelName } from '../../../src/kernel/ids.js'
import { aTown } from '../../support/builders.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filo-doctor-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function aFile(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

const levels = (findings: readonly Finding[]): string[] => findings.map(({ level }) => level)
const said = (findings: readonly Finding[]): string => findings.map(({ says }) => says).join('\n')

describe('the boundary', () => {
  const square = (east: number) => ({
    type: 'Polygon',
    coordinates: [
      [
        [7, 44],
        [east, 44],
        [east, 44.1],
        [7, 44],
      ],
    ],
  })
  it.each([
    ['ok', 'closed', JSON.stringify(square(7.1))],
    ['warning', 'as wide as a country', JSON.stringify(square(12))],
    ['warning', 'latitude first', '{"type":"Polygon","coordinates":[[[44,7],[44.1,7],[44.1,7.1],[44,7]]]}'],
    ['fault', 'a point', '{"type":"Point","coordinates":[7,44]}'],
    ['fault', 'no JSON', '{'],
    ['fault', 'not closed', JSON.stringify(square(7.1)).replace(/\[7,44\]\]\]/, '[7.2,44]]]')],
  ])('%s: %s', async (level, _, content) => {
    expect(levels(await checkBoundary({ boundaryFile: await aFile('b.json', content) }))).toEqual([level])
  })
})

test('streets: none, few, without the columns, enough', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `VIA;ROMA ${index}`).join('\n')
  const check = async (content: string) =>
    levels(await checkStreets({ streets: { file: await aFile('s.csv', content) } }))
  expect(levels(await checkStreets({}))).toEqual(['warning'])
  expect(await check('DUG;DUF\nVIA;ROMA')).toEqual(['warning'])
  expect(await check('A;B\nVIA;ROMA')).toEqual(['fault'])
  expect(await check(`DUG;DUF\n${many}`)).toEqual(['ok'])
})

test('languages: what one lacks is named', async () => {
  await aFile('it.json', '{"a":"","b":""}')
  expect(levels(await checkLanguages(folder))).toEqual(['fault'])
  await aFile('en.json', '{"a":""}')
  const [finding] = await checkLanguages(folder)
  expect(finding).toMatchObject({ level: 'warning', says: expect.stringContaining('en lacks 1 texts (b') })
  await aFile('en.json', '{"a":"","b":""}')
  expect(levels(await checkLanguages(folder))).toEqual(['ok'])
})

test('the municipality file: examples are a warning as soon as there are real bots', async () => {
  const content = await readFile('config/fossano.yaml', 'utf8')
  const config = { town: aTown() } as Config
  expect(levels(checkMunicipality(content, config))).toEqual(['ok'])
  const real = { ...config, telegram: {} as Config['telegram'] } as Config
  expect(levels(checkMunicipality(content, real))).toEqual(['ok', 'warning'])
  expect(levels(checkMunicipality(content.replaceAll('TO BE CHANGED', ''), real))).toEqual(['ok'])
})

test('the schema: pending, done, of a newer release', () => {
  expect(schemaFinding([], ['A1', 'B2'])).toMatchObject({ level: 'warning', says: '2 of 2 are pending' })
  expect(schemaFinding(['A1', 'B2'], ['A1', 'B2']).level).toBe('ok')
  expect(schemaFinding(['A1', 'C3'], ['A1', 'B2'])).toMatchObject({
    level: 'fault',
    says: expect.stringContaining('C3'),
  })
})

test('clocks, and room on the disk', () => {
  expect([0, -4_900, 5_100, -60_000].map((skew) => clockFinding(skew).level)).toEqual([
    'ok',
    'ok',
    'warning',
    'warning',
  ])
  const MB = 2 ** 20
  expect([5_000, 900, 100].map((free) => diskFinding('/srv', free * MB).level)).toEqual([
    'ok',
    'warning',
    'fault',
  ])
})

test('what waits and should not', () => {
  const calm: Backlog = {
    outbox: [],
    jobs: { waiting: 2, failed: 0 },
    timersOverdue: 0,
    setAside: 0,
    openReports: [],
  }
  expect(levels(backlogFindings(calm))).toEqual(['ok', 'ok', 'ok'])
  const waits = (channel: string, unattendedSeconds: number) =>
    said(
      backlogFindings({
        ...calm,
        outbox: [{ channel: as<ChannelName>(channel), messages: 3, oldestSeconds: 7_300, unattendedSeconds }],
      }).filter(({ level }) => level === 'warning'),
    )
  expect(waits('telegram', 7_200)).toContain('3 messages to telegram wait, the oldest for 2 h')
  expect(waits('telegram', 0)).toContain('wait')
  expect(waits('simulator', 7_200)).toBe('')
  const bad = { ...calm, jobs: { waiting: 0, failed: 1 }, timersOverdue: 4, setAside: 2 }
  expect(levels(backlogFindings(bad))).toEqual(['ok', 'warning', 'warning', 'warning'])
})

describe('the way updates come', () => {
  const now = new Date('2026-11-23T10:00:00Z')
  const info = { url: '', pending_update_count: 0 }
  const polling = { mode: { type: 'polling' } } as const
  const webhook = { mode: { type: 'webhook', publicUrl: 'https://filo.example', secret: 's3cret' } } as const
  const url = 'https://filo.example/telegram/telegram'

  it.each([
    ['polling', polling, info, ''],
    ['a webhook left behind', polling, { ...info, url }, 'a webhook is set'],
    ['as configured', webhook, { ...info, url }, ''],
    ['none yet', webhook, info, 'no webhook is set'],
    ['another address', webhook, { ...info, url: 'https://other.example/x' }, 'leads elsewhere'],
    ['many wait', polling, { ...info, pending_update_count: 500 }, '500 updates wait'],
    [
      'an error just now',
      webhook,
      { ...info, url, last_error_date: now.getTime() / 1_000 - 120, last_error_message: 'SSL error' },
      '2 min ago Telegram could not deliver: SSL error',
    ],
    [
      'an error of last week',
      webhook,
      { ...info, url, last_error_date: now.getTime() / 1_000 - 600_000 },
      '',
    ],
  ])('%s', (_, config, given, expected) => {
    const findings = checkWebhook(config, 'telegram', given, now)
    expect(findings).toHaveLength(expected ? 1 : 0)
    expect(said(findings)).toContain(expected)
    expect(said(findings)).not.toContain('s3cret')
  })
})

test('the media folder: nothing of the trial stays; a place that cannot be written', async () => {
  const there = { mediaStore: { type: 'file', dir: folder }, dataDir: folder } as const
  expect(levels(await checkMedia(there))).toEqual(['ok'])
  expect(await readdir(folder)).toEqual([])
  const file = await aFile('media', 'in the way')
  expect(levels(await checkMedia({ mediaStore: { type: 'file', dir: file }, dataDir: folder }))).toEqual([
    'fault',
  ])
})

test('the port: free, or taken by somebody else', async () => {
  const other = createServer((socket) => socket.destroy())
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as { port: number }
  const check = () => checkPort({ http: { host: '127.0.0.1', port }, roles: ['http'] })
  expect(await check()).toMatchObject([{ level: 'fault', says: expect.stringContaining('another program') }])
  await new Promise((closed) => other.close(closed))
  expect(levels(await check())).toEqual(['ok'])
})

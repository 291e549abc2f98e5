import { resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { Fault } from '../../../src/config/fault.js'
import { readMunicipality } from '../../../src/config/municipality.js'

const SMALL = `
name: Prova
timeZone: Europe/Rome
boundary: data/prova.geojson
desk: { phone: 0172 123456, hours: { it: sempre }, address: via Roma 1 }
onCallPhone: '+39 0172 123456'
notice: { version: '1', url: https://www.example.org/privacy }
offices:
  - { code: desk, name: { it: Sportello } }
  - { code: works, name: { it: Lavori, en: Works } }
frontDesk: desk
working: { days: [1, 2, 3, 4, 5], from: '08:30', to: '16:30', holidays: [12-25, 2026-08-17] }
dangerWords: [Puzza di GAS]
groups:
  - code: roads
    name: { it: Strade }
    categories:
      - { code: pothole, name: { it: Buca }, office: works, targetDays: 7, keywords: [Buca] }
  - code: other
    name: { it: Altro }
    categories:
      - { code: other, name: { it: Altro }, office: desk, targetDays: 15 }
`

/** A file with changes, as people make them; undefined: the key is not there. */
function changed(...changes: readonly (readonly [path: string, value: unknown])[]): string {
  const document = parseDocument(SMALL)
  for (const [path, value] of changes) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    if (value === undefined) document.deleteIn(keys)
    else document.setIn(keys, document.createNode(value))
  }
  return document.toString()
}

const files = (yaml: string) => (path: string) => {
  if (path === 'etc/prova.yaml') return yaml
  if (path === resolve('etc/data/prova.geojson') || path === resolve('etc/vie.csv')) return '{}'
  throw new Error(`no ${path}`)
}
const load = (yaml: string) => readMunicipality('etc/prova.yaml', files(yaml))

function faults(yaml: string): Fault[] {
  const loaded = load(yaml)
  return loaded.ok ? [] : loaded.faults
}
/** Path and words, without the file and its line. */
const said = (yaml: string): string[] =>
  faults(yaml).map(
    ({ where, wrong, right }) => `${where.replace(/^etc\/prova\.yaml:\d+ ?/, '')} ${wrong} → ${right}`,
  )

test('templates of WhatsApp, by kind of news', () => {
  const templates = {
    closed: { name: 'chiusa', language: { it: 'it', en: 'en_GB' }, parameters: ['number', 'words'] },
    ask_fixed: { name: 'risolto', language: { it: 'it' }, buttons: true },
  }
  const loaded = load(changed(['whatsapp', { templates }]))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  expect(loaded.municipality.templates).toEqual({
    closed: { ...templates.closed, buttons: false },
    ask_fixed: { ...templates.ask_fixed, parameters: [] },
  })
  const without = load(SMALL)
  expect(without.ok && without.municipality.templates).toEqual({})
})

test('a small file, with what it leaves out', () => {
  const loaded = load(SMALL)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const { town, boundaryFile, streets } = loaded.municipality
  expect(boundaryFile).toBe(resolve('etc/data/prova.geojson'))
  expect(streets).toBeUndefined()
  expect(town).toMatchObject({
    name: 'Prova',
    locale: 'it',
    claim: { hours: 24, mode: 'working' },
    digestAt: '08:00',
    limits: { reportsPerDay: 10, photosPerReport: 5 },
    dangerWords: ['puzza di gas'],
  })
  expect(town.groups[0]?.categories[0]).toEqual({
    code: 'pothole',
    name: { it: 'Buca' },
    office: 'works',
    targetDays: 7,
    sensitive: false,
    danger: false,
    keywords: ['buca'],
  })
})

test('streets with a layout of their own', () => {
  const streets = { file: 'vie.csv', separator: ';', columns: { type: 'TIPO', name: 'NOME' } }
  const loaded = load(changed(['streets', streets]))
  expect(loaded).toMatchObject({
    ok: true,
    municipality: { streets: { ...streets, file: resolve('etc/vie.csv') } },
  })
})

describe('a faulty file', () => {
  test.each<[string, string, unknown, string[]]>([
    [
      'nothing where something must be',
      'name',
      undefined,
      ['name is missing → text (in quotes when it looks like a number)'],
    ],
    [
      'a number where a text must be',
      'notice.version',
      3,
      ['notice.version is 3 → text (in quotes when it looks like a number)'],
    ],
    ['a key that nobody knows', 'digest', '08:00', ['digest is not known → "digestAt"?']],
    [
      'a slip deep inside',
      'groups.0.categories.0.senstive',
      true,
      ['groups[0].categories[0].senstive is not known → "sensitive"?'],
    ],
    [
      'a stranger without a likeness',
      'desk.zzzzzzzz',
      1,
      ['desk.zzzzzzzz is not known → one of phone, hours, address'],
    ],
    [
      'an office that is none',
      'groups.0.categories.0.office',
      'work',
      ['groups[0].categories[0].office is "work", which is no office → "works"?'],
    ],
    [
      'a front desk that is none',
      'frontDesk',
      'xyz',
      ['frontDesk is "xyz", which is no office → one of desk, works'],
    ],
    [
      'an office twice',
      'offices.1.code',
      'desk',
      [
        'offices[1].code is "desk", which stands there twice → a code that no other office has',
        'groups[0].categories[0].office is "works", which is no office → one of desk',
      ],
    ],
    [
      'a category twice, in two groups',
      'groups.1.categories.1',
      { code: 'pothole', name: { it: 'Buca' }, office: 'works', targetDays: 7 },
      [
        'groups[1].categories[1].code is "pothole", which stands there twice → a code that no other category has',
      ],
    ],
    [
      'no category for who does not know',
      'groups.1.categories.0.code',
      'misc',
      ['groups has no category "other" → one, of the office desk'],
    ],
    [
      '"other" elsewhere',
      'groups.1.categories.0.office',
      'works',
      ['groups[1].categories[0].office is "works" → the front desk, desk'],
    ],
    [
      'a template for news that do not exist',
      'whatsapp',
      { templates: { acknowleged: { name: 'a', language: { it: 'it' } } } },
      ['whatsapp.templates.acknowleged is not known → "acknowledged"?'],
    ],
    [
      'a template with what this news does not have',
      'whatsapp',
      {
        templates: {
          ask_fixed: { name: 'risolto', language: { it: 'it' }, parameters: ['number', 'words'] },
        },
      },
      ['whatsapp.templates.ask_fixed.parameters[1] is "words" → one of number'],
    ],
    [
      'a template with a name and a language that Meta does not take',
      'whatsapp',
      { templates: { closed: { name: 'Segnalazione chiusa', language: { it: 'italiano' } } } },
      [
        'whatsapp.templates.closed.name is "Segnalazione chiusa" → the name of the template at Meta: a-z, 0-9 and _',
        'whatsapp.templates.closed.language.it is "italiano" → a code of Meta such as it or en_GB',
      ],
    ],
    [
      'no such zone',
      'timeZone',
      'Europe/Fossano',
      ['timeZone is "Europe/Fossano" → an IANA zone such as Europe/Rome'],
    ],
    ['no such hour', 'digestAt', '24:00', ['digestAt is "24:00" → a time as \'08:30\', in quotes']],
    ['an hour without its zero', 'digestAt', '8:00', ['digestAt is "8:00" → a time as \'08:30\', in quotes']],
    [
      'closed before it opens',
      'working.to',
      '08:00',
      ['working.to is 08:00, not after 08:30 → a later time'],
    ],
    ['never open', 'working.days', [], ['working.days is [] → at least one open day']],
    ['an eighth day', 'working.days', [8], ['working.days[0] is 8 → a whole number from 1 to 7']],
    [
      '30 February',
      'working.holidays',
      ['02-30'],
      ['working.holidays[0] is "02-30" → a day as 2026-12-25, or 12-25 for every year'],
    ],
    [
      'no URL',
      'notice.url',
      'www.example.org',
      ['notice.url is "www.example.org" → a URL such as https://www.comune.example.it/privacy'],
    ],
    [
      'no phone number',
      'onCallPhone',
      'the guard',
      ['onCallPhone is "the guard" → a phone number such as 0172 123456'],
    ],
    ['a language that is not there', 'locale', 'de', ['locale is "de" → it, or en']],
    [
      'a boundary that is not there',
      'boundary',
      'gone.geojson',
      ['boundary is gone.geojson, which cannot be read → a path relative to this file'],
    ],
    [
      'streets that are not there',
      'streets',
      { file: 'gone.csv' },
      ['streets.file is gone.csv, which cannot be read → a path relative to this file'],
    ],
    [
      'no Italian name',
      'offices.0.name',
      { en: 'Desk' },
      ['offices[0].name.it is missing → text (in quotes when it looks like a number)'],
    ],
  ])('%s', (_what, path, value, expected) => {
    expect(said(changed([path, value]))).toEqual(expected)
  })

  test.each<[string, string, string[]]>([
    [
      'a holiday in words, said once',
      SMALL.replace('12-25, 2026-08-17', '31.12.2026'),
      ['working.holidays[0] is "31.12.2026" → a day as 2026-12-25, or 12-25 for every year'],
    ],
    [
      'a time without its nought',
      SMALL.replace("'08:30'", '8:30'),
      ['working.from is "8:30" → a time as \'08:30\', in quotes'],
    ],
    [
      'a front desk that is no office',
      changed(['frontDesk', 'works2']),
      ['frontDesk is "works2", which is no office → "works"?'],
    ],
    ['no boundary', changed(['boundary', undefined]), ['boundary is missing → a path relative to this file']],
    [
      'nothing',
      '# to be written\n',
      ['etc/prova.yaml is empty → a copy of config/fossano.yaml, changed to the town’s own'],
    ],
    ['another encoding', SMALL.replace('Prova', 'Citt\uFFFD'), [' is not UTF-8 → the file saved as UTF-8']],
  ])('%s', (_what, yaml, expected) => {
    expect(said(yaml)).toEqual(expected)
  })

  test('all faults at once, relations too', () => {
    const yaml = changed(
      ['timeZone', 'Rome'],
      ['offices.0.colour', 'red'],
      ['groups.0.categories.0.office', 'roads'],
      ['desk', undefined],
    )
    expect(
      said(yaml)
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['desk', 'groups[0].categories[0].office', 'offices[0].colour', 'timeZone'])
  })

  test('the line is told; of what is missing the line of what it is missing in', () => {
    const lines = (yaml: string) => faults(yaml).map(({ where }) => where)
    expect(lines(SMALL.replace('Europe/Rome', 'Rome'))).toEqual(['etc/prova.yaml:3 timeZone'])
    expect(lines(SMALL.replace('phone: 0172 123456, ', ''))).toEqual(['etc/prova.yaml:5 desk.phone'])
    expect(lines(SMALL.replace('targetDays: 7,', 'targetDays: soon,'))).toEqual([
      'etc/prova.yaml:18 groups[0].categories[0].targetDays',
    ])
  })

  test.each([
    ['broken YAML', 'name: [', /^etc\/prova\.yaml:\d+ is no YAML/],
    ['a key twice', `${SMALL}\nname: Altra\n`, /^etc\/prova\.yaml:\d+ is no YAML: Map keys must be unique/],
  ])('%s', (_what, yaml, expected) => {
    const [fault] = faults(yaml)
    expect(`${fault?.where} ${fault?.wrong}`).toMatch(expected)
  })

  test.each([[''], ['- a\n- b\n'], ['Fossano'], ['offices: 3\ngroups: { a: 1 }\nworking: no\n']])(
    'what is no file of this kind is told so, and nothing throws: %j',
    (yaml) => {
      expect(faults(yaml).length).toBeGreaterThan(0)
    },
  )

  test('a file that is not there', () => {
    expect(readMunicipality('etc/gone.yaml', files(SMALL))).toMatchObject({
      ok: false,
      faults: [{ where: 'etc/gone.yaml', wrong: 'cannot be read' }],
    })
  })
})

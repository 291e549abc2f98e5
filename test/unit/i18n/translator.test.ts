import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTranslator } from '../../../src/i18n/translator.js'
import type { Locale } from '../../../src/kernel/ids.js'
import { type Moment, type Param, type Text, type TextKey, verbatim } from '../../../src/kernel/text.js'
import type { Translate } from '../../../src/messaging/translate.js'

const italian = {
  'moment.datetime': '{{date}}, {{time}}',
  'moment.deadline': '{{date}} alle {{time}}',
  'test.hello': 'Buongiorno {{name}}, {{greeting}}',
  'test.twice': '{{a}} e {{b}} e {{a}}',
  'test.photos_one': 'Una foto',
  'test.photos_other': '{{count}} foto',
  'test.html': 'Ecco: {{name}} <b>&</b>',
  'test.dotted:key': 'Due punti',
  'test.only': 'Solo in italiano',
}
const english = {
  'moment.datetime': '{{date}}, {{time}}',
  'moment.deadline': '{{date}} at {{time}}',
  'test.hello': 'Good morning {{name}}, {{greeting}}',
  'test.photos_one': 'One photo',
  'test.photos_other': '{{count}} photos',
}

let folder: string
let translate: Translate
let faults: string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locales-'))
  await writeFile(join(folder, 'it.json'), JSON.stringify(italian))
  await writeFile(join(folder, 'en.json'), JSON.stringify(english))
  translate = await createTranslator({ folder, timeZone: 'Europe/Rome', warn: (fault) => faults.push(fault) })
})
beforeEach(() => {
  faults = []
})
afterAll(() => rm(folder, { recursive: true }))

const say = (key: string, params?: Record<string, Param>, locale: Locale = 'it') =>
  translate({ key: key as TextKey, params }, locale)

describe('texts', () => {
  afterEach(() => expect(faults).toEqual([]))

  it('speaks the language that is asked for', () => {
    const params = { name: 'Ada', greeting: verbatim('ciao') }
    expect(say('test.hello', params)).toBe('Buongiorno Ada, ciao')
    expect(say('test.hello', params, 'en')).toBe('Good morning Ada, ciao')
  })

  it('counts', () => {
    expect([0, 1, 2].map((count) => say('test.photos', { count }))).toEqual(['0 foto', 'Una foto', '2 foto'])
    expect([1, 1000].map((count) => say('test.photos', { count }, 'en'))).toEqual([
      'One photo',
      '1000 photos',
    ])
  })

  it('puts texts, moments, names and numbers into texts', () => {
    const a: Text = { key: 'test.photos' as TextKey, params: { count: 3 } }
    expect(say('test.twice', { a, b: { it: 'Ambiente', en: 'Environment' } })).toBe(
      '3 foto e Ambiente e 3 foto',
    )
    expect(
      say('test.hello', { name: 1351, greeting: { at: '2026-11-24T17:00:00Z', style: 'deadline' } }, 'en'),
    ).toBe('Good morning 1351, Tuesday 24 November at 18:00')
    expect(say('test.twice', { a: 12.5, b: { localised: { it: 'Buche' } } })).toBe('12,5 e Buche e 12,5')
  })

  it('takes a name in the reader’s language or in Italian', () => {
    expect(translate({ localised: { it: 'Buche', en: 'Potholes' } }, 'en')).toBe('Potholes')
    expect(translate({ localised: { it: 'Buche' } }, 'en')).toBe('Buche')
  })

  it('knows no separators and no HTML', () => {
    expect(say('test.dotted:key')).toBe('Due punti')
    expect(say('test.html', { name: `<i>"l'altro" & io</i>` })).toBe(`Ecco: <i>"l'altro" & io</i> <b>&</b>`)
  })

  const typed = [
    '{{name}}',
    '{{b}}',
    '$t(test.only)',
    '$t(test.hello, {"name": "x"})',
    '$& $1 $$',
    '{{- a}}',
    'a\\nb',
    '',
  ]

  it.each(typed)('leaves what a citizen wrote as it is: %j', (words) => {
    expect(translate(verbatim(words), 'it')).toBe(words)
    expect(say('test.twice', { a: words, b: verbatim(words) })).toBe(`${words} e ${words} e ${words}`)
    expect(say('test.twice', { a: words, b: 'B' })).toBe(`${words} e B e ${words}`)
    expect(
      say('test.twice', { a: { it: words }, b: { key: 'test.html' as TextKey, params: { name: words } } }),
    ).toBe(`${words} e Ecco: ${words} <b>&</b> e ${words}`)
  })
})

describe('moments', () => {
  const at = '2025-11-24T17:00:00.000Z'
  it.each<[Moment['style'], string, string]>([
    ['date', 'lunedì 24 novembre', 'Monday 24 November'],
    ['time', '18:00', '18:00'],
    ['datetime', 'lunedì 24 novembre, 18:00', 'Monday 24 November, 18:00'],
    ['deadline', 'lunedì 24 novembre alle 18:00', 'Monday 24 November at 18:00'],
  ])('as %s', (style, it, en) => {
    expect(translate({ moment: { at, style } }, 'it')).toBe(it)
    expect(translate({ moment: { at, style } }, 'en')).toBe(en)
  })

  it('keeps the town’s time, in summer too', () => {
    expect(translate({ moment: { at: '2026-07-31T22:30:00Z', style: 'datetime' } }, 'it')).toBe(
      'sabato 1 agosto, 00:30',
    )
    expect(translate({ moment: { at: '2026-10-25T01:30:00+01:00', style: 'time' } }, 'it')).toBe('02:30')
  })

  it('throws for what is no moment', () => {
    expect(() => translate({ moment: { at: 'tomorrow', style: 'date' } }, 'it')).toThrow('tomorrow')
  })
})

describe('faults', () => {
  it('falls back to Italian and says so', () => {
    expect(say('test.only', undefined, 'en')).toBe('Solo in italiano')
    expect(faults).toEqual(['No en text for "test.only"'])
  })

  it('shows the key of a text that nobody wrote and says so', () => {
    expect(say('test.nothing')).toBe('test.nothing')
    expect(faults).toEqual(['No it text for "test.nothing"'])
  })

  it('says which value is missing', () => {
    expect(say('test.twice', { a: 'x' })).toBe('x e  e x')
    expect(faults).toEqual(['No value for "b" in "test.twice"'])
  })

  it('rejects when a language cannot be read', async () => {
    const broken = await mkdtemp(join(folder, 'broken-'))
    await writeFile(join(broken, 'it.json'), JSON.stringify(italian))
    await writeFile(join(broken, 'en.json'), '{')
    await expect(createTranslator({ folder: broken, timeZone: 'Europe/Rome' })).rejects.toThrow('for: en')
  })
})

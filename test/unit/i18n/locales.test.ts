import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOCALES } from '../../../src/kernel/ids.js'

type Texts = Readonly<Record<string, string>>
const textsOf = (locale: string): Texts => JSON.parse(readFileSync(join('locales', `${locale}.json`), 'utf8'))
const italian = textsOf('it')
const others = LOCALES.filter((locale) => locale !== 'it').map((locale) => [locale, textsOf(locale)] as const)

const PLURAL = /_(?:zero|one|two|few|many|other)$/
const stemOf = (key: string): string => key.replace(PLURAL, '')
const placeholdersOf = (text: string): string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].sort()

/** Keys that are put together: each beginning stands in the sources, before `${`. */
const PUT_TOGETHER = [
  'closed.',
  'closed.ready.',
  'link.no_',
  'outcome.',
  'staff.announce.',
  'staff.button.',
  'staff.close.hint_',
  'staff.command.',
  'staff.history.',
  'staff.language.',
  'staff.no.',
  'staff.party.',
  'staff.queue.empty_',
  'staff.whatsapp.',
  'staff.queue.title_',
  'staff.role.',
  'staff.state.',
  'staff.told.',
  'status_name.',
]

/** What only staff read: they know the field's words. */
const FOR_STAFF = /^(?:staff|digest|workload|card|queue|calls)\./

const filesIn = (folder: string, endings: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
const sources = [...filesIn('src', /\.tsx?$/), ...filesIn('config', /\.ya?ml$/)].join('\n')

describe('locales', () => {
  it.each(others)('%s has the keys and plural forms of Italian', (_, texts) => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(italian).sort())
  })

  it.each(others)('%s has the placeholders of Italian', (_, texts) => {
    // The singular may say "one" where the plural counts.
    const placeholders = (all: Texts) =>
      Object.entries(all).map(([key, text]) => [
        key,
        placeholdersOf(text).filter((one) => one !== '{{count}}' || !PLURAL.test(key)),
      ])
    expect(Object.fromEntries(placeholders(texts))).toEqual(Object.fromEntries(placeholders(italian)))
  })

  it.each([['it', italian] as const, ...others])('%s: plural forms are complete and alike', (_, texts) => {
    const stems = new Map<string, string[]>()
    for (const key of Object.keys(texts)) stems.set(stemOf(key), [...(stems.get(stemOf(key)) ?? []), key])
    const faulty = [...stems].filter(([stem, keys]) => {
      const plural = keys.some((key) => PLURAL.test(key))
      const complete = keys.includes(`${stem}_one`) && keys.includes(`${stem}_other`) && !keys.includes(stem)
      return plural && !(complete && (texts[`${stem}_other`] ?? '').includes('{{count}}'))
    })
    expect(faulty).toEqual([])
  })

  it.each([['it', italian] as const, ...others])(
    '%s has no empty text and no broken placeholder',
    (_, texts) => {
      const faulty = Object.entries(texts).filter(
        ([, text]) =>
          text.trim() !== text || text === '' || /[{}]|\$t\(/.test(text.replace(/\{\{\w+\}\}/g, '')),
      )
      expect(faulty).toEqual([])
    },
  )
})

describe('keys', () => {
  const quoted = new Set(sources.match(/(?<=(['"`]))[a-z][\w-]*(?:\.[\w-]+)+(?=\1)/g))

  it('are all used', () => {
    const unused = [...new Set(Object.keys(italian).map(stemOf))].filter(
      (key) => !quoted.has(key) && !PUT_TOGETHER.some((beginning) => key.startsWith(beginning)),
    )
    expect(unused).toEqual([])
  })

  it('are put together in the sources from each beginning that is allowed here', () => {
    expect(PUT_TOGETHER.filter((beginning) => !sources.includes(`\`${beginning}\${`))).toEqual([])
  })
})

/** How easily Italian reads, 0 to 100: above 80 for who left school at 11, above 60 at 14 (Lucisano, Piemontese 1988). */
function gulpease(text: string): number | undefined {
  const plain = text.replace(/\{\{\w+\}\}/g, 'Roma').replace(/\p{Extended_Pictographic}/gu, '')
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? []
  const sentences = plain.split(/[.!?…]+(?=\s|$)|\n/).filter((sentence) => /\p{L}/u.test(sentence)).length
  const letters = words.join('').length
  return words.length < 3 ? undefined : 89 + (300 * sentences - 10 * letters) / words.length
}

describe('Italian for everybody', () => {
  const measured = Object.entries(italian)
    .filter(([key]) => !FOR_STAFF.test(key))
    .flatMap(([key, text]) => {
      const index = gulpease(text)
      return index === undefined ? [] : [{ key, text, index: Math.round(index) }]
    })

  it('knows hard from easy', () => {
    expect(gulpease('Tocca il pulsante. Ti diciamo noi come fare.')).toBeGreaterThan(80)
    expect(
      gulpease(
        'La informiamo che la comunicazione dell’avvenuta acquisizione verrà effettuata successivamente.',
      ),
    ).toBeLessThan(50)
    expect(gulpease('Sì')).toBeUndefined()
  })

  it('is easy in every text (60 and more)', () => {
    expect(measured.filter(({ index }) => index < 60)).toEqual([])
  })

  it('is very easy in most (median 80 and more)', () => {
    const indexes = measured.map(({ index }) => index).sort((one, other) => one - other)
    expect(indexes[Math.floor(indexes.length / 2)]).toBeGreaterThanOrEqual(80)
  })
})

import i18next from 'i18next'
import Backend, { type FsBackendOptions } from 'i18next-fs-backend'
import { DateTime } from 'luxon'
import { MINUTE } from '../kernel/clock.js'
import { LOCALES, type Locale } from '../kernel/ids.js'
import { remember } from '../kernel/remember.js'
import { type Moment, type Param, type Text, text } from '../kernel/text.js'
import { zoneOf } from '../kernel/zone.js'
import type { Translate } from '../messaging/translate.js'

/** What a language falls back to. */
const COMPLETE: Locale = 'it'
const MINUTES_KEPT = 1_000
/** luxon's own tokens: weekday, day, month. */
const DATE = 'cccc d LLLL'
const PLACEHOLDER = /\{\{(\w+)\}\}/g

export interface TranslatorOptions {
  /** Where `<locale>.json` lies for every locale. */
  readonly folder: string
  /** IANA zone of the town: moments are written in it. */
  readonly timeZone: string
  /** Hears of a text that a language lacks (Italian is shown) and of a value that a text lacks (nothing is shown). */
  readonly warn?: (fault: string) => void
}

/** Loads all languages. Rejects when a file cannot be read. */
export async function createTranslator({
  folder,
  timeZone,
  warn = process.emitWarning,
}: TranslatorOptions): Promise<Translate> {
  const i18n = i18next.createInstance()
  await i18n.use(Backend).init<FsBackendOptions>({
    lng: COMPLETE,
    fallbackLng: COMPLETE,
    supportedLngs: LOCALES,
    preload: LOCALES,
    keySeparator: false,
    nsSeparator: false,
    backend: { loadPath: `${folder}/{{lng}}.json` },
  })
  const unread = LOCALES.filter((locale) => !i18n.hasResourceBundle(locale, 'translation'))
  if (unread.length > 0) throw new Error(`No texts could be read from ${folder} for: ${unread.join(', ')}`)

  const translate: Translate = (said, locale) => {
    if ('verbatim' in said) return said.verbatim
    if ('localised' in said) return said.localised[locale] ?? said.localised.it
    if ('moment' in said) return writeMoment(said.moment, locale)
    return fill(template(said.key, locale, said.params?.count), said, locale)
  }

  const plurals = new Map(LOCALES.map((locale) => [locale, new Intl.PluralRules(locale)]))
  /** As i18next chooses: a plural form of the language, or the one for nothing at all. */
  const formOf = (count: number, locale: Locale): string =>
    count === 0 ? 'zero' : (plurals.get(locale)?.select(count) ?? '')

  /** What i18next found: a text has few forms and is said a thousand times a day. */
  const found = new Map<string, string>()
  function template(key: string, locale: Locale, count: Param | undefined): string {
    const name = `${locale} ${typeof count === 'number' ? formOf(count, locale) : ''} ${key}`
    const known = found.get(name)
    if (known !== undefined) return known
    const { words, isComplete } = lookUp(key, locale, count)
    // What is missing is said to be missing each time.
    if (isComplete) found.set(name, words)
    return words
  }

  function lookUp(
    key: string,
    locale: Locale,
    count: Param | undefined,
  ): { words: string; isComplete: boolean } {
    // Interpolation is ours: i18next's would look for placeholders and `$t()` in what citizens wrote.
    const { res: words, usedLng } = i18n.t(key, {
      lng: locale,
      returnDetails: true,
      skipInterpolation: true,
      ...(typeof count === 'number' && { count }),
    })
    const isComplete = usedLng === locale && words !== key
    if (!isComplete) warn(`No ${locale} text for "${key}"`)
    return { words, isComplete }
  }

  /** One pass: a value that looks like a placeholder stays as it was written. */
  const fill = (words: string, { key, params }: Extract<Text, { key: unknown }>, locale: Locale): string =>
    words.replace(PLACEHOLDER, (_, name: string) => {
      const value = params?.[name]
      if (value === undefined) warn(`No value for "${name}" in "${key}"`)
      return value === undefined ? '' : writeParam(value, locale)
    })

  function writeParam(value: Param, locale: Locale): string {
    if (typeof value === 'string') return value
    // Without grouping whole numbers look the same in all our languages.
    if (Number.isSafeInteger(value)) return String(value)
    if (typeof value === 'number') return value.toLocaleString(locale, { useGrouping: false })
    if ('at' in value) return writeMoment(value, locale)
    if ('it' in value) return translate({ localised: value }, locale)
    return translate(value, locale)
  }

  /** A thousand citizens may read of the same minute. */
  const writeMinute = remember(MINUTES_KEPT, (question) => {
    const [minute, style, locale] = question.split(' ') as [string, Moment['style'], Locale]
    const moment = DateTime.fromMillis(Number(minute) * MINUTE, { zone: zoneOf(timeZone), locale })
    const date = moment.toFormat(DATE)
    const time = moment.toFormat('HH:mm')
    switch (style) {
      case 'date':
        return date
      case 'time':
        return time
      case 'datetime':
        return translate(text('moment.datetime', { date, time }), locale)
      case 'deadline': {
        // Nobody reads "by Tuesday at 00:00" as the end of Monday, which it is.
        if (time !== '00:00') return translate(text('moment.deadline', { date, time }), locale)
        const dayBefore = moment.minus({ minutes: 1 }).toFormat(DATE)
        return translate(text('moment.by_evening', { date: dayBefore }), locale)
      }
      default:
        return style satisfies never
    }
  })

  function writeMoment({ at, style }: Moment, locale: Locale): string {
    const minute = Math.floor(Date.parse(at) / MINUTE)
    if (Number.isNaN(minute)) throw new Error(`Not a moment: ${at}`)
    return writeMinute(`${minute} ${style} ${locale}`)
  }

  return translate
}

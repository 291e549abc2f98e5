import i18next from 'i18next'
import Backend, { type FsBackendOptions } from 'i18next-fs-backend'
import { DateTime } from 'luxon'
import { LOCALES, type Locale } from '../kernel/ids.js'
import { type Moment, type Param, type Text, text } from '../kernel/text.js'
import type { Translate } from '../messaging/translate.js'

/** What a language falls back to. */
const COMPLETE: Locale = 'it'
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

  function template(key: string, locale: Locale, count: Param | undefined): string {
    // Interpolation is ours: i18next's would look for placeholders and `$t()` in what citizens wrote.
    const found = i18n.t(key, {
      lng: locale,
      returnDetails: true,
      skipInterpolation: true,
      ...(typeof count === 'number' && { count }),
    })
    if (found.usedLng !== locale || found.res === key) warn(`No ${locale} text for "${key}"`)
    return found.res
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
    if (typeof value === 'number') return value.toLocaleString(locale, { useGrouping: false })
    if ('at' in value) return writeMoment(value, locale)
    if ('it' in value) return translate({ localised: value }, locale)
    return translate(value, locale)
  }

  function writeMoment({ at, style }: Moment, locale: Locale): string {
    const moment = DateTime.fromISO(at, { zone: timeZone, locale })
    if (!moment.isValid) throw new Error(`Not a moment: ${at}`)
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
  }

  return translate
}

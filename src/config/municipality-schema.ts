import { IANAZone } from 'luxon'
import { z } from 'zod'
import { type CategoryCode, LOCALES, type OfficeCode } from '../kernel/ids.js'
import { NEWS, NEWS_KINDS, type NewsKind, type NewsValue } from '../messaging/news.js'

/** Errors of these schemas are what would be right; what is wrong is said where they are reported. */
const TEXT = 'text (in quotes when it looks like a number)'
const text = z.string({ error: TEXT }).trim().min(1, { error: TEXT })
const PATH = 'a path relative to this file'
const path = z.string({ error: PATH }).trim().min(1, { error: PATH })
const code = z
  .string({ error: 'a code such as street_light' })
  .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'a code such as street_light: a-z, 0-9 and _, at most 40' })
const officeCode = code.transform((value) => value as OfficeCode)
const number = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`
  return z.int({ error }).min(least, { error }).max(most, { error })
}
export const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/
const time = z
  .string({ error: "a time as '08:30', in quotes" })
  .regex(TIME, { error: "a time as '08:30', in quotes" })
const phone = z
  .string({ error: 'a phone number in quotes' })
  .regex(/^\+?[\d][\d /.-]{2,19}$/, { error: 'a phone number such as 0172 123456' })
const yesNo = z.boolean({ error: 'true or false' }).default(false)
/** Lower case, as they are matched. */
const phrases = z.array(text.toLowerCase(), { error: 'a list of words' })

/** Longer ones are cut on the buttons of a phone. */
const MAX_NAME_CHARS = 40
const localised = z.strictObject(
  Object.fromEntries(LOCALES.map((locale) => [locale, locale === 'it' ? text : text.optional()])) as {
    it: typeof text
    en: z.ZodOptional<typeof text>
  },
  { error: '{ it: …, en: … }' },
)
const shortName = localised.refine(
  (name) => Object.values(name).every((one) => one.length <= MAX_NAME_CHARS),
  {
    error: `names of at most ${MAX_NAME_CHARS} characters`,
  },
)

const HOLIDAY = 'a day as 2026-12-25, or 12-25 for every year'
const isHoliday = (day: string): boolean => {
  const date = new Date(`${day.length === 5 ? `2024-${day}` : day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(5, 10) === day.slice(-5)
}

const working = z.strictObject(
  {
    days: z
      .array(number(1, 7), { error: 'a list of 1 (Monday) to 7' })
      .min(1, { error: 'at least one open day' }),
    from: time,
    to: time,
    holidays: z
      .array(
        z
          .string({ error: HOLIDAY })
          .regex(/^(?:\d{4}-)?\d\d-\d\d$/, { error: HOLIDAY })
          .refine(isHoliday, { error: HOLIDAY }),
        { error: 'a list of days' },
      )
      .default([]),
  },
  { error: 'days, from, to, holidays' },
)

const category = z.strictObject({
  code: code.transform((value) => value as CategoryCode),
  name: shortName,
  office: officeCode,
  targetDays: number(1, 365),
  sensitive: yesNo,
  danger: yesNo,
  keywords: phrases.default([]),
})

const group = z.strictObject({
  code,
  name: shortName,
  categories: z.array(category, { error: 'a list of categories' }).min(1, { error: 'at least one category' }),
})

const CODE_OF_LANGUAGE = 'a code of Meta such as it or en_GB'
const languageCode = z
  .string({ error: CODE_OF_LANGUAGE })
  .regex(/^[a-z]{2,3}(?:_[A-Z]{2})?$/, { error: CODE_OF_LANGUAGE })

/** A text that Meta approved, for one kind of news. */
const template = (values: readonly [NewsValue, ...NewsValue[]]) =>
  z.strictObject(
    {
      name: z
        .string({ error: 'the name of the template at Meta' })
        .regex(/^[a-z0-9_]{1,512}$/, { error: 'the name of the template at Meta: a-z, 0-9 and _' }),
      language: z.strictObject(
        Object.fromEntries(
          LOCALES.map((locale) => [locale, locale === 'it' ? languageCode : languageCode.optional()]),
        ) as { it: typeof languageCode; en: z.ZodOptional<typeof languageCode> },
        { error: '{ it: it, en: en_GB }' },
      ),
      parameters: z
        .array(z.enum(values, { error: `one of ${values.join(', ')}` }), {
          error: 'a list, in the order of the placeholders',
        })
        .default([]),
      buttons: yesNo,
    },
    { error: 'name, language, parameters, buttons' },
  )

const templates = z.strictObject(
  Object.fromEntries(
    NEWS_KINDS.map((kind) => [kind, template(NEWS[kind] as readonly [NewsValue, ...NewsValue[]]).optional()]),
  ) as Record<NewsKind, z.ZodOptional<ReturnType<typeof template>>>,
  { error: `some of ${NEWS_KINDS.join(', ')}` },
)

/** The municipality file. Paths are as written there. */
export const municipality = z.strictObject({
  name: text,
  locale: z.enum(LOCALES, { error: LOCALES.join(', or ') }).default('it'),
  timeZone: z
    .string({ error: 'an IANA zone such as Europe/Rome' })
    .refine((zone) => IANAZone.isValidZone(zone), { error: 'an IANA zone such as Europe/Rome' }),
  boundary: path,
  streets: z
    .strictObject({
      file: path,
      separator: z
        .string({ error: 'one character in quotes' })
        .length(1, { error: 'one character' })
        .optional(),
      columns: z.strictObject({ type: text, name: text }, { error: '{ type: …, name: … }' }).optional(),
    })
    .optional(),
  desk: z.strictObject({ phone, hours: localised, address: text }, { error: 'phone, hours, address' }),
  onCallPhone: phone,
  notice: z.strictObject(
    {
      version: text,
      url: z.url({ protocol: /^https?$/, error: 'a URL such as https://www.comune.example.it/privacy' }),
    },
    { error: 'version, url' },
  ),
  offices: z
    .array(z.strictObject({ code: officeCode, name: shortName }), { error: 'a list of offices' })
    .min(1, { error: 'at least one office' }),
  frontDesk: officeCode,
  working,
  claim: z
    .strictObject({
      hours: number(1, 240),
      mode: z.enum(['calendar', 'working'], { error: 'calendar, or working' }),
    })
    .default({ hours: 24, mode: 'working' }),
  digestAt: time.default('08:00'),
  limits: z
    .strictObject({ reportsPerDay: number(1, 1_000), photosPerReport: number(1, 10) })
    .default({ reportsPerDay: 10, photosPerReport: 5 }),
  whatsapp: z
    .strictObject({ templates: templates.default({}) }, { error: 'templates' })
    .default({ templates: {} }),
  dangerWords: phrases,
  misconduct: z.strictObject({ words: phrases, channel: localised }, { error: 'words, channel' }).optional(),
  groups: z.array(group, { error: 'a list of groups' }).min(1, { error: 'at least one group' }),
})
export type Municipality = z.output<typeof municipality>

import { readFileSync } from 'node:fs'
import { LINKED_DEVICE_CAPABILITIES } from '../../../src/channels/whatsapp/baileys/capabilities.js'
import { cloudCapabilities } from '../../../src/channels/whatsapp/cloud/capabilities.js'
import { LOCALES } from '../../../src/kernel/ids.js'
import { verbatim } from '../../../src/kernel/text.js'
import type { Choice } from '../../../src/messaging/outbound.js'
import { pageNamed, SHOWN_AT_ONCE } from '../../../src/messaging/pages.js'

const many = (count: number): Choice[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, label: verbatim(`${index}`) }))
const way: Choice = { id: 'back', label: verbatim('back'), word: verbatim('back') }

describe.each(LOCALES)('%s', (locale) => {
  const texts: Record<string, string> = JSON.parse(readFileSync(`locales/${locale}.json`, 'utf8'))
  const open = { choices: many(SHOWN_AT_ONCE + 1), page: 3 }

  it.each([
    ['fit.more', 4],
    ['fit.first', 0],
  ])('what %s says is heard when it is typed, and the word that its line names', (key, page) => {
    expect(pageNamed(texts[key] ?? '', open)).toBe(page)
    expect(pageNamed(texts[`${key}_line`]?.split(': ')[1] ?? '', open)).toBe(page)
  })
})

it('hears nothing else, and nothing where every app shows all choices', () => {
  expect(pageNamed('altro', { choices: many(30) })).toBeUndefined()
  expect(pageNamed('altre', { choices: [...many(SHOWN_AT_ONCE), way, way] })).toBeUndefined()
  for (const { maxListRows, maxLines } of [cloudCapabilities({}), LINKED_DEVICE_CAPABILITIES])
    expect((maxLines ?? maxListRows) >= SHOWN_AT_ONCE).toBe(true)
})

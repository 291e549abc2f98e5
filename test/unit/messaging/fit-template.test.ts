import { cloudCapabilities } from '../../../src/channels/whatsapp/cloud/capabilities.js'
import { type Text, text, verbatim } from '../../../src/kernel/text.js'
import { fitTemplate } from '../../../src/messaging/fit-template.js'
import type { News, Templates } from '../../../src/messaging/news.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'

const templates: Templates = {
  closed: {
    name: 'chiusa',
    language: { it: 'it', en: 'en_GB' },
    parameters: ['number', 'outcome', 'words'],
    buttons: false,
  },
  ask_fixed: { name: 'risolto', language: { it: 'it' }, parameters: ['number'], buttons: true },
}
const translate = (said: Text): string =>
  'verbatim' in said ? said.verbatim : 'key' in said ? `<${said.key}>` : '?'

const closed: News = {
  kind: 'closed',
  values: { number: verbatim('351'), outcome: text('closed.resolved'), words: verbatim('Fatto.') },
}
const fitted = (more: Partial<OutboundMessage>, locale: 'it' | 'en' = 'it') =>
  fitTemplate({ body: [verbatim('Chiusa.')], ...more }, cloudCapabilities(templates), translate, locale)

it('fills the placeholders in their order, in the reader’s language', () => {
  const expected = (language: string) => ({
    type: 'text',
    text: 'Chiusa.',
    template: { name: 'chiusa', language, values: ['351', '<closed.resolved>', 'Fatto.'], presses: [] },
  })
  expect(fitted({ news: closed })).toEqual(expected('it'))
  expect(fitted({ news: closed }, 'en')).toEqual(expected('en_GB'))
})

it('in a language that was not approved says it in one that was', () => {
  const news: News = { kind: 'ask_fixed', values: { number: verbatim('351') } }
  expect(fitted({ news }, 'en')).toMatchObject({ template: { language: 'it' } })
})

it('carries the data of its buttons', () => {
  const news: News = { kind: 'ask_fixed', values: { number: verbatim('351') } }
  const choices = ['5.fixed', '5.not_fixed'].map((id) => ({ id, label: verbatim(id) }))
  expect(fitted({ news, choices })).toMatchObject({ template: { presses: ['5.fixed', '5.not_fixed'] } })
  expect(fitted({ news: closed, choices })).toMatchObject({ template: { presses: [] } })
})

it.each([
  ['without line breaks and runs of spaces', ' Uno\n\n due    tre ', 'Uno due tre'],
  ['never empty', '  \n', '–'],
  ['short enough', 'a'.repeat(900), `${'a'.repeat(499)}…`],
])('puts in words %s', (_, words, said) => {
  const news: News = { ...closed, values: { ...closed.values, words: verbatim(words) } }
  expect(fitted({ news })).toMatchObject({ template: { values: ['351', '<closed.resolved>', said] } })
})

it('puts a dash for what this news does not have', () => {
  expect(fitted({ news: { kind: 'closed', values: { number: verbatim('9') } } })).toMatchObject({
    template: { values: ['9', '–', '–'] },
  })
})

it('has nothing for other news, nor for what is no news', () => {
  expect(fitted({ news: { kind: 'reopened', values: {} } })).toBeUndefined()
  expect(fitted({})).toBeUndefined()
})

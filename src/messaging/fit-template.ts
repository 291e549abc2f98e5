import { LOCALES, type Locale } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { Capabilities } from './channel.js'
import { cut } from './lengths.js'
import type { NewsValue } from './news.js'
import type { OutboundMessage, Rendered } from './outbound.js'

/** UTF-16 units; the whole text with its values may have 1,024 (Cloud API, "Message templates", body). */
const LONGEST: Readonly<Partial<Record<NewsValue, number>>> = { words: 500 }
const LONGEST_OTHER = 100

/** A placeholder must be filled. */
const NOTHING = '–'

/**
 * The message in the words that its network has approved beforehand; undefined: there are none for this kind of news.
 * The text is what an app shows that needs no approval.
 */
export function fitTemplate(
  { news, body, choices = [] }: OutboundMessage,
  { templates = {}, maxText }: Capabilities,
  translate: (text: Text) => string,
  locale: Locale,
): Rendered | undefined {
  const template = news && templates[news.kind]
  if (!template) return undefined
  const { name, language, parameters, buttons } = template
  const code = language[locale] ?? LOCALES.map((other) => language[other]).find(Boolean)
  if (code === undefined) return undefined
  const wordsFor = (value: NewsValue): string => {
    const text = news.values[value]
    // Line breaks and runs of spaces are refused in a value (Cloud API, error 132018).
    const words = text ? translate(text).replace(/\s+/g, ' ').trim() : ''
    return cut(words, LONGEST[value] ?? LONGEST_OTHER) || NOTHING
  }
  return {
    type: 'text',
    text: cut(body.map(translate).join('\n').trim() || NOTHING, maxText),
    template: {
      name,
      language: code,
      values: parameters.map(wordsFor),
      presses: buttons ? choices.map(({ id }) => id) : [],
    },
  }
}

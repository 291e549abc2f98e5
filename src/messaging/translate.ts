import type { Locale } from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'

/** Turns meaning into the reader's words. */
export type Translate = (text: Text, locale: Locale) => string

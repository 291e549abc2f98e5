import type { Locale } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'

/** What the app's own menu of commands shows: the name is typed, the description read. */
export const citizenMenu = (locale: Locale): readonly { command: string; description: Text }[] => [
  { command: locale === 'it' ? 'segnala' : 'report', description: text('menu.report') },
  { command: locale === 'it' ? 'mie' : 'mine', description: text('menu.mine') },
  { command: locale === 'it' ? 'operatore' : 'operator', description: text('menu.operator') },
  { command: locale === 'it' ? 'lingua' : 'language', description: text('menu.language') },
  { command: locale === 'it' ? 'aiuto' : 'help', description: text('menu.help') },
]

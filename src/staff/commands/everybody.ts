import type { Move } from '../../dialog/dialog.js'
import { LOCALES, type Locale } from '../../kernel/ids.js'
import { text } from '../../kernel/text.js'
import { fold } from '../../kernel/words.js'
import { begin, type Command, everybody } from '../command.js'
import { ask } from '../effects.js'
import { helpLines } from '../help.js'

const LANGUAGE_NAMES: Readonly<Record<Locale, readonly string[]>> = {
  it: ['it', 'italiano', 'italian'],
  en: ['en', 'english', 'inglese'],
}

/** Speaks this language from now on. */
export const speak = (locale: Locale): Move => ({
  locale,
  effects: [ask('set_locale', { locale })],
})

export const language: Command = {
  name: 'language',
  may: everybody,
  run: (rest, desk) => {
    const named = LOCALES.find((locale) => LANGUAGE_NAMES[locale].includes(fold(rest)))
    return named ? { ...speak(named), quiet: true } : begin('language', {}, desk)
  },
}

export const help = (all: () => readonly Command[]): Command => ({
  name: 'help',
  may: everybody,
  run: (_, { staff, ctx }) => ({ quiet: true, say: [{ body: helpLines(all(), staff, ctx.locale) }] }),
})

/** Somebody who is staff already greets, or presses an invitation once more. */
export const start = (all: () => readonly Command[]): Command => ({
  name: 'start',
  may: everybody,
  run: (_, { staff, ctx }) => ({
    quiet: true,
    say: [{ body: [text('staff.hello', { name: staff.name }), ...helpLines(all(), staff, ctx.locale)] }],
  }),
})

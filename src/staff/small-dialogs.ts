import type { Dialog } from '../dialog/dialog.js'
import type { StaffCommandName } from '../domain/staff-command.js'
import { LOCALES } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { readNumber } from './command.js'
import { speak } from './commands/everybody.js'
import { COMMANDS } from './commands/table.js'
import { deliver } from './deliver.js'

/** Their number is a call's, not a report's. */
const CALLS: ReadonlySet<StaffCommandName> = new Set(['call', 'told', 'noanswer', 'wrong'])

/**
 * A command came without its number. It offers nothing to choose: where there are no buttons, a typed number must be the
 * report's, or the call's.
 */
export const whichDialog: Dialog<{
  readonly command: Exclude<StaffCommandName, 'cancel'>
  readonly words: string
}> = {
  name: 'which',
  question: ({ command }) => ({
    body: [text(CALLS.has(command) ? 'staff.which.ask_call' : 'staff.which.ask')],
    options: [],
  }),
  handle({ command, words }, event, ctx) {
    const { staff } = ctx.world
    if (event.type === 'done') return deliver(event, ctx, false)
    if (event.type !== 'text' || !staff) return null
    const read = readNumber(event.text)
    if (!read)
      return { say: [{ body: [text(CALLS.has(command) ? 'staff.which.call_again' : 'staff.which.again')] }] }
    const move = COMMANDS[command].run(`${read.report} ${words || read.rest}`, {
      ctx,
      staff,
      holdsText: false,
    })
    return { ...move, end: true, quiet: false }
  },
}

/** The languages, each in its own name. */
export const languageDialog: Dialog<Record<string, never>> = {
  name: 'language',
  question: () => ({
    body: [text('staff.language.ask')],
    options: LOCALES.map((locale) => ({ id: locale, label: text(`staff.language.${locale}`) })),
    ways: ['cancel'],
  }),
  handle(_, event, ctx) {
    if (event.type === 'done') return deliver(event, ctx, false)
    const locale = event.type === 'choice' ? LOCALES.find((one) => one === event.id) : undefined
    return locale ? { ...speak(locale), end: true } : null
  },
}

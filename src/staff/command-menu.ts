import { STAFF_COMMANDS, type StaffCommandName } from '../domain/staff-command.js'
import type { Locale } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'

/** Telegram calls it by itself when a chat begins. */
const HIDDEN: readonly StaffCommandName[] = ['start', 'cancel']

/** What the app's own menu of commands shows; what one may not do is refused when it is tried. */
export const staffMenu = (locale: Locale): readonly { command: string; description: Text }[] =>
  (Object.keys(STAFF_COMMANDS) as StaffCommandName[])
    .filter((name) => !HIDDEN.includes(name))
    .map((name) => ({
      command: STAFF_COMMANDS[name][locale],
      description: text(`staff.command.${name as Exclude<StaffCommandName, 'start' | 'cancel'>}`),
    }))

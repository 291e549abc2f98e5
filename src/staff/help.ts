import type { Staff } from '../domain/staff.js'
import { staffCommand } from '../domain/staff-command.js'
import type { Locale } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { Command } from './command.js'

/** A line for each command that this person may use. */
export const helpLines = (
  commands: readonly Command[],
  staff: Pick<Staff, 'role' | 'frontDesk'>,
  locale: Locale,
): Text[] => [
  text('staff.help.title'),
  ...commands
    .filter((command) => command.may(staff) && command.name !== 'start')
    .map(({ name }) =>
      text('staff.help.line', { command: staffCommand(name, locale), what: text(`staff.command.${name}`) }),
    ),
]

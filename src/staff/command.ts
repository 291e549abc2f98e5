import type { Ctx, Move } from '../dialog/dialog.js'
import type { Json } from '../dialog/session.js'
import type { Staff } from '../domain/staff.js'
import { STAFF_COMMANDS, type StaffCommandName } from '../domain/staff-command.js'
import type { ReportId } from '../kernel/ids.js'
import { as, LOCALES } from '../kernel/ids.js'
import { ask } from './effects.js'

/** Who acts at the desk, and what lies on it. */
export interface Desk {
  readonly ctx: Ctx
  readonly staff: Staff
  /** Something typed waits in the dialog on top: what comes in between never throws it away. */
  readonly holdsText: boolean
}

/** A command as data. Its summary is the text `staff.command.<name>`. */
export interface Command {
  readonly name: Exclude<StaffCommandName, 'cancel'>
  /** For `/help` and a clear answer; the rights themselves are checked in the use case. */
  may(staff: Pick<Staff, 'role' | 'frontDesk'>): boolean
  run(rest: string, desk: Desk): Move
}

export const everybody = (): boolean => true
export const worksOnReports = ({ role }: Pick<Staff, 'role'>): boolean => role !== 'observer'
export const isSupervisor = ({ role }: Pick<Staff, 'role'>): boolean => role === 'supervisor'

/** The command that a word names, in either language. */
export const commandName = (word: string): StaffCommandName | undefined =>
  (Object.keys(STAFF_COMMANDS) as StaffCommandName[]).find((name) =>
    LOCALES.some((locale) => STAFF_COMMANDS[name][locale] === word),
  )

/** "12", "#12", "n. 12 and then words". */
export function readNumber(words: string): { report: ReportId; rest: string } | undefined {
  const found = /^\s*(?:n\.?|nr\.?|#)?\s*(\d{1,9})(?!\d)[.,:;]?\s*(.*)$/isu.exec(words)
  return found ? { report: as<ReportId>(Number(found[1])), rest: (found[2] ?? '').trim() } : undefined
}

/** A command about one report; without its number it asks which. */
export const ofReport = (
  name: Command['name'],
  may: Command['may'],
  run: (report: ReportId, rest: string, desk: Desk) => Move,
): Command => ({
  name,
  may,
  run: (words, desk) => {
    const read = readNumber(words)
    return read
      ? run(read.report, read.rest, desk)
      : begin('which', { command: name, words: words.trim() }, desk)
  },
})

/** Begins a dialog: in place of the one on top, or above it when something typed waits there. */
export const begin = (dialog: string, state: Json, { holdsText }: Desk): Move => ({
  end: !holdsText,
  begin: { dialog, state },
})

/** Begins a piece of work on a report: it looks first whether that may be done now. */
export const beginWork = (
  dialog: 'close' | 'reply' | 'note' | 'transfer',
  report: ReportId,
  words: string,
  desk: Desk,
): Move => ({
  ...begin(dialog, { report, text: words || undefined }, desk),
  effects: [ask('open_report', { report }, 'work')],
})

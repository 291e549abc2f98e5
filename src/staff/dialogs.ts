import type { Ctx, Dialog, DialogEvent, Dialogs, Move } from '../dialog/dialog.js'
import type { Session } from '../dialog/session.js'
import { staffCommand } from '../domain/staff-command.js'
import { text } from '../kernel/text.js'
import { fold } from '../kernel/words.js'
import { callDialog, callsDialog } from './calls-dialogs.js'
import { closeDialog } from './close-dialog.js'
import { commandName, type Desk, readNumber } from './command.js'
import { COMMANDS } from './commands/table.js'
import { deliver } from './deliver.js'
import { ask } from './effects.js'
import { inviteDialog } from './invite-dialog.js'
import { noteDialog } from './note-dialog.js'
import { pressed } from './presses.js'
import { replyDialog } from './reply-dialog.js'
import { languageDialog, whichDialog } from './small-dialogs.js'
import { transferDialog } from './transfer-dialog.js'
import { cardDialog, digestDialog, queueDialog } from './views.js'

const ALL: readonly Dialog[] = [
  cardDialog,
  queueDialog,
  digestDialog,
  callsDialog,
  callDialog,
  closeDialog,
  replyDialog,
  noteDialog,
  transferDialog,
  inviteDialog,
  languageDialog,
  whichDialog,
]

/** The office's desk. */
export const staffDialogs: Dialogs = {
  byName: new Map(ALL.map((dialog) => [dialog.name, dialog])),
  first(event, session, ctx) {
    const { staff } = ctx.world
    if (!staff) return stranger(event, ctx)
    const desk: Desk = { ctx, staff, holdsText: holdsText(session) }
    if (event.type === 'command') return command(event, desk)
    if (event.type === 'text') return word(event.text, desk)
    if (event.type !== 'choice') return null
    const own = session.open?.choices.some((choice) => choice.id === event.id) ?? false
    return pressed(event.id, own, desk) ?? null
  },
  isCommand: (words) => meaningOf(words) !== undefined,
  rest(event, session, ctx) {
    if (event.type === 'done') return deliver(event, ctx, holdsText(session))
    return { quiet: true, ...unheard(event, ctx) }
  },
}

function holdsText({ frames }: Session): boolean {
  const state = frames.at(-1)?.state
  return typeof state === 'object' && state !== null && 'text' in state && Boolean(state.text)
}

/** Who is no staff learns where citizens write; only an invitation opens the door. */
function stranger(event: DialogEvent, { world: { town } }: Ctx): Move {
  if (event.type === 'command' && event.name === 'start' && event.rest.trim()) {
    return { quiet: true, effects: [ask('join_staff', { token: event.rest.trim() })] }
  }
  const body = [text('staff.stranger', { town: town.name, phone: town.desk.phone })]
  return { quiet: true, say: [{ body }] }
}

function command({ name: typed, rest }: Extract<DialogEvent, { type: 'command' }>, desk: Desk) {
  const name = commandName(typed)
  const help = staffCommand('help', desk.ctx.locale)
  if (!name) return { quiet: true, say: [{ body: [text('staff.unknown_command', { help })] }] }
  if (name === 'cancel') return { instead: { type: 'cancel' as const } }
  if (!COMMANDS[name].may(desk.staff)) return { quiet: true, say: [{ body: [text('staff.no.not_for_you')] }] }
  return COMMANDS[name].run(rest, desk)
}

/** Words that work at any step. */
const WORDS: Readonly<Record<string, 'back' | 'cancel' | 'help'>> = {
  annulla: 'cancel',
  cancel: 'cancel',
  indietro: 'back',
  back: 'back',
  aiuto: 'help',
  help: 'help',
}

function meaningOf(words: string): 'back' | 'cancel' | 'help' | undefined {
  const said = fold(words)
  return Object.hasOwn(WORDS, said) ? WORDS[said] : undefined
}

function word(words: string, desk: Desk): Move | { instead: DialogEvent } | null {
  const meant = meaningOf(words)
  if (meant === 'help') return COMMANDS.help.run('', desk)
  return meant ? { instead: { type: meant } } : null
}

/** What no dialog took, answered so that there is a way on. */
function unheard(event: Exclude<DialogEvent, { type: 'done' }>, { world: { staff }, locale }: Ctx): Move {
  const help = staffCommand('help', locale)
  switch (event.type) {
    case 'text': {
      const read = readNumber(event.text)
      if (read && !read.rest && !event.about && staff) {
        return { effects: [ask('open_report', { report: read.report }, 'show')] }
      }
      if (!event.about) return { say: [{ body: [text('staff.hint', { help })] }] }
      const reply = staffCommand('reply', locale, event.about)
      const note = staffCommand('note', locale, event.about)
      return { say: [{ body: [text('staff.hint_about', { number: event.about, reply, note })] }] }
    }
    case 'choice':
      return { say: [{ body: [text('staff.old_button', { help })] }] }
    case 'back':
    case 'cancel':
      return { say: [{ body: [text('staff.nothing_to_cancel', { help })] }] }
    case 'nudge':
      return {}
    default:
      return { say: [{ body: [text('staff.only_text', { help })] }] }
  }
}

import type { StaffCommandName } from '../../domain/staff-command.js'
import type { Command } from '../command.js'
import { help, language, start } from './everybody.js'
import { queue } from './queue.js'
import {
  beginning,
  call,
  chase,
  claim,
  close,
  contacts,
  history,
  note,
  open,
  reply,
  transfer,
  undo,
} from './reports.js'
import { digest, invite } from './supervisor.js'

const all = (): readonly Command[] => Object.values(COMMANDS)

/** `cancel` is a way out, not a command of its own: the engine hears it. */
export const COMMANDS: Readonly<Record<Exclude<StaffCommandName, 'cancel'>, Command>> = {
  queue,
  open,
  claim,
  begin: beginning,
  reply,
  note,
  transfer,
  close,
  undo,
  contacts,
  history,
  digest,
  call,
  chase,
  invite,
  language,
  help: help(all),
  start: start(all),
}

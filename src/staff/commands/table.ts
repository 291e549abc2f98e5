import type { StaffCommandName } from '../../domain/staff-command.js'
import type { Command } from '../command.js'
import { call, calls, noanswer, told, wrong } from './calls.js'
import { help, language, start } from './everybody.js'
import { queue } from './queue.js'
import {
  beginning,
  chase,
  claim,
  close,
  contacts,
  history,
  note,
  open,
  refuse,
  reopen,
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
  calls,
  call,
  told,
  noanswer,
  wrong,
  chase,
  reopen,
  refuse,
  invite,
  language,
  help: help(all),
  start: start(all),
}

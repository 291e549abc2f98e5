import type { Move } from '../dialog/dialog.js'
import { as, type ReportId } from '../kernel/ids.js'
import { beginWork, type Desk } from './command.js'
import { ask, type DeskAction } from './effects.js'

/** A standing button: `<action>:<report>` (`call:<call>`), with the version that was seen where the press itself changes something. */
interface Press {
  readonly report: ReportId
  readonly seenVersion?: number
}

const change =
  (action: DeskAction) =>
  ({ report, seenVersion }: Press): Move => ({
    effects: [ask('change_report', { report, action, seenVersion }, action)],
  })

const look =
  (purpose: 'show' | 'history') =>
  ({ report }: Press): Move => ({ effects: [ask('open_report', { report }, purpose)] })

const work =
  (dialog: 'close' | 'reply' | 'note' | 'transfer') =>
  ({ report }: Press, desk: Desk): Move =>
    beginWork(dialog, report, '', desk)

const PRESSES: Readonly<Record<string, (press: Press, desk: Desk) => Move>> = {
  open: look('show'),
  history: look('history'),
  // Who claims wants the report, whatever was changed since the announcement: only its status counts.
  claim: ({ report }) => change('claim')({ report }),
  start: change('start'),
  undo: change('undo_close'),
  close: work('close'),
  reply: work('reply'),
  note: work('note'),
  transfer: work('transfer'),
  contacts: ({ report }) => ({ effects: [ask('show_contacts', { report })] }),
  call: ({ report }) => ({ effects: [ask('show_call', { call: report })] }),
  reopen: ({ report }) => ({ effects: [ask('decide_reopening', { report, reopen: true })] }),
  refuse: ({ report }) => ({ effects: [ask('decide_reopening', { report, reopen: false })] }),
  unclaimed: () => ({ effects: [ask('view_queue', { filter: 'new', page: 0 })] }),
  told: ({ report }) => ({ effects: [ask('make_call', { call: report, how: 'told' })] }),
  noanswer: ({ report }) => ({ effects: [ask('make_call', { call: report, how: 'no_answer' })] }),
  wrong: ({ report }) => ({ effects: [ask('make_call', { call: report, how: 'wrong_number' })] }),
  link: () => ({ effects: [ask('ask_link_code', {})] }),
  chase: ({ report }) => ({ effects: [ask('chase_office', { report })] }),
}

/**
 * What a press on a standing button does; undefined: it is none. `own`: a button of the question that is open, which
 * then shows what was chosen; another message's leaves it as it is.
 */
export function pressed(id: string, own: boolean, desk: Desk): Move | undefined {
  const [, name = '', report, version] = /^([a-z]+):(\d{1,9})(?::(\d{1,9}))?$/.exec(id) ?? []
  const press = Object.hasOwn(PRESSES, name) ? PRESSES[name] : undefined
  if (!press) return undefined
  const seenVersion = version === undefined ? undefined : Number(version)
  const move = press({ report: as<ReportId>(Number(report)), seenVersion }, desk)
  return own || move.begin ? move : { ...move, quiet: true }
}

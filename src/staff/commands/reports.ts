import { beginWork, isSupervisor, ofReport, worksOnReports } from '../command.js'
import { ask } from '../effects.js'

/** Commands about one report: the same as the buttons on its card, for those who type. */
export const open = ofReport('open', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('open_report', { report }, 'show')],
}))

export const claim = ofReport('claim', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('change_report', { report, action: 'claim' }, 'claim')],
}))

export const beginning = ofReport('begin', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('change_report', { report, action: 'start' }, 'start')],
}))

export const contacts = ofReport('contacts', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('show_contacts', { report })],
}))

export const history = ofReport('history', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('open_report', { report }, 'history')],
}))

export const reply = ofReport('reply', worksOnReports, (report, words, desk) =>
  beginWork('reply', report, words, desk),
)

export const note = ofReport('note', worksOnReports, (report, words, desk) =>
  beginWork('note', report, words, desk),
)

export const transfer = ofReport('transfer', worksOnReports, (report, words, desk) =>
  beginWork('transfer', report, words, desk),
)

export const close = ofReport('close', worksOnReports, (report, words, desk) =>
  beginWork('close', report, words, desk),
)

export const undo = ofReport('undo', worksOnReports, (report) => ({
  quiet: true,
  effects: [ask('change_report', { report, action: 'undo_close' }, 'undo_close')],
}))

export const reopen = ofReport('reopen', isSupervisor, (report) => ({
  quiet: true,
  effects: [ask('decide_reopening', { report, reopen: true })],
}))

export const refuse = ofReport('refuse', isSupervisor, (report) => ({
  quiet: true,
  effects: [ask('decide_reopening', { report, reopen: false })],
}))

export const chase = ofReport('chase', isSupervisor, (report) => ({
  quiet: true,
  effects: [ask('chase_office', { report })],
}))

import type { CallEnd } from '../../app/work-off-calls.js'
import type { Staff } from '../../domain/staff.js'
import { type Command, ofReport } from '../command.js'
import { ask } from '../effects.js'

const worksOffCalls = ({ role, frontDesk }: Pick<Staff, 'role' | 'frontDesk'>): boolean =>
  role === 'supervisor' || (frontDesk && role !== 'observer')

/** The calls to make. */
export const calls: Command = {
  name: 'calls',
  may: worksOffCalls,
  run: () => ({ quiet: true, effects: [ask('view_calls', { page: 0 })] }),
}

export const call = ofReport('call', worksOffCalls, (number) => ({
  quiet: true,
  effects: [ask('show_call', { call: number })],
}))

const went = (name: 'told' | 'noanswer' | 'wrong', how: CallEnd): Command =>
  ofReport(name, worksOffCalls, (number) => ({
    quiet: true,
    effects: [ask('make_call', { call: number, how })],
  }))

export const told = went('told', 'told')
export const noanswer = went('noanswer', 'no_answer')
export const wrong = went('wrong', 'wrong_number')

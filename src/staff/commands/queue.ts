import type { QueueFilter } from '../../app/ports.js'
import { fold } from '../../kernel/words.js'
import { type Command, worksOnReports } from '../command.js'
import { ask } from '../effects.js'

const FILTERS: Readonly<Record<QueueFilter, readonly string[]>> = {
  new: ['new', 'nuove', 'nuova'],
  mine: ['mine', 'mie', 'mia'],
  late: ['late', 'scadute', 'scaduta', 'ritardo'],
  open: ['all', 'tutte', 'open', 'aperte'],
}

const filterOf = (word: string): QueueFilter =>
  (Object.keys(FILTERS) as QueueFilter[]).find((filter) => FILTERS[filter].includes(fold(word))) ?? 'open'

export const queue: Command = {
  name: 'queue',
  may: worksOnReports,
  run: (rest) => ({ quiet: true, effects: [ask('view_queue', { filter: filterOf(rest), page: 0 })] }),
}

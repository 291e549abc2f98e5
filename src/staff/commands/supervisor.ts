import { begin, type Command, isSupervisor } from '../command.js'
import { ask } from '../effects.js'

export const digest: Command = {
  name: 'digest',
  may: isSupervisor,
  run: () => ({ quiet: true, effects: [ask('digest_now', {})] }),
}

export const invite: Command = {
  name: 'invite',
  may: isSupervisor,
  run: (_, desk) => begin('invite', { step: 'role', offices: [] }, desk),
}

import type { DeviceState } from '../../app/linked-device-port.js'
import type { Config } from '../../config.js'
import { MINUTE } from '../../kernel/clock.js'
import { type Finding, fault, ok, warning } from './finding.js'

const UNOFFICIAL = warning(
  'whatsapp',
  'a linked device is unofficial: WhatsApp may shut the number out at any time',
  'for daily use take the Cloud API (WHATSAPP_TRANSPORT=cloud); see README, "WhatsApp"',
)

/** The ten minutes after which the supervisors hear of it. */
const SHORT_MS = 10 * MINUTE

/** How the link stood when a running process last saw it. */
export function deviceFindings(
  { whatsapp }: Pick<Config, 'whatsapp'>,
  { state, why, since }: DeviceState,
  now: Date,
): Finding[] {
  if (whatsapp?.transport !== 'baileys') return []
  const minutes = since ? Math.max(0, Math.round((now.getTime() - since.getTime()) / MINUTE)) : 0
  switch (state) {
    case 'open':
      return [ok('whatsapp', `linked, for ${minutes} min`), UNOFFICIAL]
    case 'down': {
      const says = `not connected for ${minutes} min (${why ?? 'lost'}); it is being tried again`
      const look = 'is the product running, and the phone of the town on and online?'
      const isShort = since !== undefined && now.getTime() - since.getTime() < SHORT_MS
      return [(isShort ? warning : fault)('whatsapp', says, look), UNOFFICIAL]
    }
    case 'unlinked': {
      const says = why === 'logged-out' ? 'the phone has removed the link' : 'no phone is linked yet'
      const how =
        'take the phone of the town; press the button in the staff bot, or start the product in a terminal'
      return [fault('whatsapp', says, how), UNOFFICIAL]
    }
    case 'stopped':
      return [fault('whatsapp', `WhatsApp does not let us in: ${why ?? 'unknown'}`, STOPPED), UNOFFICIAL]
    default:
      return state satisfies never
  }
}

const STOPPED =
  'forbidden: look at the phone, it says why; outdated: update, or set WHATSAPP_WEB_VERSION; see docs/operations.md'

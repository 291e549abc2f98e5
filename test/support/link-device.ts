import type { FakeBot } from './fake-bot-api/index.js'
import type { FakeWhatsApp } from './fake-whatsapp/index.js'
import { type Joining, joinByLink } from './join-by-link.js'

/** Where the product is told to find this WhatsApp, and that the device is linked by a code. */
export const linkedDeviceEnv = ({ town }: Pick<FakeWhatsApp, 'town'>, url: string) => ({
  WHATSAPP_TRANSPORT: 'baileys',
  WHATSAPP_WEB_SOCKET_URL: url,
  WHATSAPP_PAIRING_PHONE: town.pn.replace(/@.*/, ''),
})

/**
 * Links the product that runs in a process of its own, as people do: a supervisor asks the staff bot for the code and
 * types it into the town's phone.
 */
export async function linkDevice(
  fake: FakeWhatsApp,
  staff: FakeBot,
  how: Pick<Joining, 'query' | 'timeoutMs'>,
): Promise<void> {
  const supervisor = staff.user({ id: 8_000, first_name: 'Dario', language_code: 'it' })
  const { timeoutMs } = how
  await joinByLink(supervisor, { ...how, role: 'supervisor', offices: [] })
  await supervisor.waitFor('WhatsApp non è ancora collegato', { timeoutMs, since: 'start' })
  supervisor.press('📲 Mandami il codice')
  const { text = '' } = await supervisor.waitFor('Il codice è', { timeoutMs })
  await fake.enterPairingCode(/codice è (\S+)\./.exec(text)?.[1]?.replace('-', '') ?? '')
  await supervisor.waitFor('WhatsApp è collegato', { timeoutMs, since: 'start' })
}

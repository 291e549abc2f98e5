import qrcode from 'qrcode'
import { joinChats } from './app/join-citizens.js'
import type { DeviceStore } from './app/linked-device-port.js'
import type { UnitOfWork } from './app/ports.js'
import { noteLink, showLinkCode } from './app/tell-linked-device.js'
import { createWhatsAppWeb, type PairingCode, type WhatsAppWeb } from './channels/whatsapp/baileys/adapter.js'
import { LINKED_DEVICE_CAPABILITIES } from './channels/whatsapp/baileys/capabilities.js'
import type { Config } from './config.js'
import type { Clock } from './kernel/clock.js'
import { as, type ChannelName, type ExternalId, type MediaKey } from './kernel/ids.js'
import type { Log } from './kernel/logger.js'
import type { Capabilities } from './messaging/channel.js'
import type { Address } from './messaging/inbound.js'
import type { MediaStore } from './messaging/media-store.js'
import type { Rendered } from './messaging/outbound.js'
import { isOutage } from './storage/outage.js'
import type { Presence } from './storage/presence.js'

export interface LinkedDeviceDeps {
  readonly config: Pick<Config, 'whatsapp'>
  readonly store: DeviceStore
  readonly lead: Presence['lead']
  readonly media: MediaStore
  readonly unitOfWork: UnitOfWork
  /** The network message that went to this chat under this id, in words again. */
  readonly sayAgain: (to: Address, id: ExternalId, caps: Capabilities) => Promise<Rendered | undefined>
  readonly clock: Clock
  readonly log: Log
  /** Where somebody reads along; missing: nobody does, and a code in a log would be for everybody. */
  readonly terminal?: { write(words: string): unknown }
}

/** Wide enough to be scanned from the screen of another phone. */
const PICTURE_PIXELS = 640
/** The white around it, in modules (ISO/IEC 18004: four). */
const QUIET_ZONE = 4

/** WhatsApp as a linked device, with its voice towards the supervisors; undefined: not configured. */
export function openLinkedDevice(deps: LinkedDeviceDeps): WhatsAppWeb | undefined {
  const { config, store, media, unitOfWork, clock, log, terminal } = deps
  if (config.whatsapp?.transport !== 'baileys') return undefined
  const { webSocketUrl, webVersion, pairingPhone } = config.whatsapp
  const channel = as<ChannelName>('whatsapp')
  let shown: MediaKey | undefined

  /** What is used up is nobody's to see. */
  async function forgetPicture(): Promise<void> {
    const old = shown
    shown = undefined
    if (old) await media.remove(old)
  }

  async function showQr({ code, nth, asked }: PairingCode): Promise<void> {
    terminal?.write(`\n${await qrcode.toString(code, { type: 'terminal', small: true })}\n${HOW_TO_SCAN}\n`)
    // One picture for each time that somebody asks: the first code lives for a minute, and a chat is no place for a film.
    if (!asked || nth > 0) return
    await forgetPicture()
    const picture = await media.put(
      await qrcode.toBuffer(code, { width: PICTURE_PIXELS, margin: QUIET_ZONE }),
      'png',
    )
    shown = picture
    await unitOfWork.run((tx) => showLinkCode(tx, { type: 'picture', picture }))
  }

  async function showDigits({ code, asked }: PairingCode): Promise<void> {
    const grouped = code.replace(/^(.{4})(.{4})$/, '$1-$2')
    terminal?.write(`\n${HOW_TO_TYPE}: ${grouped}\n`)
    if (asked) await unitOfWork.run((tx) => showLinkCode(tx, { type: 'code', code: grouped }))
  }

  return createWhatsAppWeb({
    store,
    lead: deps.lead,
    log,
    openMedia: (key) => media.get(key),
    saidBefore: (chat, id) => deps.sayAgain({ channel, chat }, id, LINKED_DEVICE_CAPABILITIES),
    network: { ...(webSocketUrl && { url: webSocketUrl }), ...(webVersion && { version: webVersion }) },
    ...(pairingPhone && { pairingPhone }),
    watched: terminal !== undefined,
    // without TLS there is only this machine, and nobody who could take offence at haste
    ...(webSocketUrl?.startsWith('ws:') && { pace: { turn: async () => undefined } }),
    async onState(seen) {
      if (seen.state === 'open') await forgetPicture()
      await unitOfWork.run((tx) => noteLink(tx, clock.now(), seen))
    },
    onCode: (code) => (code.type === 'qr' ? showQr(code) : showDigits(code)),
    onSamePerson: (keep, other) =>
      unitOfWork.run((tx) => joinChats(tx, { channel, chat: keep }, { channel, chat: other }, clock.now())),
    isOutage,
  })
}

const HOW_TO_SCAN =
  'Scan it with the phone of the town: WhatsApp, Settings, Linked devices, Link a device. It is good for a minute.'
const HOW_TO_TYPE =
  'Type this on the phone of the town: WhatsApp, Settings, Linked devices, Link with phone number'

import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { jidEncode, proto, unpadRandomMax16 } from '@whiskeysockets/baileys'
import { textContent } from './contents.js'
import type { Device } from './device.js'
import { createHandset, type Sealed } from './handset.js'
import { createOutbox, type SentMessage } from './outbox.js'
import type { Phone } from './phone.js'
import { postTo } from './post.js'
import type { TownAccount, World } from './world.js'

const { HistorySyncType } = proto.HistorySync
const { Type } = proto.Message.ProtocolMessage

export function createTown(number: string, lid: string): TownAccount {
  return { number, lid, handset: createHandset(lid), devices: new Map(), copies: new Map() }
}

/** What a linked device wrote, as the town's own phone gets it: with the chat that it belongs to. */
export async function readCopy(world: World, device: Device, id: string, sealed: Sealed) {
  const plain = await world.town.handset.open(device.number, sealed)
  const { deviceSentMessage } = proto.Message.decode(unpadRandomMax16(plain))
  const { conversation, extendedTextMessage } = deviceSentMessage?.message ?? {}
  world.town.copies.set(id, conversation ?? extendedTextMessage?.text ?? '')
}

/**
 * The first thing that a phone tells a new device: the key of the settings, and the recent chats (here: none).
 * Until it has them, or for 20 s, the client keeps back everything that it hears.
 */
export async function greet(world: World, device: Device): Promise<void> {
  const { town } = world
  const attributes = { from: jidEncode(town.lid, 'lid'), category: 'peer', type: 'text' }
  const history = proto.HistorySync.encode({
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    progress: 100,
  }).finish()
  const parts: proto.Message.IProtocolMessage[] = [
    {
      type: Type.APP_STATE_SYNC_KEY_SHARE,
      appStateSyncKeyShare: {
        keys: [
          {
            keyId: { keyId: randomBytes(6) },
            keyData: {
              keyData: randomBytes(32),
              timestamp: world.now(),
              fingerprint: { rawId: 1, currentIndex: 0 },
            },
          },
        ],
      },
    },
    {
      type: Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: HistorySyncType.INITIAL_BOOTSTRAP,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    },
  ]
  for (const protocolMessage of parts)
    await postTo(world, town.handset, device, { id: world.newId(), content: { protocolMessage }, attributes })
  device.greeted = true
}

/** The town's own phone in somebody's hand. */
export interface TownPhone {
  /** `…@s.whatsapp.net` */
  readonly pn: string
  /** `…@lid` */
  readonly lid: string
  /** Somebody at the town writes from the phone itself: the linked devices hear of it. */
  sends(text: string, to: Phone): Promise<SentMessage>
  /** What linked devices wrote, as the phone shows it: id → text. */
  readonly copies: ReadonlyMap<string, string>
}

export function createTownPhone(world: World): TownPhone {
  const { town } = world
  const lid = jidEncode(town.lid, 'lid')
  return {
    pn: jidEncode(town.number, 's.whatsapp.net'),
    lid,
    copies: town.copies,
    sends(text, to) {
      const attributes = { from: lid, recipient: to.lid, addressing_mode: 'lid' }
      const outbox = createOutbox(world, () => ({ handset: town.handset, attributes }), to.lid)
      return outbox.send({ deviceSentMessage: { destinationJid: to.lid, message: textContent(text) } })
    },
  }
}

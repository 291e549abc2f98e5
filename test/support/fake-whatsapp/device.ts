import { jidEncode } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.js'
import { createKeyShelf, type KeyShelf } from './key-bundle.js'

/** A device that the town's phone linked, as the server remembers it across connections. */
export interface Device {
  /** 1 and up; the phone itself is 0. */
  readonly number: number
  readonly jid: string
  readonly lid: string
  /** The static key of its handshakes: only who has it is let in. */
  readonly noiseKey: Buffer
  readonly keys: KeyShelf
  readonly queue: DeliveryQueue
  connection?: Connection
  /** False from when it was logged out. */
  linked: boolean
  /** Whether it got the first part of the town's history. */
  greeted: boolean
}

export function createDevice(
  number: number,
  town: { number: string; lid: string },
  noiseKey: Buffer,
): Device {
  return {
    number,
    jid: jidEncode(town.number, 's.whatsapp.net', number),
    lid: jidEncode(town.lid, 'lid', number),
    noiseKey,
    keys: createKeyShelf(),
    queue: createDeliveryQueue(),
    linked: true,
    greeted: false,
  }
}

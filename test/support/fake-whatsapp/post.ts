import { type BinaryNode, encodeWAMessage, type proto } from '@whiskeysockets/baileys'
import type { Device } from './device.js'
import type { Fault } from './faults.js'
import type { Handset } from './handset.js'
import { node, SERVER } from './node.js'
import { linkedDevices, type World } from './world.js'

/** A message on its way to the town's devices. */
export interface Post {
  id: string
  content: proto.IMessage
  /** From whom, and how the message is addressed. */
  attributes: Record<string, string | undefined>
}

/** The words by which a device settles what was delivered. */
export const messageKey = (id: string) => `message ${id}`
export const receiptKey = (id: string, type = '') => `receipt ${id} ${type}`
export const stanzaKey = (tag = '', id = '') => `${tag} ${id}`

/** Below this the server asks a device for more one-time keys; the client fills up when there are fewer than 5. */
const FEW_KEYS = 5
/** A byte that the MAC covers, whichever of the two kinds of sealed message it is. */
const GARBLED_FROM_END = 12

function garbled(bytes: Buffer): Buffer {
  const wrong = Buffer.from(bytes)
  const place = wrong.length - GARBLED_FROM_END
  wrong.writeUInt8(wrong.readUInt8(place) ^ 0xff, place)
  return wrong
}

function askForKeys(world: World, device: Device) {
  const id = `few-keys-${world.newId()}`
  const stanza = node('notification', { from: SERVER, type: 'encrypt', id, t: world.seconds() }, [
    node('count', { value: device.keys.count }),
  ])
  device.queue.push({ key: stanzaKey('notification', id), stanza })
}

export interface PostOptions {
  fault?: Fault
  /** Which resending this is, counted from 1. */
  count?: number
  /** Sealed with a session of its own; without it the device's keys at the server are used. */
  newBundle?: Device['keys']['take']
}

/** Seals a message for one device and puts it into its queue. A device that left no keys yet gets nothing. */
export async function postTo(
  world: World,
  handset: Handset,
  device: Device,
  { id, content, attributes }: Post,
  { fault, count, newBundle = device.keys.take }: PostOptions = {},
): Promise<void> {
  const sealed = await handset.seal(device.number, encodeWAMessage(content), newBundle)
  if (sealed === undefined) return
  const bytes = fault?.kind === 'garbled' ? garbled(sealed.bytes) : sealed.bytes
  const stanza = node('message', { ...attributes, id, t: world.seconds() }, [
    node('enc', { v: 2, type: sealed.type, count }, bytes),
  ])
  device.queue.push({ key: messageKey(id), stanza }, fault)
  if (sealed.type === 'pkmsg' && device.keys.count < FEW_KEYS) askForKeys(world, device)
}

/** A message for every device that the town has linked. */
export async function postToAll(world: World, handset: Handset, post: Post): Promise<void> {
  const fault = world.faults.take('incoming')
  for (const device of linkedDevices(world)) await postTo(world, handset, device, post, { fault })
}

/** Something without a seal, such as a call, for every device of the town; it is settled by an ack. */
export function postBare(world: World, stanza: BinaryNode) {
  const key = stanzaKey(stanza.tag, stanza.attrs.id)
  for (const device of linkedDevices(world)) device.queue.push({ key, stanza })
}

/** A receipt for every device of the town. Without a type it says "delivered". */
export function postReceipt(world: World, from: string, id: string, type?: 'read') {
  const fault = world.faults.take('receipt')
  const stanza = node('receipt', { from, id, type, t: world.seconds() })
  for (const device of linkedDevices(world)) device.queue.push({ key: receiptKey(id, type), stanza }, fault)
}

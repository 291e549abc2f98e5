import { type BinaryNode, jidDecode, jidNormalizedUser } from '@whiskeysockets/baileys'
import type { Device } from './device.js'
import type { Fault } from './faults.js'
import type { Sealed } from './handset.js'
import { bytesIn, childOf, childrenOf, node } from './node.js'
import { messageKey } from './post.js'
import { readCopy } from './town.js'
import type { World } from './world.js'

/** One sealed copy of a message, for one device of somebody. */
interface Envelope {
  jid: string
  enc: BinaryNode
}

/** Normally a copy for every device under `participants`; a copy that was asked for again comes alone. */
function envelopesOf(message: BinaryNode): Envelope[] {
  const alone = childOf(message, 'enc')
  if (alone !== undefined) return [{ jid: message.attrs.to ?? '', enc: alone }]
  return childrenOf(childOf(message, 'participants') ?? node('participants')).flatMap((to) => {
    const enc = childOf(to, 'enc')
    return enc ? [{ jid: to.attrs.jid ?? '', enc }] : []
  })
}

const sealedIn = (enc: BinaryNode): Sealed => ({
  type: enc.attrs.type === 'pkmsg' ? 'pkmsg' : 'msg',
  bytes: bytesIn(enc),
})

async function hand(world: World, device: Device, message: BinaryNode, { jid, enc }: Envelope) {
  const { user = '', device: number = 0 } = jidDecode(jid) ?? {}
  const { town } = world
  const { id = '', to = '', type } = message.attrs
  if (user !== town.number && user !== town.lid)
    return world.phones.get(user)?.take({ device, chat: jidNormalizedUser(to), id, sealed: sealedIn(enc) })
  if (number === 0) return readCopy(world, device, id, sealedIn(enc))
  const stanza = node('message', { from: device.lid, recipient: to, id, type, t: world.seconds() }, [enc])
  return town.devices.get(number)?.queue.push({ key: messageKey(id), stanza })
}

async function handAll(world: World, device: Device, message: BinaryNode) {
  for (const envelope of envelopesOf(message)) await hand(world, device, message, envelope)
}

/** "The server has it", the first grey tick; with an error it means that it will go nowhere. */
export const messageAck = (world: World, { attrs }: BinaryNode, error?: number) =>
  node('ack', { class: 'message', id: attrs.id, from: attrs.to, t: world.seconds(), error })

/** A message of the client: acknowledges it and takes it to the phones, or does what the fault says. */
export async function takeOutgoing(
  world: World,
  device: Device,
  message: BinaryNode,
  fault: Fault | undefined,
) {
  const id = message.attrs.id ?? ''
  const reply = (error?: number) => device.connection?.send(messageAck(world, message, error))
  const note = (detail?: string) => world.journal.note('sent', { device: device.number, id, detail })
  switch (fault?.kind) {
    case 'cut':
      return device.connection?.cut()
    case 'silent':
      return
    case 'refuse':
      note(`refused ${fault.code}`)
      return reply(fault.code)
    case 'cut-after':
      device.connection?.cut()
      break
    case 'slow':
      setTimeout(reply, fault.ms).unref()
      break
    default:
      reply()
  }
  await handAll(world, device, message)
  note()
}

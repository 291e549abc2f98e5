import { type BinaryNode, jidDecode } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import type { Device } from './device.js'
import type { Fault } from './faults.js'
import { bundleInRetry } from './key-bundle.js'
import { childOf, childrenOf, node, SERVER } from './node.js'
import { takeOutgoing } from './outgoing.js'
import { messageKey, receiptKey, stanzaKey } from './post.js'
import { answerQuery, errorNode } from './queries.js'
import { greet } from './town.js'
import type { World } from './world.js'

/** Another connection took the place of this one. */
export const REPLACED = node('stream:error', {}, [node('conflict', { type: 'replaced' })])
/** A hint that the client keeps, and puts before the first bytes of its next connection. */
const EDGE_ROUTING = node('edge_routing', {}, [node('routing_info', {}, Buffer.from('via-loopback'))])
/** The town's phone threw the device out. */
export const LOGGED_OUT = node('stream:error', { code: 401 }, [node('conflict', { type: 'device_removed' })])

/** The device is no longer one of the town's: it is told so now, and at every login from here on. */
export function unlink(world: World, device: Device) {
  device.linked = false
  world.journal.note('unlinked', { device: device.number })
  device.connection?.end(LOGGED_OUT)
}

/** The namespace of a query and what it is about, such as `encrypt count`. */
const nameOf = (query: BinaryNode) => [query.attrs.xmlns, childrenOf(query)[0]?.tag].filter(Boolean).join(' ')

/**
 * A device that was let in: takes the connection over from whoever had it, and handles its stanzas. The device
 * gets what waits for it when it says that it is `active`.
 */
export function openSession(
  world: World,
  device: Device,
  connection: Connection,
): (stanza: BinaryNode) => unknown {
  const { journal, faults } = world
  const note = journal.note
  /** Messages that the device asked for again: it also refuses the copy that it could not read. */
  const askedAgain = new Set<string>()
  device.connection?.end(REPLACED)
  device.connection = connection
  note('login', { device: device.number })
  connection.send(node('ib', { from: SERVER }, [EDGE_ROUTING]))
  connection.send(node('success', { t: world.seconds(), lid: device.lid }))

  /** All that waited, then the count by which the client knows that the rest is live. */
  async function goOnline() {
    const count = device.queue.open(connection)
    connection.send(node('ib', { from: SERVER }, [node('offline', { count })]))
    if (!device.greeted) await greet(world, device)
    note('online', { device: device.number, detail: String(count) })
  }

  async function answer(query: BinaryNode) {
    const isActive = query.attrs.xmlns === 'passive' && childOf(query, 'active') !== undefined
    const [first] = childrenOf(query)
    connection.send(
      node('iq', { from: SERVER, type: 'result', id: query.attrs.id }, answerQuery(query, world, device)),
    )
    if (first?.tag === 'remove-companion-device') unlink(world, device)
    if (isActive) await goOnline()
  }

  function answerWith(fault: Fault | undefined, query: BinaryNode) {
    switch (fault?.kind) {
      case 'cut':
        return connection.cut()
      case 'silent':
        return
      case 'refuse':
        return connection.send(
          node('iq', { from: SERVER, type: 'error', id: query.attrs.id }, [errorNode(fault.code)]),
        )
      case 'slow':
        return setTimeout(() => answer(query).catch(world.fail), fault.ms).unref()
      default:
        return answer(query)
    }
  }

  /** What the device says of messages that came to it: it has them, it showed them, or it cannot read one. */
  async function takeReceipt(receipt: BinaryNode) {
    const { id = '', type, to = '' } = receipt.attrs
    if (type === 'retry') return retry(id, to, receipt)
    const more = childrenOf(childOf(receipt, 'list') ?? node('list'))
    const ids = [id, ...more.map((item) => item.attrs.id ?? '')]
    const read = type === 'read' || type === 'read-self'
    for (const each of ids) {
      if (!read) device.queue.settle(messageKey(each))
      note(read ? 'read' : 'delivered', { device: device.number, id: each })
    }
    connection.send(node('ack', { class: 'receipt', id, from: to, type }))
  }

  async function retry(id: string, to: string, receipt: BinaryNode) {
    const count = Number(childOf(receipt, 'retry')?.attrs.count ?? 1)
    note('retry', { device: device.number, id, detail: String(count) })
    device.queue.settle(messageKey(id))
    askedAgain.add(id)
    const { user = '' } = jidDecode(to) ?? {}
    await world.phones.get(user)?.sendAgain(id, device, count, bundleInRetry(receipt))
  }

  /** A refusal settles a message too: the device will not want it again. */
  function takeAck({ attrs }: BinaryNode) {
    const { class: what, id = '', type, error } = attrs
    if (what === 'message') {
      if (!askedAgain.delete(id)) device.queue.settle(messageKey(id))
      return note(error ? 'refused' : 'delivered', { device: device.number, id, detail: error })
    }
    device.queue.settle(what === 'receipt' ? receiptKey(id, type) : stanzaKey(what, id))
    note('acked', { device: device.number, id, detail: what })
  }

  return (stanza) => {
    switch (stanza.tag) {
      case 'iq': {
        if (stanza.attrs.type === 'result') return
        note('query', { device: device.number, detail: nameOf(stanza) })
        return answerWith(faults.take(`query ${stanza.attrs.xmlns}`), stanza)
      }
      case 'message':
        return takeOutgoing(world, device, stanza, faults.take('outgoing'))
      case 'receipt':
        return takeReceipt(stanza)
      case 'ack':
        return takeAck(stanza)
      case 'presence':
        return note('presence', { device: device.number, detail: stanza.attrs.type })
    }
  }
}

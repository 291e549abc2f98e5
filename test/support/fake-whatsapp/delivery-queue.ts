import type { BinaryNode } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import type { Fault } from './faults.js'

/** Something for a device that stays until the device says that it has it. */
export interface Parcel {
  /** What the device's word for "I have it" names. */
  key: string
  stanza: BinaryNode
}

/** What a device still has to get: it outlives connections, and restarts of the client. */
export interface DeliveryQueue {
  /** How many were never acknowledged. */
  readonly size: number
  /** Delivers at once if the device is on the line, or at its next login. */
  push(parcel: Parcel, fault?: Fault): void
  /** The device has it: it is not sent again. */
  settle(key: string): void
  /** The device is on the line: sends all that waits, marked as `offline`; returns how many that were. */
  open(connection: Connection): number
  close(): void
}

export function createDeliveryQueue(): DeliveryQueue {
  const waiting = new Map<string, BinaryNode>()
  let line: Connection | undefined
  let held: BinaryNode | undefined

  function deliver(stanza: BinaryNode) {
    line?.send(stanza)
    const late = held
    held = undefined
    if (late !== undefined) line?.send(late)
  }

  function deliverWith(fault: Fault | undefined, stanza: BinaryNode) {
    switch (fault?.kind) {
      case 'silent':
        return
      case 'cut':
        return line?.cut()
      case 'behind':
        held = stanza
        return
      case 'slow':
        return setTimeout(() => deliver(stanza), fault.ms).unref()
      case 'twice':
        deliver(stanza)
        return deliver(stanza)
      default:
        return deliver(stanza)
    }
  }

  return {
    get size() {
      return waiting.size
    },
    push({ key, stanza }, fault) {
      waiting.set(key, stanza)
      deliverWith(fault, stanza)
    },
    settle: (key) => waiting.delete(key),
    open(connection) {
      line = connection
      held = undefined
      let count = 0
      for (const stanza of waiting.values()) {
        connection.send({ ...stanza, attrs: { ...stanza.attrs, offline: String(count) } })
        count += 1
      }
      return count
    },
    close() {
      line = undefined
    },
  }
}

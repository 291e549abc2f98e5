import { proto, unpadRandomMax16 } from '@whiskeysockets/baileys'
import type { MessageLog } from './message-log.js'
import { bigEndian, node } from './node.js'
import { postReceipt, receiptKey } from './post.js'
import { changeIn, show } from './received.js'
import type { Letter, PhoneEnd, World } from './world.js'

/** What a person's phone does with what comes. */
export interface Inbox {
  take(letter: Letter): Promise<void>
  /** Sends the blue ticks for a message, or for all that are unread. */
  read(id?: string): void
  /** The next messages are unreadable to this phone, which asks for them again. */
  cannotRead(times: number): void
  /** Off: what comes waits. On again: it arrives. */
  power(on: boolean): Promise<void>
  /** A phone that blocks the town gets nothing, and nobody is told. */
  block(blocked: boolean): void
  /** Whether blue ticks go out as soon as a message arrives. */
  readReceipts: boolean
}

export function createInbox(world: World, handset: () => PhoneEnd['handset'], log: MessageLog): Inbox {
  const unread = new Map<string, Letter>()
  const waiting: Letter[] = []
  const asked = new Map<string, number>()
  let isOn = true
  let blocked = false
  let unreadable = 0

  /** "I cannot read this": with the number by which the device sees whether this is still the same phone. */
  function askAgain({ device, chat, id }: Letter) {
    const count = (asked.get(id) ?? 0) + 1
    asked.set(id, count)
    log.hold(id)
    world.journal.note('unreadable', { device: device.number, id, detail: String(count) })
    const stanza = node('receipt', { from: chat, id, type: 'retry', t: world.seconds() }, [
      node('retry', { v: 1, count, id, t: world.seconds() }),
      node('registration', {}, bigEndian(handset().registrationId, 4)),
    ])
    device.queue.push({ key: receiptKey(id, 'retry'), stanza })
  }

  async function openLetter({ device, sealed }: Letter): Promise<proto.IMessage | undefined> {
    try {
      return proto.Message.decode(unpadRandomMax16(await handset().open(device.number, sealed)))
    } catch {
      return undefined // keys that do not fit, which happens between phones too
    }
  }

  async function shelve({ id }: Letter, raw: proto.IMessage) {
    const change = changeIn(raw)
    const old = log.find(change?.of ?? id)
    if (change === undefined) {
      const times = (old?.times ?? 0) + 1
      log.put({
        id,
        at: world.now(),
        edited: false,
        deleted: false,
        times,
        raw,
        ...(await show(world.files, raw)),
      })
    } else if (old !== undefined) {
      const shown = change.to ? await show(world.files, change.to) : { deleted: true }
      log.put({ ...old, ...shown, edited: change.to !== undefined })
    }
  }

  function read(id?: string) {
    for (const letter of [...unread.values()]) {
      if (id !== undefined && letter.id !== id) continue
      unread.delete(letter.id)
      postReceipt(world, letter.chat, letter.id, 'read')
    }
  }

  const inbox: Inbox = {
    readReceipts: false,
    async take(letter) {
      if (blocked) return
      if (!isOn) {
        waiting.push(letter)
        return
      }
      if (unreadable > 0) {
        unreadable -= 1
        return askAgain(letter)
      }
      const raw = await openLetter(letter)
      if (raw === undefined) return askAgain(letter)
      await shelve(letter, raw)
      unread.set(letter.id, letter)
      postReceipt(world, letter.chat, letter.id)
      if (inbox.readReceipts) read(letter.id)
    },
    read,
    cannotRead(times) {
      unreadable = times
    },
    async power(on) {
      isOn = on
      if (on) for (const letter of waiting.splice(0)) await inbox.take(letter)
    },
    block(value) {
      blocked = value
    },
  }
  return inbox
}

import type { proto } from '@whiskeysockets/baileys'
import type { Happening } from './journal.js'
import { type Post, postTo, postToAll } from './post.js'
import type { PhoneEnd, World } from './world.js'

/** A message that a person sent. */
export interface SentMessage {
  readonly id: string
  readonly content: proto.IMessage
  /** As whoever sent it refers to it. */
  readonly key: proto.IMessageKey
  /** Resolves when the town's device says that it has it (the second grey tick). */
  delivered(): Promise<Happening>
  /** Resolves when the town's device marks it as read (the blue ticks). */
  read(): Promise<Happening>
}

/** How a phone signs its messages. */
export interface Sender {
  handset: PhoneEnd['handset']
  /** `from` and what goes with it. */
  attributes: Record<string, string | undefined>
}

/** What a phone sends to the town, one after the other, and keeps in case it is asked again. */
export interface Outbox {
  send(content: proto.IMessage | Promise<proto.IMessage>, id?: string): Promise<SentMessage>
  /** The same id once more, sealed anew: as when an app sends twice. */
  repeat(id: string): Promise<void>
  sendAgain: PhoneEnd['sendAgain']
}

function stanzaType(content: proto.IMessage): string {
  if (content.reactionMessage) return 'reaction'
  if (content.pollCreationMessageV3) return 'poll'
  const isMedia = Object.values(content).some(
    (part) => part && typeof part === 'object' && 'mediaKey' in part,
  )
  return isMedia ? 'media' : 'text'
}

export function createOutbox(world: World, sender: () => Sender, chat: string): Outbox {
  const posts = new Map<string, Post>()
  let work: Promise<unknown> = Promise.resolve()

  /** In the order of the calls, although sealing takes its time. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = work.then(task)
    work = done.catch(() => {})
    return done
  }

  const postOf = (id: string): Post => {
    const post = posts.get(id)
    if (post === undefined) throw new Error(`This phone never sent a message ${id}`)
    return post
  }

  return {
    send: (given, id = world.newId()) =>
      inTurn(async () => {
        if (![...world.town.devices.values()].some((device) => device.linked && device.keys.count > 0))
          throw new Error('No device of the town is linked and has left its keys: scanQr() first')
        const content = await given
        const { handset, attributes } = sender()
        const post = { id, content, attributes: { ...attributes, type: stanzaType(content) } }
        posts.set(id, post)
        await postToAll(world, handset, post)
        return {
          id,
          content,
          key: { remoteJid: chat, fromMe: true, id },
          delivered: () => world.journal.until('delivered', { id }),
          read: () => world.journal.until('read', { id }),
        }
      }),
    repeat: (id) => inTurn(() => postToAll(world, sender().handset, postOf(id))),
    sendAgain: (id, device, count, bundle) =>
      inTurn(async () => {
        const { handset } = sender()
        const post = posts.get(id)
        if (post === undefined) return
        handset.renew(device.number)
        const newBundle = bundle === undefined ? device.keys.take : () => bundle
        const fault = world.faults.take('incoming')
        await postTo(world, handset, device, post, { fault, count, newBundle })
      }),
  }
}

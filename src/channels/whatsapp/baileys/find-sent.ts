import { generateWAMessage, type proto, type WAMessageKey, type WASocket } from '@whiskeysockets/baileys'
import type { DeviceStore } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'
import { as, type ChatId, type ExternalId, type MediaKey } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { Rendered } from '../../../messaging/outbound.js'
import { fileOf, render } from './render.js'
import type { SentMessages } from './sent-messages.js'
import { identityOf } from './update-map.js'

/** Receipts wait behind it. */
const UPLOAD_TIMEOUT_MS = 6 * SECOND

/** What went out under this id to the chat that asks for it; undefined: nothing did, or it is forgotten. */
export type FindSent = (
  asked: Pick<WAMessageKey, 'id' | 'remoteJid'>,
  socket: WASocket,
) => Promise<proto.IMessage | undefined>

export interface FindSentDeps {
  readonly sent: SentMessages
  readonly store: Pick<DeviceStore, 'chatOf'>
  /** What was said to this chat under this id, by this process or by one before it. */
  readonly saidBefore: (chat: ChatId, id: ExternalId) => Promise<Rendered | undefined>
  /** Rejects with code `ENOENT` when there is no such file any more. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  readonly log: Log
}

/**
 * For a phone that could not open a message and asks for it again: from memory, else built anew. What cannot be found is
 * not made up: the phone asks in vain, and shows that it waits for this message.
 */
export function createFindSent({ sent, store, saidBefore, openMedia, log }: FindSentDeps): FindSent {
  async function buildAnew(id: string, to: string, socket: WASocket): Promise<proto.IMessage | undefined> {
    const ids = identityOf({ remoteJid: to })
    const name = ids.lid ?? ids.phone
    const chat = name === undefined ? undefined : await store.chatOf(name)
    const said = chat === undefined ? undefined : await saidBefore(as<ChatId>(chat), as<ExternalId>(id))
    if (!said) return undefined
    const key = fileOf(said)
    const content = render(said, key && (await openMedia(key)))
    if (!content) return undefined
    const { message } = await generateWAMessage(to, content, {
      userJid: socket.user?.id ?? '',
      messageId: id,
      upload: socket.waUploadToServer,
      mediaUploadTimeoutMs: UPLOAD_TIMEOUT_MS,
    })
    // it may be asked for more than once
    if (message) sent.keep(id, to, message)
    return message ?? undefined
  }

  return async ({ id, remoteJid }, socket) => {
    if (!id || !remoteJid) return undefined
    try {
      return sent.find(id, remoteJid) ?? (await buildAnew(id, remoteJid, socket))
    } catch {
      // without the error, which may quote what was said
      log.warn({}, 'whatsapp: what a phone could not open could not be sent to it again')
      return undefined
    }
  }
}

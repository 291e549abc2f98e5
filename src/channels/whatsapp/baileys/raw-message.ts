import {
  type BinaryNode,
  decodeMessageNode,
  isLidUser,
  isPnUser,
  proto,
  type WAMessage,
} from '@whiskeysockets/baileys'
import type { RawMessage } from '../../../app/linked-device-port.js'

/** Attributes of a message's stanza that say from whom it is, and when; the rest is the network's business. */
const KEPT = [
  ...['id', 'from', 'notify', 't', 'offline', 'addressing_mode'],
  ...['sender_pn', 'sender_lid', 'participant', 'participant_pn', 'participant_lid'],
]

type Attributes = Readonly<Record<string, string>>

/** Written by one person to us alone, neither by ourselves on the phone nor by the phone to its devices. */
export const isForUs = (
  { from, recipient, category }: Attributes,
  own: readonly (string | undefined)[],
): boolean =>
  (isLidUser(from) === true || isPnUser(from) === true) &&
  recipient === undefined &&
  category !== 'peer' &&
  !own.some((jid) => jid !== undefined && userOf(jid) === userOf(from ?? ''))

/** `1:2@lid` and `1@lid` are two devices of one user. */
const userOf = (jid: string): string => jid.replace(/:\d+@/, '@')

export const envelopeOf = (attributes: Attributes): RawMessage['envelope'] =>
  Object.fromEntries(
    KEPT.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
  )

/** Of what the library hands over without having decrypted it here: a message that the phone sent again, for example. */
export function rawOf({ key, message, messageTimestamp, pushName }: WAMessage): RawMessage {
  const byLid = isLidUser(key.remoteJid ?? undefined) === true
  const envelope = {
    id: key.id ?? '',
    from: key.remoteJid ?? '',
    t: String(messageTimestamp ?? ''),
    ...(pushName ? { notify: pushName } : {}),
    ...(key.remoteJidAlt ? { [byLid ? 'sender_pn' : 'sender_lid']: key.remoteJidAlt } : {}),
    addressing_mode: byLid ? 'lid' : 'pn',
  }
  return { envelope, body: message ? proto.Message.encode(message).finish() : new Uint8Array() }
}

/** The message as the library would have given it to us. Throws when the body is none. */
export function messageOf({ envelope, body }: RawMessage): WAMessage {
  const stanza: BinaryNode = { tag: 'message', attrs: { ...envelope } }
  const { fullMessage } = decodeMessageNode(stanza, '', '')
  const content = proto.Message.decode(body)
  return {
    ...fullMessage,
    ...(body.length > 0 && { message: content.deviceSentMessage?.message ?? content }),
  }
}

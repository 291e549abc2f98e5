import type { Address } from '../messaging/inbound.js'

/** One name for a chat across channels. */
export const chatKey = ({ channel, chat }: Address): string => `${channel}/${chat}`

/** The order in which every transaction locks chats; unsorted batches deadlock. Byte order, as with COLLATE "C". */
export const byChat = (a: Address, b: Address): number => {
  const [left, right] = [chatKey(a), chatKey(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

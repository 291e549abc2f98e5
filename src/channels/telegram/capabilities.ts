import type { Capabilities } from '../../messaging/channel.js'

/** Bytes that a bot can fetch (Bot API, "getFile": 20 MB). */
export const MAX_MEDIA_BYTES = 20 * 1024 * 1024

/** The Bot API's limits, the same for both bots. */
export const TELEGRAM_CAPABILITIES: Capabilities = {
  // the documentation gives no number; Telegram refuses a keyboard of more than 100
  maxButtons: 100,
  // there are no lists besides the buttons
  maxListRows: 0,
  locationRequest: true,
  phoneRequest: true,
  maxText: 4096,
  // no limit either, but phones cut longer ones
  maxLabel: 64,
  maxAlbum: 10,
  maxMediaBytes: MAX_MEDIA_BYTES,
  edits: true,
  proactive: 'free',
}

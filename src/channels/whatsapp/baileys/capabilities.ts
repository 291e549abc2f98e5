import type { Capabilities } from '../../../messaging/channel.js'

/** More than a phone's picture or voice note; what is larger is told before it is fetched. */
export const MAX_MEDIA_BYTES = 20 * 1024 * 1024

/** What a linked device can carry: words and numbers. WhatsApp takes no buttons and no lists from it. */
export const LINKED_DEVICE_CAPABILITIES: Capabilities = {
  maxButtons: 0,
  maxListRows: 0,
  // a town's groups at one glance; what is longer comes in pages
  maxLines: 12,
  locationRequest: false,
  phoneRequest: false,
  // the app takes 65,536; what is read aloud or on a small screen should come in pieces
  maxText: 4096,
  maxLabel: 64,
  // several pictures are several messages, in order: so each is counted, and a repeat goes on where it stopped
  maxAlbum: 1,
  maxMediaBytes: MAX_MEDIA_BYTES,
  edits: false,
  proactive: 'free',
}

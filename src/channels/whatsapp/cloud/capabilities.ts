import type { Capabilities } from '../../../messaging/channel.js'
import type { Templates } from '../../../messaging/news.js'

/** Bytes of the largest that we take; pictures and voice messages are at most 5 and 16 MB there (Cloud API, "Media"). */
const MAX_MEDIA_BYTES = 20 * 1024 * 1024

/** The Cloud API's limits ("Interactive messages": reply buttons, list messages, location request messages). */
export const cloudCapabilities = (templates: Templates): Capabilities => ({
  maxButtons: 3,
  maxLabel: 20,
  maxListRows: 10,
  maxRowLabel: 24,
  maxRowDetail: 72,
  locationRequest: true,
  locationRequestAlone: true,
  phoneRequest: false,
  maxText: 4096,
  maxTextWithButtons: 1024,
  // there are no albums: pictures come one by one
  maxAlbum: 1,
  maxMediaBytes: MAX_MEDIA_BYTES,
  edits: false,
  proactive: 'template-after-24h',
  templates,
})

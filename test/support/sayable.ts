import { TELEGRAM_CAPABILITIES } from '../../src/channels/telegram/capabilities.js'
import type { World } from '../../src/dialog/world.js'
import { type ExternalId, LOCALES } from '../../src/kernel/ids.js'
import type { Text } from '../../src/kernel/text.js'
import type { Capabilities } from '../../src/messaging/channel.js'
import { fit as fitted } from '../../src/messaging/fit.js'
import type { OutboundMessage } from '../../src/messaging/outbound.js'
import type { Heard } from './talk.js'

const PLAIN: Capabilities = {
  ...TELEGRAM_CAPABILITIES,
  maxButtons: 0,
  maxAlbum: 1,
  locationRequest: false,
  phoneRequest: false,
  edits: false,
}

/**
 * Every message can be said on a phone with buttons and on one without, in every language. The world's translator
 * throws where a text or a value is missing.
 */
export function createSayable(): (messages: readonly OutboundMessage[], world: World) => void {
  // The same words need no second look.
  const looked = new Set<string>()

  return (messages, { translate }) => {
    for (const message of messages) {
      const { tag, choices = [], ...rest } = message
      const meaning = JSON.stringify([rest, choices.map(({ label }) => label)])
      if (looked.has(meaning)) continue
      looked.add(meaning)
      for (const locale of LOCALES) {
        const inWords = (part: Text) => translate(part, locale)
        const withButtons = fitted(message, TELEGRAM_CAPABILITIES, inWords, '5' as ExternalId)
        const plain = fitted(message, PLAIN, inWords)
        if (!message.replaces) expect([withButtons.length, plain.length]).not.toContain(0)
      }
    }
  }
}

/** At most one question is open: the newest, and its choices differ. */
export function expectNewestQuestion({ before, after, said }: Heard): void {
  const { open } = after
  if (open) expect(open.number).toBe(after.asked)
  expect(said.flatMap(({ tag }) => tag ?? [])).toEqual(
    Array.from({ length: after.asked - before.asked }, (_, index) => `q${before.asked + index + 1}`),
  )
  expect(new Set(open?.choices.map(({ id }) => id)).size).toBe(open?.choices.length ?? 0)
}

/** Something new was said, not only an earlier message changed. */
export const isSpoken = ({ said }: Heard): boolean =>
  said.some(({ replaces, body }) => !replaces && body.length > 0)

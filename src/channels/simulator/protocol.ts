import { z } from 'zod'
import { as, type ExternalId, LOCALES } from '../../kernel/ids.js'
import type { Keyboard, PhoneMessage } from './conversation.js'
import type { Phone } from './phone.js'

const MAX_FILES = 10

const phone = z.string().max(100)
const id = z
  .string()
  .max(100)
  .transform(as<ExternalId>)
const base64 = z.base64().transform((content) => Buffer.from(content, 'base64'))
const replyTo = id.optional()
const point = z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })

/** What the page says. */
export const Said = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), phone, text: z.string().trim().min(1).max(20_000), replyTo }),
  z.object({ type: z.literal('press'), phone, message: id, button: z.string().max(64) }),
  z.object({ type: z.literal('location'), phone, point, replyTo }),
  z.object({
    type: z.literal('photos'),
    phone,
    photos: z.array(base64).min(1).max(MAX_FILES),
    caption: z.string().max(1024).optional(),
    replyTo,
  }),
  z.object({
    type: z.literal('document'),
    phone,
    content: base64,
    fileName: z.string().max(255),
    mime: z.string().max(100),
    replyTo,
  }),
  z.object({ type: z.literal('voice'), phone, content: base64, mime: z.string().max(100), replyTo }),
  z.object({ type: z.literal('contact'), phone }),
  z.object({ type: z.literal('sticker'), phone }),
  z.object({ type: z.literal('block'), phone, blocked: z.boolean() }),
  z.object({ type: z.literal('locale'), phone, locale: z.enum(LOCALES) }),
  z.object({ type: z.literal('forward'), by: z.enum(['hour', 'day', 'tomorrow']) }),
])
export type Said = z.infer<typeof Said>

/** A phone's settings as the page shows them. */
export interface PhoneState {
  readonly locale: string
  readonly blocked: boolean
  readonly keyboard?: Keyboard
}

/** What the page hears after the greeting. */
export type Heard =
  | {
      readonly type: 'phone'
      readonly phone: string
      readonly state: PhoneState
      readonly messages: readonly PhoneMessage[]
    }
  /** `until` while the time is moving. ISO. */
  | { readonly type: 'clock'; readonly now: string; readonly until?: string; readonly nextDigest?: string }
  /** `timers` where the clock counts them. */
  | { readonly type: 'moved'; readonly messages: number; readonly timers?: number }
  | { readonly type: 'refused'; readonly why: 'malformed' | 'failed' | 'moving' }

export const stateOf = ({ locale, blocked, keyboard }: Phone): PhoneState => ({
  locale,
  blocked,
  ...(keyboard && { keyboard }),
})

/** Does on the phone what the page asks; resolves when the network has taken it. */
export async function act(
  phone: Phone,
  said: Exclude<Said, { type: 'forward' }>,
  ownNumber: string,
): Promise<void> {
  switch (said.type) {
    case 'text':
      await phone.sendText(said.text, said)
      return
    case 'press':
      return phone.press(said.message, said.button)
    case 'location':
      await phone.sendLocation(said.point, said)
      return
    case 'photos':
      await phone.sendPhotos(said.photos, said.caption || undefined, said)
      return
    case 'document':
      await phone.sendDocument(said.content, said.fileName, said.mime, said)
      return
    case 'voice':
      await phone.sendVoice(said.content, said.mime, said)
      return
    case 'contact':
      await phone.sendContact(ownNumber, true)
      return
    case 'sticker':
      await phone.sendSticker()
      return
    case 'block':
      return phone.setBlocked(said.blocked)
    case 'locale':
      return phone.setLocale(said.locale)
  }
  said satisfies never
}

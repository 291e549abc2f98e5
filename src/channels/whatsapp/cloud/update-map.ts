import { createHash } from 'node:crypto'
import { SECOND } from '../../../kernel/clock.js'
import { as, type ExternalId } from '../../../kernel/ids.js'
import type { InboundContent, MediaKind, Unsupported } from '../../../messaging/inbound.js'
import type { TemplateNews, TemplateState } from '../../../messaging/trouble.js'
import { refusalOf, troubleOf } from './outcome.js'
import type { Change, RawContact, RawError, RawMessage, RawStatus, Webhook } from './payload.js'

/** Under which ids WhatsApp knows a person; one at least. */
export interface PersonIds {
  /** Digits, with the country's. */
  readonly phone?: string
  readonly userId?: string
}

/** Something that came in, before it is known which chat it belongs to. */
export interface Arrival {
  readonly id: string
  readonly at: string
  readonly order: number
  readonly person: PersonIds
  readonly personName?: string
  readonly message?: ExternalId
  readonly replyTo?: ExternalId
  readonly content: InboundContent
}

export interface Mapped {
  readonly arrivals: readonly Arrival[]
  /** People who have another number or id from now on. */
  readonly moves: readonly { readonly id: string; readonly from: PersonIds; readonly to: PersonIds }[]
  /** Faults of the line itself, also those for which a message that was taken did not arrive. */
  readonly errors: readonly RawError[]
  /** What became of texts that are to be approved; of the account's, not of our number's alone. */
  readonly templates: readonly TemplateNews[]
}

const NOTHING: Mapped = { arrivals: [], moves: [], errors: [], templates: [] }

/** What a webhook means to us: every entry and every change; messages of our own number only. Pure. */
export function mapWebhook(body: Webhook, phoneNumberId: string): Mapped {
  const changes = listOf(body.entry).flatMap((entry) => listOf(entry.changes))
  const mapped = changes.filter((change) => isOurs(change, phoneNumberId)).map(mapChange)
  return {
    arrivals: mapped.flatMap(({ arrivals }) => arrivals),
    moves: mapped.flatMap(({ moves }) => moves),
    errors: mapped.flatMap(({ errors }) => errors),
    templates: changes.flatMap((change) => templateIn(change) ?? []),
  }
}

/** Cloud API, "Webhooks", `message_template_status_update`; what is not here changes nothing about sending. */
const TEMPLATE_EVENTS: Readonly<Record<string, TemplateState>> = {
  APPROVED: 'approved',
  REINSTATED: 'approved',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  DISABLED: 'disabled',
  DELETED: 'deleted',
  PENDING_DELETION: 'deleted',
}

function templateIn({ field, value = {} }: Change): TemplateNews | undefined {
  if (field !== 'message_template_status_update') return undefined
  const { event = '', message_template_name: name, message_template_language: language } = value
  const state = Object.hasOwn(TEMPLATE_EVENTS, event) ? TEMPLATE_EVENTS[event] : undefined
  return state && name && language ? { name, language, state } : undefined
}

const listOf = <T extends object>(list: readonly T[] | undefined): readonly T[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []

const isOurs = ({ field, value }: Change, phoneNumberId: string): boolean =>
  field === 'messages' && value?.metadata?.phone_number_id === phoneNumberId

function mapChange({ value = {} }: Change): Mapped {
  const contacts = listOf(value.contacts)
  const messages = listOf(value.messages)
  const statuses = listOf(value.statuses)
  return {
    ...NOTHING,
    arrivals: [
      ...messages.flatMap((message) => fromMessage(message, contacts) ?? []),
      ...statuses.flatMap((status) => fromStatus(status) ?? []),
    ],
    moves: messages.flatMap((message) => moveOf(message, contacts) ?? []),
    errors: [...listOf(value.errors), ...statuses.flatMap(troublesIn)],
  }
}

function fromMessage(message: RawMessage, contacts: readonly RawContact[]): Arrival | undefined {
  const { id, timestamp, context } = message
  const contact = senderOf(message, contacts)
  const person = idsOf(message, contact)
  const content = person && contentOf(message, person)
  if (!id || !person || !content) return undefined
  return {
    id: eventIdOf(id),
    ...timesOf(timestamp),
    person,
    ...(contact?.profile?.name && { personName: contact.profile.name }),
    message: as<ExternalId>(id),
    ...(context?.id && { replyTo: as<ExternalId>(context.id) }),
    content,
  }
}

/** Of several contacts the one who wrote; one alone is, unless it is called otherwise: two people must not become one. */
function senderOf({ from, from_user_id }: RawMessage, contacts: readonly RawContact[]) {
  const writer = contacts.find(
    ({ wa_id, user_id }) => (from && wa_id === from) || (from_user_id && user_id === from_user_id),
  )
  const [only, another] = contacts
  if (writer || !only || another) return writer
  const isAnother = (from && only.wa_id) || (from_user_id && only.user_id)
  return isAnother ? undefined : only
}

const DIGITS = /^\d+$/

function idsOf(message: RawMessage, contact: RawContact | undefined): PersonIds | undefined {
  return personOf(message.from ?? contact?.wa_id, message.from_user_id ?? contact?.user_id)
}

/** A number that is none would be taken for one by the network: it is left out. */
function personOf(phone: string | undefined, userId: string | undefined): PersonIds | undefined {
  const ids = {
    ...(phone && DIGITS.test(phone) && { phone }),
    ...(userId && !DIGITS.test(userId) && { userId }),
  }
  return ids.phone || ids.userId ? ids : undefined
}

/** WhatsApp's ids hold the phone number, readable for everybody; ids of events stand in logs. */
const eventIdOf = (messageId: string): string =>
  createHash('sha256').update(messageId).digest('base64url').slice(0, 22)

function timesOf(timestamp: string | undefined): { at: string; order: number } {
  const order = Number(timestamp) || 0
  return { at: new Date(order * SECOND).toISOString(), order }
}

const MEDIA = {
  image: 'photo',
  audio: 'voice',
  video: 'video',
  document: 'document',
} as const satisfies Record<string, MediaKind>

/** Kinds of message that a person sends and we have no use for. What is in no table is one too. */
const UNSUPPORTED: Readonly<Record<string, Unsupported>> = { sticker: 'sticker' }
/** Said beside a conversation, or by the app itself: no answer. */
const SILENT: ReadonlySet<string> = new Set(['reaction', 'system', 'request_welcome', 'ephemeral', 'revoke'])

function contentOf(message: RawMessage, { phone }: PersonIds): InboundContent | undefined {
  const { type = '', text, interactive, button, location, contacts, context } = message
  const question = context?.id ? { question: as<ExternalId>(context.id) } : {}
  if (type === 'text' && text?.body !== undefined) return { type: 'text', text: text.body }
  if (type === 'interactive') {
    const choice = interactive?.button_reply?.id ?? interactive?.list_reply?.id
    return choice ? { type: 'choice', choice, ...question } : { type: 'unsupported', what: 'other' }
  }
  if (type === 'button') {
    if (button?.payload) return { type: 'choice', choice: button.payload, ...question }
    return { type: 'text', text: button?.text ?? '' }
  }
  if (type === 'image' || type === 'audio' || type === 'video' || type === 'document')
    return mediaOf(message, type)
  if (type === 'location' && location?.latitude !== undefined && location.longitude !== undefined) {
    const label = [location.name, location.address].filter(Boolean).join(', ')
    return {
      type: 'location',
      lat: location.latitude,
      lon: location.longitude,
      ...(label && { label }),
    }
  }
  if (type === 'contacts') return contactOf(contacts, phone)
  return SILENT.has(type) ? undefined : { type: 'unsupported', what: UNSUPPORTED[type] ?? 'other' }
}

function mediaOf(message: RawMessage, type: keyof typeof MEDIA): InboundContent {
  const { id, mime_type: mime, caption, filename: fileName } = message[type] ?? {}
  if (!id) return { type: 'unsupported', what: 'other' }
  return {
    type: 'media',
    kind: MEDIA[type],
    ref: { id, ...(mime && { mime }), ...(fileName && { fileName }) },
    ...(caption && { caption }),
  }
}

function contactOf(contacts: RawMessage['contacts'], own: string | undefined): InboundContent {
  const { phone, wa_id } = listOf(listOf(contacts)[0]?.phones)[0] ?? {}
  const number = wa_id ? `+${wa_id}` : phone
  if (!number) return { type: 'unsupported', what: 'other' }
  return { type: 'contact', phone: number, own: own !== undefined && number.replace(/\D/g, '') === own }
}

/** `user_changed_number`: `from` is the old one, `wa_id` the new one; the same of `user_changed_user_id`. */
function moveOf(message: RawMessage, contacts: readonly RawContact[]): Mapped['moves'][number] | undefined {
  const { id, type, system } = message
  if (!id || type !== 'system' || !/^user_changed_/.test(system?.type ?? '')) return undefined
  const before = idsOf(message, senderOf(message, contacts))
  const from = personOf(before?.phone, system?.previous_user_id ?? before?.userId)
  const to = personOf(system?.wa_id, system?.user_id)
  return from && to && { id: eventIdOf(id), from, to }
}

/** That a message was sent is known from the answer to the sending. */
const STATUSES = { delivered: 'delivered', read: 'read', played: 'read', failed: 'refused' } as const

function fromStatus(raw: RawStatus): Arrival | undefined {
  const { id, status = '', timestamp, recipient_id, recipient_user_id, errors } = raw
  const person = personOf(recipient_id, recipient_user_id)
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status as keyof typeof STATUSES] : undefined
  if (!id || !person || !known) return undefined
  const [error] = listOf(errors)
  const message = as<ExternalId>(id)
  return {
    id: `receipt:${eventIdOf(id)}:${known}`,
    ...timesOf(timestamp),
    person,
    content: {
      type: 'receipt',
      message,
      status: known,
      ...(known === 'refused' && {
        why: refusalOf(error?.code),
        detail: [error?.code, error?.title].filter(Boolean).join(' '),
      }),
    },
  }
}

/** A failed message's errors that are not its own: somebody must do something about the line. */
const troublesIn = ({ status, errors }: RawStatus): readonly RawError[] =>
  status === 'failed' ? listOf(errors).filter(({ code }) => troubleOf({ code, status: 400 })) : []

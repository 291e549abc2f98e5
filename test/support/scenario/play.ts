import { submitReport } from '../../../src/app/submit-report.js'
import type { PhoneMessage } from '../../../src/channels/simulator/conversation.js'
import type { Phone } from '../../../src/channels/simulator/phone.js'
import { choiceOf } from '../../../src/channels/simulator/scenario.js'
import {
  as,
  type CategoryCode,
  type ChatId,
  type ExternalId,
  LOCALES,
  type Locale,
  type UserId,
} from '../../../src/kernel/ids.js'
import type { Button, Choice } from '../../../src/messaging/outbound.js'
import type { Cast, Person } from './cast.js'
import { photos, photoWithPlace, voice } from './files.js'
import type { Input, Sent, Words } from './script.js'
import type { Stage } from './stage.js'
import { LINK_CODE } from './transcript.js'

interface Scene {
  readonly stage: Stage
  readonly cast: Cast
  readonly locale: Locale
}

/** Does what the line says and tells what was really done; undefined: it does not happen on such a phone. */
export async function play(input: Exclude<Input, { do: 'title' }>, scene: Scene): Promise<string> {
  const { stage, cast, locale } = scene
  switch (input.do) {
    case 'forward': {
      const { movableClock } = stage.product
      await movableClock?.advance(input.ms)
      return `the clock: ${movableClock?.now().toLocaleString('en-GB', { timeZone: 'Europe/Rome', dateStyle: 'full', timeStyle: 'short' })}`
    }
    case 'given':
      await fileReports(input, scene)
      return `before: ${input.count} × ${input.category}, from ${input.by ?? 'other people'}`
  }
  const person = cast.find(input.actor)
  const { phone } = person
  switch (input.do) {
    case 'text': {
      const words = input.words[locale]
      const replyTo = input.replyTo && messageWith(phone, input.replyTo[locale], 'bot')
      await phone.sendText(words, { replyTo })
      return `${input.actor}${replying(input, locale)}: ${words}`
    }
    case 'tap':
      return tap(person, input.choice, scene)
    case 'forge': {
      const { adapters } = stage.product.channels
      if (adapters.get(phone.address.channel)?.capabilities.maxButtons === 0)
        return `${input.actor} has no buttons to press`
      const last = phone.messages.findLast(({ by }) => by === 'bot')
      await phone.press(last?.id ?? as<ExternalId>('1'), input.data)
      return `${input.actor} forges a press of ${input.data}`
    }
    case 'send': {
      const replyTo = input.replyTo && messageWith(phone, input.replyTo[locale], 'bot')
      return `${input.actor}${replying(input, locale)} sends ${await send(phone, input.sent, locale, replyTo)}`
    }
    case 'edit': {
      const old = input.message === 'last' ? undefined : input.message[locale]
      const message = messageWith(phone, old ?? '', 'person')
      await phone.editText(message, input.words[locale])
      return `${input.actor} changes ${old === undefined ? 'the last message' : `«${old}»`}: ${input.words[locale]}`
    }
    case 'block':
      await phone.setBlocked(input.blocked)
      return `${input.actor} ${input.blocked ? 'blocks' : 'unblocks'} the line`
    case 'join': {
      const words = `/start ${newest(cast, /\/start ([\w-]{43})/)}`
      await phone.sendText(words)
      return `${input.actor}: ${words}`
    }
    case 'code': {
      const words = `${input.words[locale]} ${newest(cast, LINK_CODE)}`.trim()
      await phone.sendText(words)
      return `${input.actor}: ${words}`
    }
  }
  input satisfies never
}

const replying = ({ replyTo }: { readonly replyTo?: Words }, locale: Locale): string =>
  replyTo ? ` (reply to «${replyTo[locale]}»)` : ''

/** The newest message of that side with these words in it. */
function messageWith(phone: Phone, words: string, by: 'bot' | 'person'): ExternalId {
  const found = phone.messages.findLast(
    (message) => message.by === by && message.content.type === 'text' && message.content.text.includes(words),
  )
  if (!found) throw new Error(`No message with «${words}» on the phone`)
  return found.id
}

/** The newest one that any phone shows of what is drawn anew each time. */
function newest({ people }: Cast, what: RegExp): string {
  const shown = people.flatMap(({ phone }) =>
    phone.messages.flatMap(({ by, content }) =>
      by === 'bot' && content.type === 'text' ? [content.text] : [],
    ),
  )
  const found = shown.flatMap((text) => what.exec(text)?.[1] ?? []).at(-1)
  if (!found) throw new Error('No phone shows one')
  return found
}

/** Presses the button where the newest offer has one, also on the next pages of a list, else types what stands for it. */
async function tap(person: Person, choice: string, scene: Scene): Promise<string> {
  const { name, phone } = person
  const { stage, cast } = scene
  const offered = await offerOf(choice, phone, stage)
  if (!offered) throw new Error(`${name} was never offered ${choice}`)
  for (const message of phone.messages.toReversed()) {
    const button = buttonsOf(message).find(({ id }) => id === offered.choice.id)
    if (!button) continue
    await phone.press(message.id, button.id)
    return `${name} presses [${button.label}]`
  }
  const newest = offered.choice.word ? undefined : phone.messages.at(-1)
  const more = newest && buttonsOf(newest).find(({ id }) => NEXT_PAGE.test(id))
  if (newest && more) {
    await phone.press(newest.id, more.id)
    await stage.rest(cast.taken)
    return `${name} presses [${more.label}]; ${await tap(person, choice, scene)}`
  }
  const typed = typedFor(offered.choice, offered.index, phone, stage.product.translate)
  await phone.sendText(typed)
  return `${name}: ${typed}`
}

async function offerOf(choice: string, { address }: Phone, { said }: Stage) {
  for (const { choices = [] } of await said(address.channel, address.chat)) {
    const index = choices.findIndex(({ id }) => choiceOf(id) === choice)
    const found = choices[index]
    if (found) return { choice: found, index }
  }
}

/** The row that leads from the last page of a list to its first turns nothing new up. */
const NEXT_PAGE = /^page:.*:[1-9]\d*$/

const buttonsOf = ({ content }: PhoneMessage): readonly Button[] =>
  content.type === 'text' ? (content.buttons?.flat() ?? []) : []

/** What a person types who reads the newest message with this choice; throws when it does not stand there. */
function typedFor(
  choice: Choice,
  index: number,
  phone: Phone,
  translate: (text: Choice['label'], locale: Locale) => string,
): string {
  const shown = phone.messages
    .map(({ by, content }) => (by === 'bot' && content.type === 'text' ? content.text : ''))
    .join('\n')
  // A person may have changed the language on the way.
  for (const locale of LOCALES) {
    const label = translate(choice.label, locale)
    if (phone.keyboard?.others.includes(label)) return label
    const typed = choice.word ? translate(choice.word, locale) : (choice.command ?? String(index + 1))
    const line = choice.word ? typed : choice.command ? `${label}: ${typed}` : `${typed}. ${label}`
    if (shown.includes(line)) return typed
  }
  throw new Error(`The phone never showed «${translate(choice.label, 'it')}»`)
}

async function send(phone: Phone, sent: Sent, locale: Locale, replyTo?: ExternalId): Promise<string> {
  switch (sent.what) {
    case 'pin':
    case 'live':
    case 'venue': {
      const label = sent.label?.[locale]
      await phone.sendLocation(sent, { replyTo, label, live: sent.what === 'live' })
      return `a ${sent.what === 'live' ? 'live location' : sent.what} at ${sent.lat} ${sent.lon}${label ? ` «${label}»` : ''}`
    }
    case 'photo': {
      const caption = sent.caption?.[locale]
      await phone.sendPhotos(photos(sent.count), caption, { replyTo })
      const what = sent.count === 1 ? 'a photo' : `an album of ${sent.count} photos`
      return `${what}${caption ? ` «${caption}»` : ''}`
    }
    case 'contact':
      await phone.sendContact(sent.phone, sent.own)
      return `${sent.own ? 'the own contact' : "somebody else's contact"} ${sent.phone}`
    case 'gps-document':
      await phone.sendDocument(await photoWithPlace(), 'buca.jpg', 'image/jpeg')
      return 'a picture as a file, taken at 44.5497 7.7237'
    case 'text-named-jpg':
      await phone.sendDocument(Buffer.from('no picture'), 'buca.jpg', 'image/jpeg')
      return 'a text file named buca.jpg'
    case 'text-file':
      await phone.sendDocument(Buffer.from('words'), 'lettera.pdf', 'application/pdf')
      return 'a file lettera.pdf'
    case 'voice':
      await phone.sendVoice(voice(), 'audio/ogg', { replyTo })
      return 'a voice message'
    case 'text-named-ogg':
      await phone.sendVoice(Buffer.from('no voice'), 'audio/ogg')
      return 'a text as a voice message'
    case 'video':
      await phone.sendVideo(Buffer.from('video'), 'video/mp4')
      return 'a video'
    case 'sticker':
      await phone.sendSticker()
      return 'a sticker'
  }
  sent satisfies never
}

async function fileReports(
  { count, category, by }: Extract<Input, { do: 'given' }>,
  { stage, cast, locale }: Scene,
): Promise<void> {
  const { unitOfWork, clock, config } = stage.product
  // They came on many days.
  const limits = { ...config.town.limits, reportsPerDay: Number.MAX_SAFE_INTEGER }
  for (let number = 1; number <= count; number++) {
    const phone = by === undefined ? undefined : cast.find(by).phone
    const from = phone?.address ?? { channel: stage.channels.citizen, chat: as<ChatId>(`other-${number}`) }
    const acting = {
      from,
      actor: from.chat as string as UserId,
      name: phone?.name ?? `Cittadino ${number}`,
      locale,
      now: clock.now(),
      town: { ...config.town, limits },
    }
    const street = 'Via Roma'
    const place = { line: `${street} ${number}`, street, houseNumber: String(number) }
    const submission = {
      category: as<CategoryCode>(category),
      place,
      description: '',
      attachments: [],
      urgent: false,
    }
    await unitOfWork.run((tx) => submitReport(tx, acting, submission))
  }
}

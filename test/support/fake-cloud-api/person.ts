import { setTimeout as sleep } from 'node:timers/promises'
import type { Posted } from './rules.js'

/** A message from the town, as the phone shows it. */
export interface Shown {
  readonly id: string
  /** When it arrived, by the monotonic clock. */
  readonly at: number
  readonly text: string
  /** Labels of buttons or rows, with the data they carry. */
  readonly choices: readonly { readonly label: string; readonly data: string }[]
  readonly posted: Posted
}

/** Somebody with WhatsApp. */
export interface WhatsAppPerson {
  readonly phone: string
  readonly userId: string
  /** Does not show the number to the town. */
  hidden: boolean
  readonly messages: readonly Shown[]
  send(text: string, more?: { readonly replyTo?: string }): string
  sendPhoto(bytes: Buffer, caption?: string): void
  sendLocation(lat: number, lon: number): void
  /** Presses on the newest message that offers this label, or a part of it. */
  press(label: string): void
  /** The newest message with these words that came since the last thing the person did, or that is still to come. */
  waitFor(words: string | RegExp, withinMs?: number): Promise<Shown>
  /** The phone tells the network: delivered, and read. */
  read(id: string): void
}

export interface PersonDeps {
  readonly phone: string
  readonly userId: string
  readonly displayName: string
  /** Hands a message to the network. Returns its id. */
  emit(message: object, person: WhatsAppPerson): string
  status(id: string, status: 'delivered' | 'read'): void
  addFile(bytes: Buffer): string
}

const within = (text: string, words: string | RegExp): boolean =>
  typeof words === 'string' ? text.includes(words) : words.test(text)

export function createPerson(deps: PersonDeps): WhatsAppPerson & { show(message: Shown): void } {
  const shown: Shown[] = []
  let seen = 0
  const act = (message: object): string => {
    seen = shown.length
    return deps.emit(message, person)
  }
  const person: WhatsAppPerson & { show(message: Shown): void } = {
    phone: deps.phone,
    userId: deps.userId,
    hidden: false,
    messages: shown,
    show: (message) => void shown.push(message),
    send: (text, { replyTo } = {}) =>
      act({ type: 'text', text: { body: text }, ...(replyTo && { context: { id: replyTo } }) }),
    sendPhoto(bytes, caption) {
      const image = { id: deps.addFile(bytes), mime_type: 'image/jpeg', ...(caption && { caption }) }
      act({ type: 'image', image })
    },
    sendLocation: (latitude, longitude) => void act({ type: 'location', location: { latitude, longitude } }),
    press(label) {
      const message = shown.findLast(({ choices }) => choices.some((one) => one.label.includes(label)))
      const choice = message?.choices.find((one) => one.label.includes(label))
      if (!message || !choice) throw new Error(`Nobody offers "${label}"`)
      act({ ...pressOf(message.posted, choice), context: { id: message.id } })
    },
    async waitFor(words, withinMs = 10_000) {
      const end = Date.now() + withinMs
      for (;;) {
        const found = shown.slice(seen).findLast(({ text }) => within(text, words))
        if (found) return found
        if (Date.now() > end) {
          const said = shown.slice(seen).map(({ text }) => text)
          throw new Error(`Not within ${withinMs} ms: ${words}\nBut:\n${said.join('\n---\n')}`)
        }
        await sleep(5)
      }
    },
    read(id) {
      deps.status(id, 'delivered')
      deps.status(id, 'read')
    },
  }
  return person
}

function pressOf({ type, interactive }: Posted, { label, data }: { label: string; data: string }): object {
  if (type === 'template') return { type: 'button', button: { payload: data, text: label } }
  const reply = { id: data, title: label }
  return {
    type: 'interactive',
    interactive:
      interactive?.type === 'list'
        ? { type: 'list_reply', list_reply: reply }
        : { type: 'button_reply', button_reply: reply },
  }
}

/** What a phone makes of what was posted. */
export function shownOf(id: string, posted: Posted): Shown {
  const { text, interactive, template } = posted
  const buttons = interactive?.action?.buttons ?? []
  const rows = (interactive?.action?.sections ?? []).flatMap((section) => section.rows)
  const values = (template?.components ?? []).filter(({ type }) => type === 'body')
  const presses = (template?.components ?? []).filter(({ type }) => type === 'button')
  const filled = values.flatMap(({ parameters }) => parameters.map((value) => value.text ?? ''))
  return {
    id,
    at: performance.now(),
    text:
      text?.body ??
      interactive?.body?.text ??
      (template ? [template.name, ...filled].join(' | ') : (posted.type ?? '')),
    choices: [
      ...buttons.map(({ reply }) => ({ label: reply.title, data: reply.id })),
      ...rows.map((row) => ({ label: row.description ?? row.title, data: row.id })),
      ...presses.map(({ index, parameters }) => ({
        label: `reply ${index}`,
        data: parameters[0]?.payload ?? '',
      })),
    ],
    posted,
  }
}

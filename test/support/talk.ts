import { advance, type Incoming, type RepliedTo } from '../../src/dialog/advance.js'
import type { Dialogs, Effect } from '../../src/dialog/dialog.js'
import { type Json, newSession, type Session } from '../../src/dialog/session.js'
import type { World } from '../../src/dialog/world.js'
import type { ChannelName, ChatId, ExternalId, Locale, UserId } from '../../src/kernel/ids.js'
import type { Text } from '../../src/kernel/text.js'
import type { InboundContent } from '../../src/messaging/inbound.js'
import type { OutboundMessage } from '../../src/messaging/outbound.js'

/** What one event brought, effects answered and all. */
export interface Heard {
  readonly before: Session
  readonly after: Session
  /** In order, edits of earlier messages included. */
  readonly said: readonly OutboundMessage[]
  /** Keys of every paragraph but of edits. */
  readonly keys: readonly string[]
  readonly effects: readonly Effect[]
}

export interface Talk {
  readonly session: () => Session
  hear(incoming: Incoming): Heard
  send(content: InboundContent, more?: { repliedTo?: RepliedTo; message?: string }): Heard
  type(words: string, about?: RepliedTo): Heard
  /** Presses the button of the open question, by the id that the dialog gave it; any other data goes as it is. */
  press(id: string): Heard
  /** The same conversation so far, to try something out on. */
  copy(): Talk
}

export interface TalkOptions {
  readonly dialogs: Dialogs
  world(): World
  /** What the use cases would answer. */
  answer(effect: Effect): Json
  readonly session?: Session
  readonly locale?: Locale
}

const MOST_ROUNDS = 8
const FROM = { channel: 'telegram' as ChannelName, chat: 'anna' as ChatId }

/** One chat's conversation, without a database: what it remembers goes through JSON after each event. */
export function aTalk(options: TalkOptions): Talk {
  const { dialogs, world, answer, locale = 'it' } = options
  let session = options.session ?? newSession(locale)
  let order = 0

  function hear(incoming: Incoming): Heard {
    const before = session
    const said: OutboundMessage[] = []
    const effects: Effect[] = []
    let pending: Incoming[] = [incoming]
    for (let round = 0; pending.length > 0; round++) {
      if (round === MOST_ROUNDS) throw new Error('More rounds of effects than a turn allows')
      const next: Incoming[] = []
      for (const one of pending) {
        const advanced = advance(dialogs, session, one, world())
        session = advanced.session
        for (const step of advanced.steps) {
          if (step.type === 'say') said.push(step.message)
          else {
            effects.push(step.effect)
            const result = answer(step.effect)
            if (step.effect.ref !== undefined) next.push({ type: 'done', ref: step.effect.ref, result })
          }
        }
      }
      pending = next
    }
    const after = session
    session = JSON.parse(JSON.stringify(after))
    return { before, after, said, keys: said.flatMap(keysOf), effects }
  }

  function send(content: InboundContent, more: { repliedTo?: RepliedTo; message?: string } = {}): Heard {
    order++
    const event = {
      id: `u${order}`,
      from: FROM,
      actor: 'anna' as UserId,
      at: world().now.toISOString(),
      order,
      message: (more.message ?? `m${order}`) as ExternalId,
      private: true,
      ...content,
    }
    return hear({ type: 'inbound', event, repliedTo: more.repliedTo })
  }

  return {
    session: () => session,
    hear,
    send,
    type: (words, about) => send({ type: 'text', text: words }, { repliedTo: about }),
    press(id) {
      const { open } = session
      return send({
        type: 'choice',
        choice: open?.choices.find((one) => one.id === `${open.number}.${id}`)?.id ?? id,
      })
    },
    copy: () => aTalk({ ...options, session }),
  }
}

const keysOf = ({ body, replaces }: OutboundMessage): string[] =>
  replaces ? [] : body.flatMap((part: Text) => ('key' in part ? part.key : []))

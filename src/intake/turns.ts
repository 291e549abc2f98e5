import type { Acting } from '../app/effects.js'
import type { StaffMember, Tx } from '../app/ports.js'
import { type Advanced, advance, type Incoming, type RepliedTo } from '../dialog/advance.js'
import type { Dialogs } from '../dialog/dialog.js'
import { type Json, newSession, SESSION_VERSION, type Session } from '../dialog/session.js'
import type { World } from '../dialog/world.js'
import type { Town } from '../domain/town.js'
import { LOCALES, type Locale, type UserId } from '../kernel/ids.js'
import { sideBySide } from '../kernel/side-by-side.js'
import { text } from '../kernel/text.js'
import type { Address, InboundEvent } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'

/** Effects that ask one another: more rounds than this are a mistake in a dialog. */
const MOST_ROUNDS = 8

/** One chat's part of a batch. */
export interface TurnInput {
  readonly chat: Address
  readonly incoming: Incoming
}

/** An effect as the intake carries it out; the audience's own table is checked where it is written. */
export type AnyEffects = Readonly<Record<string, (tx: Tx, input: never, acting: Acting) => Promise<unknown>>>

/** One kind of people: what can be talked about, and what can be done. */
export interface Audience {
  readonly name: 'citizen' | 'staff'
  readonly dialogs: Dialogs
  readonly effects: AnyEffects
  /** Effects that reach into another person's chat: the transaction must be theirs alone. */
  readonly alone?: ReadonlySet<string>
}

/** A batch in which somebody asks for what must be done alone: it is taken apart, and each chat has its own transaction. */
export class NotTogether extends Error {
  override readonly name = 'NotTogether'
}

export interface TurnDeps {
  readonly audience: Audience
  readonly world: Omit<World, 'now' | 'staff'>
  now(): Date
}

interface Chat {
  readonly input: TurnInput
  readonly acting: Acting
  readonly world: World
  readonly restarted: boolean
  session: Session
  pending: Incoming[]
}

/** The step of several chats, in the transaction given: sessions locked, stepped, saved; effects and words written. */
export async function runTurns(deps: TurnDeps, tx: Tx, inputs: readonly TurnInput[]): Promise<void> {
  const chats = await begin(deps, tx, inputs)
  for (const chat of chats) {
    if (chat.restarted) put(tx, chat, { body: [text('dialog.restarted')] })
  }
  // Citizens' conversations change nothing of one another's (what does is done alone), so their effects go to the
  // database together. Two of the staff may want the same report, or the same invitation: the second one must see what
  // the first one did.
  const together = deps.audience.name === 'citizen' && chats.length > 1
  if (together) await sideBySide(chats.map((chat) => converse(deps, tx, chat, together)))
  else for (const chat of chats) await converse(deps, tx, chat, together)
  tx.turns.saveSessions(chats.map(({ input, session }) => ({ chat: input.chat, state: session })))
}

/** Steps one chat until no effect has an answer any more. */
async function converse({ audience }: TurnDeps, tx: Tx, chat: Chat, together: boolean): Promise<void> {
  for (let round = 0; chat.pending.length > 0; round++) {
    if (round === MOST_ROUNDS) throw new Error('A conversation asked for more than eight rounds of effects')
    const incoming = chat.pending
    chat.pending = []
    for (const one of incoming) {
      const advanced = advance(audience.dialogs, chat.session, one, chat.world)
      chat.session = advanced.session
      if (
        together &&
        advanced.steps.some((step) => step.type === 'do' && audience.alone?.has(step.effect.type))
      )
        throw new NotTogether()
      await carryOut(audience, tx, chat, advanced)
    }
  }
}

/** Empties a conversation whose state no event gets past: the next one finds it as it was at the first contact. */
export async function beginAnew({ world }: TurnDeps, tx: Pick<Tx, 'turns'>, chat: Address): Promise<void> {
  const [stored] = await tx.turns.lockSessions([chat])
  const locale = LOCALES.find((known) => known === localeBefore(stored?.state)) ?? world.town.locale
  const state: Session = { ...newSession(locale), asked: askedBefore(stored?.state) }
  tx.turns.saveSessions([{ chat, state }])
}

async function begin(deps: TurnDeps, tx: Tx, inputs: readonly TurnInput[]): Promise<Chat[]> {
  const stored = await tx.turns.lockSessions(inputs.map(({ chat }) => chat))
  const states = new Map(stored.map(({ chat, state }) => [`${chat.channel}/${chat.chat}`, state]))
  const beginOne = async (input: TurnInput): Promise<Chat> => {
    const event = input.incoming.type === 'inbound' ? input.incoming.event : undefined
    const state = states.get(`${input.chat.channel}/${input.chat.chat}`)
    const staff = event && deps.audience.name === 'staff' ? await findStaff(tx, event) : undefined
    const kept = readSession(state, deps.audience.dialogs)
    // Who was staff and is no more leaves at once, with all that was open on the desk.
    const session = event && deps.audience.name === 'staff' && !staff ? undefined : kept
    const locale = staff?.locale ?? session?.locale ?? firstLocale(event?.locale, deps.world.town)
    const now = deps.now()
    return {
      input,
      session: session ? { ...session, locale } : { ...newSession(locale), asked: askedBefore(state) },
      restarted: state != null && kept === undefined,
      pending: [await withReply(tx, input)],
      world: { ...deps.world, now, staff },
      acting: {
        from: input.chat,
        actor: event?.actor ?? (input.chat.chat as string as UserId),
        name: event?.personName,
        phone: event?.phone,
        locale,
        staff,
        now,
        town: deps.world.town,
      },
    }
  }
  return sideBySide(inputs.map(beginOne))
}

async function carryOut(audience: Audience, tx: Tx, chat: Chat, { steps }: Advanced): Promise<void> {
  for (const step of steps) {
    if (step.type === 'say') {
      put(tx, chat, step.message)
      continue
    }
    const { type, ref, input } = step.effect
    const effect = audience.effects[type]
    if (!effect) throw new Error(`A dialog asked for an effect that does not exist: ${type}`)
    const acting = { ...chat.acting, locale: chat.session.locale }
    const result = (await effect(tx, input as never, acting)) as Json
    if (ref !== undefined) chat.pending.push({ type: 'done', ref, result })
  }
}

const put = (tx: Tx, chat: Chat, message: OutboundMessage): void =>
  tx.outbox.put({ to: chat.input.chat, locale: chat.session.locale, message })

/** A session of another version, or in the middle of a dialog that is no more, starts again politely. */
function readSession(state: unknown, { byName }: Dialogs): Session | undefined {
  const session = state as Session | null
  if (session?.v !== SESSION_VERSION) return undefined
  return [...session.frames, ...session.waiting].every(({ dialog }) => byName.has(dialog))
    ? session
    : undefined
}

/** Question numbers go on: an old button must not fit a question of the new session. */
const askedBefore = (state: unknown): number => {
  const asked = (state as { asked?: unknown } | null | undefined)?.asked
  return typeof asked === 'number' ? asked : 0
}

const localeBefore = (state: unknown): unknown => (state as { locale?: unknown } | null | undefined)?.locale

const findStaff = (tx: Tx, event: InboundEvent): Promise<StaffMember | undefined> =>
  tx.staff.find(event.from.channel, event.actor)

async function withReply(tx: Tx, { chat, incoming }: TurnInput): Promise<Incoming> {
  if (incoming.type !== 'inbound' || !incoming.event.replyTo) return incoming
  const repliedTo: RepliedTo | undefined = await tx.outbox.findByExternalId(chat, incoming.event.replyTo)
  return { ...incoming, repliedTo }
}

/** The app's language is the first guess; a language that we do not speak gives the town's own. */
function firstLocale(app: string | undefined, town: Town): Locale {
  const language = app?.slice(0, 2).toLowerCase()
  return LOCALES.find((locale) => locale === language) ?? town.locale
}

import type { ReportId } from '../kernel/ids.js'
import { BLANK_LINE, type Text, text } from '../kernel/text.js'
import type { InboundEvent } from '../messaging/inbound.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { Ctx, Dialog, DialogEvent, Dialogs, Effect, Envelope, Move } from './dialog.js'
import { isLight, nextFrames } from './frames.js'
import { choicesOf, labelOf, sayable, staysOpen } from './open-question.js'
import { choiceData, questionTag, relate } from './relate.js'
import type { Frame, Session } from './session.js'
import type { World } from './world.js'

/** The message of ours that a person replied to. */
export interface RepliedTo {
  readonly about?: ReportId
  readonly tag?: string
}

/** What enters a conversation. */
export type Incoming =
  | { readonly type: 'inbound'; readonly event: InboundEvent; readonly repliedTo?: RepliedTo }
  | Extract<DialogEvent, { type: 'done' | 'nudge' }>
  /** Another part of the product has a question for this person; it waits until the person is idle. */
  | { readonly type: 'ask'; readonly dialog: string; readonly state: Frame['state'] }

/** To be said in this turn, in order, or to be done. */
export type Step =
  | { readonly type: 'say'; readonly message: OutboundMessage }
  | { readonly type: 'do'; readonly effect: Effect }

export interface Advanced {
  readonly session: Session
  readonly steps: readonly Step[]
}

/** One step of a conversation. Pure, JSON in and JSON out. */
export function advance(dialogs: Dialogs, session: Session, incoming: Incoming, world: World): Advanced {
  const step = new Stepper(dialogs, session, world, envelopeOf(incoming, world))
  if (incoming.type === 'ask') {
    step.session = {
      ...session,
      waiting: [...session.waiting, { dialog: incoming.dialog, state: incoming.state }],
    }
    step.settle()
  } else if (incoming.type === 'inbound') {
    const about = aboutOf(incoming.repliedTo, session)
    const related = relate(incoming.event, session, world, dialogs, about)
    if (related?.type === 'outdated') step.outdated()
    else if (related?.type === 'page') step.turn(related.page)
    else if (related) step.hear(related.event)
  } else if (incoming.type === 'nudge') {
    step.nudge(incoming)
  } else {
    step.hear(incoming)
  }
  return { session: step.session, steps: step.steps }
}

/** A reply to the open question answers it, whatever report it is about. */
const aboutOf = (repliedTo: RepliedTo | undefined, { open }: Session): ReportId | undefined =>
  open && repliedTo?.tag === questionTag(open.number) ? undefined : repliedTo?.about

const envelopeOf = (incoming: Incoming, world: World): Envelope =>
  incoming.type === 'inbound'
    ? { message: incoming.event.message, at: incoming.event.at }
    : { at: world.now.toISOString() }

/** Holds the session while one event is worked through; never leaves `advance`. */
class Stepper {
  readonly steps: Step[] = []
  /** Waits for the question that it will stand over. */
  private lead: readonly Text[] = []

  constructor(
    private readonly dialogs: Dialogs,
    public session: Session,
    private readonly world: World,
    private readonly envelope: Envelope,
  ) {}

  hear(event: DialogEvent): void {
    const first = event.type === 'done' ? null : this.dialogs.first(event, this.session, this.ctx())
    if (first && !('instead' in first)) {
      this.apply(first, this.top(), event)
      if (first.pass) this.hear(event)
    } else this.tell(first ? first.instead : asWay(event))
  }

  /** The dialog on top decides; then whoever is below, if it passes; else the audience. */
  private tell(event: DialogEvent): void {
    // What is corrected may be part of something below.
    if (event.type === 'edited') {
      this.nudge(event)
      return
    }
    const index = this.top()
    const move = index < 0 ? null : this.handle(index, event)
    if (move?.pass) {
      this.session = { ...this.session, frames: nextFrames(this.session.frames, move, index) }
      for (const effect of move.effects ?? []) this.steps.push({ type: 'do', effect })
      this.hear(event)
    } else if (move) {
      this.apply(move, index, event)
    } else if ((event.type === 'cancel' || event.type === 'back') && index >= 0) {
      this.apply({ say: [{ body: [text('dialog.cancelled')] }], end: true }, index, event)
    } else {
      this.apply(this.dialogs.rest(event, this.session, this.ctx()), -1, event)
    }
  }

  /** What is not the person's own goes to whichever dialog under way knows it, the topmost first. */
  nudge(event: Extract<DialogEvent, { type: 'nudge' | 'edited' }>): void {
    for (let index = this.top(); index >= 0; index--) {
      const move = this.handle(index, event)
      if (!move) continue
      this.apply(move, index, event)
      return
    }
    this.apply(this.dialogs.rest(event, this.session, this.ctx()), -1, event)
  }

  outdated(): void {
    this.say({ body: [text('dialog.outdated')] })
    if (this.session.open) this.ask()
  }

  /** Puts the open question once more, with another part of its choices. */
  turn(page: number): void {
    const { open } = this.session
    if (!open) return
    const { number, body, choices, ask, about } = open
    this.session = { ...this.session, open: { ...open, page } }
    this.say({ body, choices: sayable(choices), page, ask, about, tag: questionTag(number) })
  }

  /** Puts the question of the dialog on top; idle, or where one only looks: what waited to be asked. */
  settle(): void {
    const { frames, open, waiting } = this.session
    const [next, ...rest] = waiting
    const top = frames.at(-1)
    if (next && frames.every((frame) => isLight(this.dialogs, frame))) {
      this.session = { ...this.session, waiting: rest, frames: [next] }
    } else if (next && top?.dialog === next.dialog && isLight(this.dialogs, top)) {
      // What it asks goes on with what the person looks at: whatever is below waits for that anyway.
      this.session = { ...this.session, waiting: rest, frames: [...frames.slice(0, -1), next] }
    } else if (open) return
    this.ask()
  }

  private apply(move: Move, index: number, event: DialogEvent): void {
    const { frames, memory, waiting } = this.session
    const before = this.top()
    this.session = {
      ...this.session,
      frames: nextFrames(frames, move, index),
      waiting: move.later ? [...waiting, move.later] : waiting,
      memory: move.remember ? { ...memory, ...move.remember } : memory,
      locale: move.locale ?? this.session.locale,
    }
    const replaced = index === before || move.begin !== undefined || index < 0
    const closes = !move.quiet && replaced && !staysOpen(this.session.open, event)
    if (closes) this.close(event)
    for (const { leads, ...saying } of move.say ?? []) {
      if (leads) this.lead = [...this.lead, ...saying.body]
      else this.say(saying)
    }
    const asks = closes && !move.effects?.some(({ ref }) => ref !== undefined)
    if (!asks) this.sayLead()
    for (const effect of move.effects ?? []) this.steps.push({ type: 'do', effect })
    if (!asks) return
    this.settle()
    this.sayLead()
  }

  private sayLead(): void {
    const body = this.lead
    this.lead = []
    if (body.length > 0) this.say({ body })
  }

  private ask(): void {
    const index = this.top()
    const frame = this.session.frames[index]
    const question = frame ? this.dialog(frame).question(frame.state, this.ctx()) : null
    if (!question) return
    this.close()
    const number = this.session.asked + 1
    const choices = choicesOf(question, number)
    const { ask, about, media, pin, news } = question
    // The app's own keyboard can only be taken away by words without buttons.
    if (this.session.keyboard && !ask) this.sayLead()
    const body = this.lead.length > 0 ? [...this.lead, BLANK_LINE, ...question.body] : question.body
    this.lead = []
    this.session = {
      ...this.session,
      asked: number,
      open: { number, body, choices, ask, about },
      keyboard: ask ? true : this.session.keyboard,
    }
    this.say({
      body,
      choices: sayable(choices),
      ask,
      about,
      media,
      pin,
      news,
      tag: questionTag(number),
    })
  }

  /** Takes the buttons of the open question away, but for those that stay, and writes the answer under it. */
  private close(event?: DialogEvent): void {
    const { open } = this.session
    if (!open) return
    this.session = { ...this.session, open: undefined }
    if (open.choices.length === 0 || open.ask) return
    const chosen = event?.type === 'choice' ? labelOf(open, event.id) : undefined
    const staying = open.choices.filter(
      (choice) => choice.keep && !choice.id.startsWith(choiceData(open.number, '')),
    )
    if (staying.length === open.choices.length) return
    this.say({
      choices: staying.length > 0 ? sayable(staying) : undefined,
      body: chosen ? [...open.body, text('dialog.chosen', { choice: chosen })] : open.body,
      replaces: { tag: questionTag(open.number), otherwise: 'drop' },
      about: open.about,
    })
  }

  private say(message: OutboundMessage): void {
    const { keyboard, open } = this.session
    const hideAsk = keyboard && !open?.ask && !message.choices && !message.replaces
    if (hideAsk) this.session = { ...this.session, keyboard: undefined }
    this.steps.push({ type: 'say', message: hideAsk ? { ...message, hideAsk } : message })
  }

  private handle(index: number, event: DialogEvent): Move | null {
    const frame = this.session.frames[index]
    return frame ? this.dialog(frame).handle(frame.state, event, this.ctx()) : null
  }

  private dialog(frame: Frame): Dialog {
    const dialog = this.dialogs.byName.get(frame.dialog)
    if (!dialog) throw new Error(`Session names a dialog that does not exist: ${frame.dialog}`)
    return dialog
  }

  private top(): number {
    return this.session.frames.length - 1
  }

  private ctx(): Ctx {
    const { locale, memory } = this.session
    return { world: this.world, locale, memory, envelope: this.envelope }
  }
}

const asWay = (event: DialogEvent): DialogEvent =>
  event.type === 'choice' && (event.id === 'back' || event.id === 'cancel') ? { type: event.id } : event

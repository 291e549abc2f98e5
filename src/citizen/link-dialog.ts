import type { Dialog, DialogEvent, Move, Question } from '../dialog/dialog.js'
import type { Frame, Json } from '../dialog/session.js'
import type { ChannelName } from '../kernel/ids.js'
import { type Text, text, verbatim } from '../kernel/text.js'
import { tokens } from '../kernel/words.js'
import { cut } from '../messaging/lengths.js'
import { effect, resultOf } from './effects.js'
import { leaveFor } from './leave.js'

/** UTF-16 units of a name that another person chose: enough to be known by, too little to give orders. */
const NAME_SHOWN = 40

const WORDS_OF_AN_ANSWER = 3

interface Asked {
  readonly link: number
  /** Where the code was typed, and the name that the app shows there. */
  readonly channel: ChannelName
  readonly name?: string
}

type State =
  | { readonly step: 'begin' }
  /** The code was shown; it stands in the chat, not here. */
  | { readonly step: 'given' }
  | { readonly step: 'type' }
  /** This chat typed the code: shall it be linked? */
  | { readonly step: 'confirm'; readonly link: number }
  /** This chat gave the code, and somebody typed it. */
  | ({ readonly step: 'asked' } & Asked)
  | { readonly step: 'unlink' }

const frame = (state: State): Frame => ({ dialog: 'link', state: state as unknown as Json })
const stay = (state: State, ...say: Text[]): Move => ({
  state: state as unknown as Json,
  say: say.length > 0 ? [{ body: say }] : undefined,
})
const ended = (...say: Text[]): Move => ({ say: [{ body: say }], end: true })

export const linkFrame = frame({ step: 'begin' })
export const unlinkFrame = frame({ step: 'unlink' })
export const linkQuestionFrame = (asked: Asked): Frame => frame({ step: 'asked', ...asked })

const CODE = /^\D{0,3}((?:\d[\s.-]*){8})\D{0,3}$/

/** The eight digits of a code, however they were spaced; undefined: these words are none. */
const codeIn = (words: string): string | undefined => CODE.exec(words)?.[1]?.replace(/\D/g, '')

/** "collega 1234 5678", "/link 12345678": the word and the code at once. Undefined: it is something else. */
export function typedLink(event: DialogEvent): Move | undefined {
  const rest =
    event.type === 'command' && /^(collega|link)$/.test(event.name)
      ? event.rest
      : event.type === 'text'
        ? /^\s*(?:collega|link)\b(.*)$/is.exec(event.text)?.[1]
        : undefined
  const code = rest === undefined ? undefined : codeIn(rest)
  if (code === undefined) return undefined
  return { begin: frame({ step: 'type' }), effects: [effect('type_link_code', { code }, 'type_link_code')] }
}

/**
 * Two chats of one person become one, by a code that one of them gives and the other types. Each side is told what the
 * other will see, and only when both have said yes they are linked: whoever was tricked into giving or typing a code can
 * still say no. The safe answer always comes first.
 */
export const linkDialog: Dialog = {
  name: 'link',
  light: (state) => LOOKING.has((state as unknown as State).step),
  question: (state) => questionFor(state as unknown as State),
  handle(json, event): Move | null {
    const state = json as unknown as State
    switch (event.type) {
      case 'choice':
        return chosen(state, event.id)
      case 'done':
        return done(state, event)
      case 'text':
        if (state.step === 'type') return typed(event.text)
        // A word or two was meant as the answer; a whole sentence is about something else, and nothing is linked.
        return isAsking(state) && tokens(event.text).length <= WORDS_OF_AN_ANSWER
          ? stay(state, text('link.yes_or_no'))
          : leaveFor(event)
      case 'back':
      case 'cancel':
        return stopped(state, event.type)
      default:
        return leaveFor(event)
    }
  },
}

/** Is this a question that is answered with yes or no? The word that led to it is no yes. */
export const wantsYesOrNo = (top: Frame | undefined): boolean =>
  top?.dialog === linkDialog.name && isAsking(top.state as unknown as State)

const LOOKING: ReadonlySet<State['step']> = new Set(['begin', 'given'])
const isAsking = ({ step }: State): boolean => step === 'confirm' || step === 'asked' || step === 'unlink'

function questionFor(state: State): Question {
  switch (state.step) {
    case 'begin':
      return {
        body: [text('link.ask'), text('link.ask_which')],
        options: [
          { id: 'give', label: text('link.give') },
          { id: 'type', label: text('link.type') },
        ],
        ways: ['back'],
      }
    case 'given':
      return { body: [text('link.given_next')], options: [], ways: ['cancel'] }
    case 'type':
      return { body: [text('link.ask_code')], options: [], ways: ['back', 'cancel'] }
    case 'confirm':
      return {
        body: [text('link.confirm'), text('link.will_see'), text('link.confirm_only')],
        options: [
          { id: 'no', label: text('link.confirm_no') },
          { id: 'yes', label: text('link.confirm_yes') },
        ],
      }
    case 'asked': {
      const app = appOf(state.channel)
      const name = state.name?.replace(/\s+/g, ' ').trim()
      return {
        body: [
          name
            ? text('link.asked_named', { app, name: verbatim(cut(name, NAME_SHOWN)) })
            : text('link.asked', { app }),
          text('link.will_see'),
          text('link.asked_never'),
        ],
        options: [
          { id: 'no', label: text('link.asked_no') },
          { id: 'yes', label: text('link.asked_yes') },
        ],
      }
    }
    case 'unlink':
      return {
        body: [text('link.ask_unlink'), text('link.after_unlink')],
        options: [
          { id: 'keep', label: text('link.unlink_no') },
          { id: 'unlink', label: text('link.unlink_yes') },
        ],
      }
    default:
      return state satisfies never
  }
}

/** As people call the app that a chat is in. */
const APPS: Readonly<Record<string, Text>> = {
  telegram: text('link.app_telegram'),
  whatsapp: text('link.app_whatsapp'),
}
const appOf = (channel: ChannelName): Text => APPS[channel] ?? text('link.app_unknown')

const ANSWERED = { waits: 'link.waits', refused: 'link.refused', gone: 'link.gone' } as const

function chosen(state: State, id: string): Move | null {
  if (state.step === 'begin' && id === 'give') return { effects: [effect('offer_link', null, 'offer_link')] }
  if (state.step === 'begin' && id === 'type') return stay({ step: 'type' })
  if ((state.step === 'confirm' || state.step === 'asked') && (id === 'yes' || id === 'no')) {
    const input = { link: state.link, yes: id === 'yes' }
    return { effects: [effect('answer_link', input, 'answer_link')] }
  }
  if (state.step === 'unlink' && id === 'keep') return ended(text('link.kept'))
  if (state.step === 'unlink' && id === 'unlink') return { effects: [effect('unlink', null, 'unlink')] }
  return null
}

function typed(words: string): Move {
  const code = codeIn(words)
  if (code === undefined) return stay({ step: 'type' }, text('link.no_code'))
  return { effects: [effect('type_link_code', { code }, 'type_link_code')] }
}

/** Stopping at a question about linking is a no. */
function stopped(state: State, how: 'back' | 'cancel'): Move {
  if (state.step === 'type' && how === 'back') return stay({ step: 'begin' })
  if (state.step === 'confirm' || state.step === 'asked')
    return { effects: [effect('answer_link', { link: state.link, yes: false }, 'answer_link')] }
  return ended(text(state.step === 'unlink' ? 'link.kept' : 'link.left'))
}

function done(state: State, event: Extract<DialogEvent, { type: 'done' }>): Move | null {
  if (event.ref === 'offer_link') {
    const { code, minutes } = resultOf('offer_link', event.result)
    const shown = `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}`
    const body = [text('link.code', { code: shown, minutes }), text('link.secret')]
    return { ...stay({ step: 'given' }), say: [{ body, secret: true }] }
  }
  if (event.ref === 'type_link_code' && state.step === 'type') {
    const result = resultOf('type_link_code', event.result)
    if (result.ok) return stay({ step: 'confirm', link: result.link })
    const says = text(`link.no_${result.why}`)
    return result.why === 'unknown' ? stay(state, says) : ended(says)
  }
  if (event.ref === 'answer_link' && (state.step === 'confirm' || state.step === 'asked')) {
    const answer = resultOf('answer_link', event.result)
    if (answer === 'joined') return ended(text('link.joined'), text('link.undo'))
    return ended(
      text(answer === 'refused' && state.step === 'asked' ? 'link.refused_safe' : ANSWERED[answer]),
    )
  }
  if (event.ref === 'unlink')
    return ended(text(resultOf('unlink', event.result).ok ? 'link.unlinked' : 'link.not_linked'))
  return null
}

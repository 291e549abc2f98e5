import type { Dialog, Move } from '../dialog/dialog.js'
import type { Frame } from '../dialog/session.js'
import { LOCALES, type Locale } from '../kernel/ids.js'
import { text, verbatim } from '../kernel/text.js'
import { fold } from '../kernel/words.js'
import { emptyDraft, withWords } from './draft.js'
import { effect, resultOf } from './effects.js'
import { leaveFor } from './leave.js'
import { beginMyReports } from './my-reports-dialog.js'
import { phoneDialogFrame } from './phone-dialog.js'
import { beginReport } from './report-dialog.js'

/** @param words what was typed before and may be meant as a description */
export const menuFrame = (words = ''): Frame => ({ dialog: 'menu', state: { words } })

/** What was typed before the menu was shown, and is kept for the report that may begin with it. */
export const saidBefore = (top: Frame | undefined): string =>
  top?.dialog === menuDialog.name ? (top.state as { words: string }).words : ''

/** What one can do here. */
export const menuDialog: Dialog = {
  name: 'menu',
  light: () => true,
  question: () => ({
    body: [text('menu.ask')],
    options: [
      { id: 'report', label: text('menu.report') },
      { id: 'mine', label: text('menu.mine') },
      { id: 'operator', label: text('menu.operator') },
      { id: 'language', label: text('menu.language') },
      { id: 'help', label: text('menu.help') },
    ],
  }),
  handle(state, event): Move | null {
    if (event.type === 'back' || event.type === 'cancel')
      return { say: [{ body: [text('menu.bye')] }], end: true }
    if (event.type !== 'choice') return leaveFor(event)
    switch (event.id) {
      case 'report':
        return { ...beginReport(withWords(emptyDraft, (state as { words: string }).words)), end: true }
      case 'mine':
        return { ...beginMyReports(), end: true }
      case 'operator':
        return { begin: operatorFrame, end: true }
      case 'language':
        return { begin: languageFrame, end: true }
      case 'help':
        return { say: [{ body: helpTexts }] }
      default:
        return null
    }
  },
}

export const helpTexts = [
  text('help.what'),
  text('help.words'),
  text('help.link'),
  text('help.formal'),
  text('help.emergency'),
]

export const operatorFrame: Frame = { dialog: 'operator', state: null }

/** A human: phone and hours of the desk, or "call me back". */
export const operatorDialog: Dialog = {
  name: 'operator',
  light: () => true,
  question: (_state, { world }) => ({
    body: [
      text('operator.desk', { phone: world.town.desk.phone, hours: { ...world.town.desk.hours } }),
      text('operator.address', { address: verbatim(world.town.desk.address) }),
    ],
    options: [{ id: 'call_me', label: text('operator.call_me') }],
    ways: ['back'],
  }),
  handle(_state, event): Move | null {
    switch (event.type) {
      case 'choice':
        return event.id === 'call_me' ? { effects: [effect('request_call', {}, 'request_call')] } : null
      case 'done':
        if (event.ref !== 'request_call') return null
        return resultOf('request_call', event.result).ok
          ? { say: [{ body: [text('operator.will_call')] }], end: true }
          : { end: true, begin: phoneDialogFrame('call') }
      case 'back':
      case 'cancel':
        return { say: [{ body: [text('operator.done')] }], end: true }
      default:
        return leaveFor(event)
    }
  },
}

export const languageFrame: Frame = { dialog: 'language', state: null }

/** Each language is named in itself. */
const LANGUAGE_NAMES: Record<Locale, string> = { it: 'Italiano', en: 'English' }
/** And typed as others call it. */
const CALLED: ReadonlyMap<string, Locale> = new Map([
  ['italian', 'it'],
  ['inglese', 'en'],
])

export const languageDialog: Dialog = {
  name: 'language',
  light: () => true,
  question: () => ({
    body: [text('language.ask')],
    options: LOCALES.map((locale) => ({ id: `lang_${locale}`, label: verbatim(LANGUAGE_NAMES[locale]) })),
    ways: ['back'],
  }),
  handle(_state, event): Move | null {
    const locale =
      event.type === 'choice'
        ? LOCALES.find((one) => event.id === `lang_${one}`)
        : event.type === 'text' && CALLED.get(fold(event.text))
    if (locale) {
      return {
        locale,
        effects: [effect('set_locale', { locale })],
        say: [{ body: [text('language.set')] }],
        end: true,
      }
    }
    if (event.type === 'back' || event.type === 'cancel')
      return { say: [{ body: [text('language.kept')] }], end: true }
    return leaveFor(event)
  },
}

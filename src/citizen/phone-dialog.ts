import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { Ctx, Dialog, DialogEvent, Move } from '../dialog/dialog.js'
import type { Frame, Json } from '../dialog/session.js'
import { type Text, text } from '../kernel/text.js'
import { effect, resultOf } from './effects.js'
import { asksToWait } from './words.js'

/** Why a number is asked for: only if we cannot reach the person here, or to be called back. */
type Purpose = 'optional' | 'call'

export const phoneDialogFrame = (purpose: Purpose): Frame => ({ dialog: 'phone', state: { purpose } })

/** Asks for a phone number; always optional. */
export const phoneDialog: Dialog = {
  name: 'phone',

  light: (state) => purposeOf(state) === 'optional',

  question: (state) => ({
    body: [text(purposeOf(state) === 'call' ? 'phone.ask_for_call' : 'phone.ask_optional')],
    options: [{ id: 'no_phone', label: text('phone.no') }],
    ask: 'phone',
  }),

  handle(state, event, ctx): Move | null {
    switch (event.type) {
      case 'contact':
        return event.own ? taken(state, event.phone) : { say: [{ body: [text('phone.not_own')] }] }
      case 'text':
        if (asksToWait(event.text)) return { say: [{ body: [text('phone.no_hurry')] }] }
        return isSentence(event.text) ? { end: true, pass: true } : taken(state, event.text)
      case 'choice':
      case 'back':
      case 'cancel':
        if (event.type === 'choice' && event.id !== 'no_phone') return null
        return { say: [{ body: [without(state, ctx)] }], end: true }
      case 'done':
        if (event.ref !== 'request_call') return null
        return {
          say: [
            {
              body: [
                text(resultOf('request_call', event.result).ok ? 'operator.will_call' : 'operator.no_phone'),
              ],
            },
          ],
          end: true,
        }
      case 'media':
      case 'location':
        return { end: true, pass: true }
      default:
        return null
    }
  },
}

const without = (state: Json, { world: { town } }: Ctx): Text =>
  purposeOf(state) === 'call' ? text('phone.without_call', { phone: town.desk.phone }) : text('phone.without')

const purposeOf = (state: Json): Purpose => (state as { purpose: Purpose }).purpose

const parse = (typed: string) => parsePhoneNumberFromString(typed, 'IT')

/** Words without a number, or with other numbers ("una buca in via Roma 12"): something else begins, the question lapses. */
const isSentence = (typed: string): boolean =>
  !/\d/.test(typed) || (/\p{L}{3}/u.test(typed) && !MANY_DIGITS.test(typed) && !parse(typed)?.isValid())

/** A number with a slip, beside words: it begins as phone numbers do, is longer than "3, 12045 Fossano", and is no date. */
const MANY_DIGITS = /(?<![\d.,/-])(?!\d{1,2}-\d{1,2}-\d{4})(?:\+\d|[038])(?:[ -]?\d){6}/

/** A number that nobody asked for now: the app's own button stays where it was. */
export function contactSaved({ own, phone: typed }: Extract<DialogEvent, { type: 'contact' }>): Move {
  const phone = parse(typed)
  if (!own) return { say: [{ body: [text('phone.not_own')] }] }
  if (!phone?.isValid()) return { say: [{ body: [text('phone.invalid')] }] }
  return { say: [{ body: [text('phone.saved')] }], effects: [effect('save_phone', { phone: phone.number })] }
}

function taken(state: Json, typed: string): Move {
  const phone = parse(typed)
  if (!phone?.isValid()) return { say: [{ body: [text('phone.invalid')] }] }
  const save = effect('save_phone', { phone: phone.number })
  if (purposeOf(state) === 'call') {
    return { effects: [save, effect('request_call', { phone: phone.number }, 'request_call')] }
  }
  return { say: [{ body: [text('phone.saved')] }], effects: [save], end: true }
}

import { type Text, text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import type { DialogEvent, Option, Question } from './dialog.js'
import { choiceData } from './relate.js'
import type { OpenQuestion } from './session.js'

const WAYS: Record<'back' | 'cancel', Option> = {
  back: { id: 'back', label: text('dialog.back'), word: text('dialog.back_word'), row: 99 },
  cancel: { id: 'cancel', label: text('dialog.cancel'), word: text('dialog.cancel_word'), row: 99 },
}

/** What a question offers, as it is kept while the question is open. */
export const choicesOf = (question: Question, number: number): OpenQuestion['choices'] =>
  [...question.options, ...(question.ways ?? []).map((way) => WAYS[way])].map(
    ({ standing, id, ...option }): Choice & { keep?: boolean } => ({
      ...option,
      id: standing ? id : choiceData(number, id),
    }),
  )

/** As they are said. */
export const sayable = (choices: OpenQuestion['choices']): readonly Choice[] =>
  choices.map(({ keep, ...choice }) => choice)

/** What stands on the button that was pressed. */
export const labelOf = (open: OpenQuestion, id: string): Text | undefined =>
  open.choices.find((choice) => choice.id === id || choice.id === choiceData(open.number, id))?.label

/** The press asked to look at something, and leaves the question as it is. */
export const staysOpen = (open: OpenQuestion | undefined, event: DialogEvent): boolean =>
  event.type === 'choice' &&
  open?.choices.some(
    (choice) => choice.keep && (choice.id === event.id || choice.id === choiceData(open.number, event.id)),
  ) === true

import { fold } from './words.js'

/** A yes, a no or an "I don't know", and nothing else beside it. */
export type PlainAnswer = 'yes' | 'no' | 'unknown'

const WORDS: Record<PlainAnswer, string> = {
  yes:
    'si, si si, si grazie, certo, ok, ok grazie, okay, va bene, va bene grazie, va bene cosi, tutto bene, tutto ok, giusto, ' +
    'esatto, perfetto, y, yes, yes please, yep, yeah, sure, fine, all right, right, correct, that is right',
  no: 'n, no, no no, no grazie, nope, nessuno, nessuna, niente, nulla, non c e, non ce l ho, no thanks, no thank you, none, nothing, nothing else',
  unknown:
    'non so, non lo so, non saprei, non ricordo, non mi ricordo, non ne ho idea, boh, i do not know, do not know, ' +
    'i don t know, i dont know, don t know, dont know, no idea, dunno, not sure, i am not sure',
}

const MEANING = new Map(
  Object.entries(WORDS).flatMap(([answer, words]) =>
    words.split(', ').map((one) => [one, answer as PlainAnswer] as const),
  ),
)

export const plainAnswerOf = (words: string): PlainAnswer | undefined => MEANING.get(fold(words))

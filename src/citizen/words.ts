import { fold, tokens } from '../kernel/words.js'

/** Fewer words than this, none of which names a kind of problem, are not taken for a report. */
export const WORDS_OF_A_REPORT = 3

/** What a single word, or a command, means at any step. */
export type Wish =
  | 'start'
  | 'menu'
  | 'help'
  | 'back'
  | 'cancel'
  | 'mine'
  | 'operator'
  | 'language'
  | 'privacy'
  | 'report'
  | 'link'
  | 'unlink'

const WORDS: Record<Wish, string> = {
  start:
    'start, ciao, salve, buongiorno, buonasera, buon giorno, buona sera, hello, hi, hey, good morning, good evening, inizio, inizia',
  menu: 'menu',
  help: 'help, aiuto, aiutami, help me',
  back: 'back, indietro, torna indietro, go back',
  cancel: 'cancel, annulla, stop, basta, esci, exit',
  mine: 'mine, mie, le mie segnalazioni, mie segnalazioni, my reports, segnalazioni, reports',
  operator:
    'operator, operatore, persona, umano, human, person, un umano, a human, una persona, a person, sportello, un operatore, parlare con voi',
  language: 'language, lingua, cambia lingua, change language, english, inglese, italiano, italian',
  privacy: 'privacy, dati personali, personal data',
  link: 'collega, collegare, collega le chat, collega i telefoni, link, link chats, link my chats',
  unlink: 'scollega, scollegare, scollega le chat, unlink, unlink chats',
  report:
    'report, segnala, segnalare, segnalazione, segnalare un problema, fare una segnalazione, nuova segnalazione, nuova, report a problem, make a report, new report, new',
}

/** Every language at once: somebody who cannot read the language on the screen must get out of it. */
const MEANING = new Map(
  Object.entries(WORDS).flatMap(([wish, words]) =>
    words.split(', ').map((word) => [word, wish as Wish] as const),
  ),
)

/** The wish that these words are, and nothing else beside it; undefined: they are no such word. */
export function wishOf(words: string): Wish | undefined {
  const said = fold(words)
  const plain = said.replace(POLITE, '')
  return MEANING.get(said) ?? MEANING.get(plain) ?? (FOR_A_HUMAN.test(plain) ? 'operator' : undefined)
}

/** "Vorrei parlare con una persona, per favore" is the same wish. */
const POLITE =
  /^((scusi|scusa|ciao|salve|buongiorno|buonasera|hello|hi|vorrei|voglio|volevo|posso|potrei|devo|si puo|ho bisogno di|i need to|i would like to|i d like to|i want to|can i|could i|may i|please)\s)+|(\s(per favore|per piacere|grazie|subito|adesso|ora|please|now))+$/g

/** Folded, without what is polite. "Qualcuno ha rotto la panchina" and "c'è una persona a terra" ask for nobody. */
const FOR_A_HUMAN = new RegExp(
  '^(' +
    '((fammi |fatemi |mi fate )?parlare con|mi (passi|passa|passate|puo passare)|(mi )?serve|(let me )?(talk|speak) (to|with)|i need|get me) ' +
    '((un|una|a|an) )?(essere umano|umano|persona( vera)?|operatore|operatrice|impiegato|impiegata|addetto|responsabile|qualcuno|human( being)?|(real )?person|operator|somebody|someone|anybody|anyone)' +
    '|(ma )?(c e|mi risponde|is) (qualcuno|un operatore|anybody there|anyone there|somebody there|someone there)' +
    '|is there (anybody|anyone|somebody|someone)' +
    ')( (del comune|li|di la|che (mi )?(risponde|aiuta)|there|here))?$',
)

const THANKS = new Set(
  'grazie, grazie mille, ok grazie, va bene grazie, perfetto grazie, no grazie, ok, va bene, perfetto, thanks, thank you, ok thanks, no thanks, no thank you, great thanks'.split(
    ', ',
  ),
)

export const isThanks = (words: string): boolean => THANKS.has(fold(words))

const WAITING = new Set(
  tokens(
    'aspetta aspetti aspettate attenda attendi attimo momento secondo minuto un solo che lo la il numero cerco prendo guardo vado a cercare ' +
      'cercarlo prenderlo wait hold hang on just one moment second minute i will ll find get look for up let me it the my number',
  ),
)

/** "Aspetta che la cerco": the answer is still to come. */
export const asksToWait = (words: string): boolean => {
  const said = tokens(words)
  return said.length > 0 && said.every((word) => WAITING.has(word))
}

/** "No, non è risolto", "it is still there": said about a report that was closed as fixed. */
const NOT_FIXED = new RegExp(
  [
    '\\b(non|not|isn t|wasn t|never|mai) (\\S+ ){0,3}(risolt|sistemat|riparat|aggiustat|fatt|a posto|fixed|solved|repaired|done)',
    '\\b(c e|e|sono|ci sono|is|s|are) (ancora|still)\\b',
    '\\b(ancora (li|la|qui|rott\\w*)|still (there|here|broken))\\b',
    '\\b(come prima|peggio di prima|as before)\\b',
  ].join('|'),
)

export const saysNotFixed = (words: string): boolean => NOT_FIXED.test(fold(words))

/** "Non c'è più", "it is gone". */
const GONE =
  /\b(non (c e|ci sono|lo vedo|la vedo) piu|(e|sono|tutto) (a posto|sparit\w*|(stat\w )?(risolt|sistemat|riparat|aggiustat)\w*)|(is|s|are) (gone|fixed|solved|repaired))\b/

export const saysGone = (words: string): boolean => !saysNotFixed(words) && GONE.test(fold(words))

/** `/start` and the like; the names that Telegram shows in its menu. */
export const COMMANDS: Record<string, Wish> = {
  start: 'start',
  menu: 'menu',
  help: 'help',
  aiuto: 'help',
  report: 'report',
  segnala: 'report',
  mine: 'mine',
  mie: 'mine',
  cancel: 'cancel',
  annulla: 'cancel',
  back: 'back',
  indietro: 'back',
  operator: 'operator',
  operatore: 'operator',
  language: 'language',
  lingua: 'language',
  privacy: 'privacy',
  collega: 'link',
  link: 'link',
  scollega: 'unlink',
  unlink: 'unlink',
}

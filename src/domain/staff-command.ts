import type { Locale } from '../kernel/ids.js'

/** What staff type, in their language; either language is understood. */
export const STAFF_COMMANDS = {
  queue: { it: 'coda', en: 'queue' },
  open: { it: 'apri', en: 'open' },
  claim: { it: 'prendi', en: 'claim' },
  begin: { it: 'inizia', en: 'begin' },
  reply: { it: 'rispondi', en: 'reply' },
  note: { it: 'nota', en: 'note' },
  transfer: { it: 'sposta', en: 'transfer' },
  close: { it: 'chiudi', en: 'close' },
  undo: { it: 'riapri', en: 'reopen' },
  contacts: { it: 'contatti', en: 'contacts' },
  history: { it: 'storia', en: 'history' },
  digest: { it: 'riepilogo', en: 'digest' },
  calls: { it: 'chiamate', en: 'calls' },
  told: { it: 'detto', en: 'told' },
  noanswer: { it: 'nonrisponde', en: 'noanswer' },
  wrong: { it: 'sbagliato', en: 'wrong' },
  call: { it: 'telefono', en: 'call' },
  chase: { it: 'sollecita', en: 'chase' },
  reopen: { it: 'accogli', en: 'accept' },
  refuse: { it: 'respingi', en: 'decline' },
  invite: { it: 'invita', en: 'invite' },
  language: { it: 'lingua', en: 'language' },
  cancel: { it: 'annulla', en: 'cancel' },
  help: { it: 'aiuto', en: 'help' },
  start: { it: 'start', en: 'start' },
} as const satisfies Record<string, Readonly<Record<Locale, string>>>

export type StaffCommandName = keyof typeof STAFF_COMMANDS

/** As it is typed: `/prendi 12`. */
export const staffCommand = (
  name: StaffCommandName,
  locale: Locale,
  ...rest: readonly (string | number)[]
): string => [`/${STAFF_COMMANDS[name][locale]}`, ...rest].join(' ')

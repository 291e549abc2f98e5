/** What to do when a connection has ended. */
export type AfterClose =
  /** `alert`: it is tried again, but a person should look. */
  | { readonly do: 'connect'; readonly when: 'at-once' | 'later'; readonly alert?: string }
  /** Somebody else is this device now: let them, and come back only as the one who may. */
  | { readonly do: 'yield' }
  /** The phone has removed us: forget the keys, and ask to be linked again. */
  | { readonly do: 'link-again' }
  /** Trying again changes nothing; a person must look. */
  | { readonly do: 'stop'; readonly why: string }

/** By the library's codes (`DisconnectReason`). What is not in it is tried again later. */
const AFTER: Readonly<Record<number, AfterClose>> = {
  401: { do: 'link-again' },
  403: { do: 'stop', why: 'forbidden' },
  405: { do: 'stop', why: 'outdated' },
  408: { do: 'connect', when: 'later' },
  411: { do: 'stop', why: 'multi-device' },
  428: { do: 'connect', when: 'later' },
  440: { do: 'yield' },
  500: { do: 'connect', when: 'later', alert: 'session' },
  503: { do: 'connect', when: 'later' },
  515: { do: 'connect', when: 'at-once' },
}

/** @param code undefined: it never got as far as a code */
export const afterClose = (code: number | undefined): AfterClose =>
  (code === undefined ? undefined : AFTER[code]) ?? { do: 'connect', when: 'later' }

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 120_000

/** Milliseconds to wait after that many failures in a row; `chance` (0..1) keeps installations out of step. */
export const pauseMs = (failures: number, chance: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10)) * (0.5 + chance / 2)

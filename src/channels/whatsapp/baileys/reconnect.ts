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

/** How a connection went. */
export interface Went {
  /** Milliseconds for which it was open; 0: it never was. */
  readonly stoodMs: number
  /** The network took a message from us, or we kept one of it. */
  readonly exchanged: boolean
}

/** A connection that stood for so long was a good one. */
const STEADY_MS = 30_000
/**
 * Where a line breaks every few seconds and carries messages in between, the pauses grow no longer than to 16 s: it is
 * in use, and somebody waits. Without any they grow on: a line that only lets us in is no reason to knock often, as
 * WhatsApp shuts out numbers that do, and it keeps what people write until we come.
 */
const MOST_WHILE_IN_USE = 5

/** Failures in a row, the connection that has just ended included. */
export function failuresAfter(before: number, { stoodMs, exchanged }: Went): number {
  if (stoodMs > STEADY_MS) return 1
  return exchanged ? Math.min(before + 1, MOST_WHILE_IN_USE) : before + 1
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 120_000

/** Milliseconds to wait after that many failures in a row; `chance` (0..1) keeps installations out of step. */
export const pauseMs = (failures: number, chance: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10)) * (0.5 + chance / 2)

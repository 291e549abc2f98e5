const PRINTING = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const
/** Where libsignal lies (it prints whole sessions, private keys included), and the library that brings it. */
const THEIRS = /node_modules\/(?:libsignal|@whiskeysockets)\//
let silenced = false

/**
 * Takes the voice from libsignal and from the library around it, for this process and for good: what they print with
 * `console` holds keys. Call it before either is imported. Everybody else's printing goes on.
 */
export function silenceLibsignal(): void {
  if (silenced) return
  silenced = true
  for (const method of PRINTING) {
    const print = console[method]
    console[method] = (...words: unknown[]): void => {
      if (!THEIRS.test((new Error().stack ?? '').replaceAll('\\', '/')))
        (print as (...words: unknown[]) => void).apply(console, words)
    }
  }
}

import { createLogger, type Log } from '../../src/kernel/logger.js'

/** The product's own log, as it is written: every line, everything that it ever says. */
export function writtenLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = []
  const log = createLogger({ level: 'debug', pretty: false }, { write: (line) => lines.push(line) })
  return { log, lines }
}

/** One of its lines, read. */
export const entryOf = (line: string): Readonly<Record<string, unknown>> => JSON.parse(line)

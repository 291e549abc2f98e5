import type { Log } from '../../src/kernel/logger.js'

export interface Entry {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly about: object
  readonly words?: string
}

/** Keeps what is logged. */
export function recordingLog(): Log & { readonly entries: readonly Entry[] } {
  const entries: Entry[] = []
  const at = (level: Entry['level']) => (about: object, words?: string) => {
    entries.push({ level, about, words })
  }
  const log = {
    entries,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}

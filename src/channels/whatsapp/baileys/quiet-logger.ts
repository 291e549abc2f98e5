import type { SocketConfig } from '@whiskeysockets/baileys'
import type { Log } from '../../../kernel/logger.js'

const nothing = (): void => undefined

/**
 * What the library says to the log: its objects hold keys, jids and texts, so they are dropped; its sentences of
 * warning stay, for who looks at `LOG_LEVEL=debug`.
 */
export function quietLogger(log: Log): SocketConfig['logger'] {
  const sentence = (object: unknown, words?: string): void => {
    const said = typeof object === 'string' ? object : words
    if (said !== undefined) log.debug({ library: 'baileys' }, said)
  }
  const logger: SocketConfig['logger'] = {
    level: 'warn',
    child: () => logger,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: sentence,
    error: sentence,
  }
  return logger
}

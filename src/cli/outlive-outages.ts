import type { Log } from '../kernel/logger.js'
import { isOutage } from '../storage/outage.js'

/**
 * Of what libraries do in the background (graphile-worker above all) some rejections are handled by nobody when a
 * connection breaks, and would end the process. What lost its connection is begun anew by its owner; every other
 * rejection still ends the process.
 */
export function outliveOutages(log: Log): void {
  process.on('unhandledRejection', (reason) => {
    if (!isOutage(reason)) throw reason
    log.warn({ error: reason }, 'A connection broke under work in the background')
  })
}

import { LEASE_MS, type Lease, type OutboxQueue } from '../app/outbox-port.js'
import { SECOND } from '../kernel/clock.js'
import type { Held } from './send-row.js'

/**
 * A send may take two calls of 15 s each (a file to upload again), and a file is read before it; a lease with less than
 * this left is renewed before.
 */
const RENEW_BELOW_MS = 40 * SECOND

export interface HoldDeps {
  readonly queue: Pick<OutboxQueue, 'renew'>
  /** False: it was taken by a session that is lost. */
  isOurs(lease: Lease): boolean
}

/** A lease while its chat is sent. */
export function holdLease({ queue, isOurs }: HoldDeps, lease: Lease): Held {
  let { until } = lease
  return {
    lease,
    async isKept() {
      if (!isOurs(lease)) return false
      if (until - performance.now() >= RENEW_BELOW_MS) return true
      if (!(await queue.renew(lease))) return false
      until = performance.now() + LEASE_MS
      return true
    },
  }
}

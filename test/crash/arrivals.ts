/** What a network took for one chat, compared with what was to be said there. */
export type Arrivals =
  | { readonly ok: true; readonly repeats: number }
  | { readonly ok: false; readonly why: 'overtaken or unknown' | 'never arrived'; readonly message: string }

/**
 * Delivery at least once, in order of first arrival: each arrival is the next message that was to come, or one that had
 * come before.
 */
export function compareArrivals(expected: readonly string[], arrived: readonly string[]): Arrivals {
  let next = 0
  let repeats = 0
  for (const message of arrived) {
    if (message === expected[next]) next++
    else if (expected.slice(0, next).includes(message)) repeats++
    else return { ok: false, why: 'overtaken or unknown', message }
  }
  const missing = expected[next]
  return missing === undefined ? { ok: true, repeats } : { ok: false, why: 'never arrived', message: missing }
}

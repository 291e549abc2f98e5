/** A function whose callers a failure should point to. */
// biome-ignore lint/complexity/noBannedTypes: what Error.captureStackTrace takes
type Caller = Function

/**
 * Resolves with the first value that `subscribe` hands to its listener; `subscribe` returns how to stop.
 * Rejects after `timeoutMs` with `why()` and the stack of whoever called `caller`: a timer has none of use.
 */
export function within<T>(
  timeoutMs: number,
  caller: Caller,
  why: () => string,
  subscribe: (listener: (value: T) => void) => () => void,
): Promise<T> {
  const site: { stack?: string } = {}
  Error.captureStackTrace(site, caller)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      const error = new Error(why())
      error.stack = `Error: ${error.message}\n${site.stack?.split('\n').slice(1).join('\n')}`
      reject(error)
    }, timeoutMs)
    const stop = subscribe((value) => {
      clearTimeout(timer)
      stop()
      resolve(value)
    })
  })
}

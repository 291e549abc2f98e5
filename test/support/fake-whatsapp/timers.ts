/** From here on a timer is one that guards something, and not one that somebody waits for. */
const LONG_MS = 10_000

const start = globalThis.setTimeout

/**
 * The client leaves timers behind when it ends: 30 s for keys that are long uploaded, 60 s for answers that
 * will not come. They would keep a finished test run alive, so in a test none of that length holds the process.
 */
globalThis.setTimeout = Object.assign((...given: Parameters<typeof start>) => {
  const timer = start(...given)
  return (given[1] ?? 0) >= LONG_MS ? timer.unref() : timer
}, start)

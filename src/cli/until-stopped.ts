/**
 * Resolves at the first SIGINT or SIGTERM. A second one, from somebody who does not want to wait, ends the process at
 * once: nothing is lost by it, only sent again.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false
    const stop = (signal: NodeJS.Signals) => {
      // npm and the terminal both pass Ctrl-C on: what comes within a moment is the same press.
      if (!asked) {
        asked = true
        resolve(signal)
        setTimeout(() => {
          process.once('SIGINT', () => process.exit(130))
          process.once('SIGTERM', () => process.exit(143))
        }, 1_000).unref()
      }
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}

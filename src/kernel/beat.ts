/**
 * Moments for work that nobody waits for: the same for all who ask, at least so many milliseconds apart; whoever asks
 * after a longer rest gets the next moment at once.
 */
export function createBeat(everyMs: number): () => Promise<void> {
  let next: Promise<void> | undefined
  let last = Number.NEGATIVE_INFINITY

  return () => {
    next ??= new Promise((resolve) => {
      setTimeout(
        () => {
          next = undefined
          last = performance.now()
          resolve()
        },
        Math.max(0, last + everyMs - performance.now()),
      )
    })
    return next
  }
}

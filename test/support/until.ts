import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until it is so: for what happens in another process or in the database. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 5_000,
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`)
    await sleep(10)
  }
}

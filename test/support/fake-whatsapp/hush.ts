import { AsyncLocalStorage } from 'node:async_hooks'

const hushed = new AsyncLocalStorage<true>()

/**
 * libsignal tells the console what it does, session keys included. What it says on behalf of a robot's phone is
 * swallowed; what it says on behalf of the client under test is not, so that a test can still catch it.
 */
export function hush<T>(work: () => Promise<T>): Promise<T> {
  return hushed.run(true, work)
}

for (const level of ['info', 'warn', 'error'] as const) {
  const speak = console[level]
  console[level] = (...words: unknown[]) => {
    if (hushed.getStore() === undefined) speak.apply(console, words)
  }
}

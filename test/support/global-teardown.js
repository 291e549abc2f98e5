import { once } from 'node:events'

export default async () => {
  const gone = once(globalThis.postgresKeeper, 'exit')
  globalThis.postgresKeeper.stdin.end()
  await gone
}

import { spawn } from 'node:child_process'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Costs a process that waits; the database starts when a test asks for one (test/support/postgres.ts). */
export default async () => {
  const folder = await mkdtemp(join(tmpdir(), 'filo-test-'))
  await chmod(folder, 0o755) // run by root, PostgreSQL is another user and must pass
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('postgres-keeper.js', import.meta.url)), folder],
    {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'ignore', 'inherit'],
      // A session of its own: Ctrl-C must not end it before it has cleaned up.
      detached: true,
    },
  )
  process.env.FILO_TEST_KEEPER = join(folder, 'keeper.sock')
  globalThis.postgresKeeper = keeper
}

import { spawn } from 'node:child_process'
import { chmod, mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MEMORY = '/dev/shm'
const ROOM_BYTES = 2 ** 30

/**
 * In memory, where there is some: tests make and drop a hundred databases of three hundred files each, and ext4 looks
 * long for a place that was not left a moment ago.
 */
async function roomyFolder() {
  const { bavail = 0, bsize = 0 } = await statfs(MEMORY).catch(() => ({}))
  return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir()
}

/** Costs a process that waits; the database starts when a test asks for one (test/support/postgres.ts). */
export default async () => {
  const folder = await mkdtemp(join(await roomyFolder(), 'filo-test-'))
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

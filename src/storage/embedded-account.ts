import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'

const ACCOUNTS = ['filo-diretto', 'postgres']
/** macOS knows no C.UTF-8. */
export const LOCALE = platform() === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'

/** The unprivileged user as whom PostgreSQL runs when we are root. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined

/** Of our environment only what PostgreSQL needs: the rest holds tokens, and PG* variables would change its mind. */
export const environment = () => ({ PATH: process.env.PATH, LC_ALL: LOCALE })

/** Runs a program to its end. Rejects when it cannot be started at all. */
export const run = (program: string, args: readonly string[], account?: Account, cwd = '/') =>
  new Promise<{ code: number; output: string }>((resolve, reject) => {
    const child = spawn(program, args, {
      ...account,
      cwd,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 128, output: output.trim() }))
  })

/** The same, where a program that cannot be started is one that failed. */
export const attempt = (...args: Parameters<typeof run>) =>
  run(...args).catch((error: Error) => ({ code: 127, output: error.message }))

/**
 * Who owns the data in `home` already; else a user made for it; else a new one. Throws in sentences when there
 * is none, or when we may not run anything as that user.
 */
export async function findAccount(home: string | undefined): Promise<Account> {
  const account = (await ownerOf(home)) ?? (await existingOrNew())
  await run('true', [], account).catch((error: Error) => {
    throw new Error(
      `PostgreSQL does not run as root, and this root may not start it as another user (${error.message}; a container ` +
        'without SETUID?). Start Filo Diretto as a normal user, or set DATABASE_URL.',
    )
  })
  return account
}

async function ownerOf(home: string | undefined): Promise<Account | undefined> {
  const owner = home === undefined ? undefined : await stat(join(home, 'cluster')).catch(() => undefined)
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined
}

async function existingOrNew(): Promise<Account> {
  for (const name of ACCOUNTS) {
    const account = await accountOf(name)
    if (account) return account
  }
  const [name] = ACCOUNTS as [string]
  const made = await attempt('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/bin/false',
    name,
  ])
  const account = await accountOf(name)
  if (account) return account
  throw new Error(
    `PostgreSQL does not run as root, and the user "${name}" could not be created (${made.output}). ` +
      'Start Filo Diretto as a normal user, or create that user, or set DATABASE_URL.',
  )
}

async function accountOf(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([attempt('id', ['-u', name]), attempt('id', ['-g', name])])
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined
}

export const canEnter = async (account: Account, folder: string): Promise<boolean> =>
  (await run('test', ['-x', folder], account)).code === 0

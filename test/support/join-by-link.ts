import { randomBytes } from 'node:crypto'
import { hashToken } from '../../src/app/invite-staff.js'
import type { Person } from './fake-bot-api/index.js'

export interface Joining {
  readonly role: 'operator' | 'supervisor'
  readonly offices: readonly string[]
  /** Asks the product's database. */
  query(sql: string, values: readonly unknown[]): Promise<unknown>
  readonly timeoutMs: number
}

/** Joins the staff as everybody does, by a link, while the product runs in a process of its own. */
export async function joinByLink(person: Person, joining: Joining): Promise<void> {
  const { role, offices, query, timeoutMs } = joining
  const token = randomBytes(16).toString('hex')
  await query(
    `INSERT INTO invite (token_hash, role, front_desk, offices, created_at, expires_at)
     VALUES ($1, $2, false, $3, now(), now() + interval '1 day')`,
    [hashToken(token), role, offices],
  )
  person.sendCommand('start', token)
  await person.waitFor('benvenuto', { timeoutMs })
}

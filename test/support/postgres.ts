import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

interface Prepared {
  /** A superuser's address. */
  readonly admin: string
  /** An empty database with the newest schema. */
  readonly template: string
}

/**
 * A database of one's own with the newest schema, in about 20 ms (the first of a run waits for the server).
 * With DATABASE_URL_TEST on that server, which must let this user create databases.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { admin, template } = await prepared()
  return create(admin, template, `${template.replace(/base$/, '')}${randomBytes(6).toString('hex')}`)
}

/** The same without a schema. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const { admin, template } = await prepared()
  return create(admin, 'template0', `${template.replace(/base$/, '')}${randomBytes(6).toString('hex')}`)
}

async function create(admin: string, template: string, name: string): Promise<TestDatabase> {
  await query(admin, `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8' STRATEGY FILE_COPY`)
  const url = new URL(admin)
  url.pathname = name
  return { url: url.href, drop: () => query(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function prepared(): Promise<Prepared> {
  const path = process.env.FILO_TEST_KEEPER
  if (!path) throw new Error('FILO_TEST_KEEPER is not set: is globalSetup in jest.config.js?')
  const answer = JSON.parse(await ask(path)) as Prepared | { error: string }
  if ('error' in answer) throw new Error(`The test database could not be made: ${answer.error}`)
  return answer
}

/** The keeper was started a moment ago and may not listen yet. */
async function ask(path: string, attempts = 200): Promise<string> {
  try {
    const socket = connect(path)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return answer
  } catch (error) {
    if (attempts === 0) throw error
    await sleep(50)
    return ask(path, attempts - 1)
  }
}

import { otherWayFindings } from '../../src/cli/doctor/check-database.js'
import { warnOfOtherWay } from '../../src/compose-watch.js'
import type { WhatsAppConfig } from '../../src/config.js'
import { recordingLog } from '../support/recording-log.js'
import { aTownDatabase, type TownDatabase } from '../support/rows.js'

/** What is said where WHATSAPP_TRANSPORT was changed on a running town. */

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
beforeEach(() => db.source.query('TRUNCATE address, whatsapp_alias, whatsapp_cloud_id CASCADE'))
afterAll(() => db?.end())

const LINKED: WhatsAppConfig = { transport: 'baileys' }
const CLOUD: WhatsAppConfig = {
  transport: 'cloud',
  apiRoot: 'https://example.org/v23.0',
  token: 't',
  phoneNumberId: '1',
  appSecret: 's',
  verifyToken: 'v',
}

const chats = (...names: string[]) =>
  db.source.query(
    `WITH person AS (INSERT INTO citizen (locale, created_at) VALUES ('it', now()) RETURNING id)
     INSERT INTO address (channel, chat, citizen, last_inbound_at) SELECT 'whatsapp', chat, person.id, now() FROM unnest($1::text[]) AS c (chat), person`,
    [names],
  )
const linked = (id: string, chat: string) =>
  db.source.query('INSERT INTO whatsapp_alias (id, chat) VALUES ($1, $2)', [id, chat])
const ofCloud = (id: string, chat: string) =>
  db.source.query('INSERT INTO whatsapp_cloud_id (id, chat) VALUES ($1, $2)', [id, chat])

/** The doctor says what the start writes into the log. */
async function told(whatsapp: WhatsAppConfig | undefined): Promise<string[]> {
  const log = recordingLog()
  await warnOfOtherWay({ whatsapp }, db.source, log)
  const findings = await otherWayFindings(db.source, { whatsapp })
  expect(log.entries.map(({ words }) => words)).toEqual(findings.map(({ says }) => `whatsapp: ${says}`))
  expect(findings.filter(({ level }) => level !== 'warning')).toEqual([])
  return findings.map(({ says }) => says)
}

test('nothing, where there are no such chats but those given up for another, or no WhatsApp', async () => {
  await chats('391', '1@lid')
  await linked('1@lid', '1@lid')
  await linked('391@s.whatsapp.net', '391')
  await ofCloud('392', '1@lid')
  await chats('2@lid', '393')
  await ofCloud('given-up:2@lid', '1@lid')
  await ofCloud('given-up:393', '1@lid')
  for (const way of [LINKED, CLOUD, undefined]) expect(await told(way)).toEqual([])
})

test('on the Cloud API, of the linked device’s', async () => {
  await chats('1@lid', '2@lid', '3@lid', '392@s.whatsapp.net', '393')
  await linked('1@lid', '1@lid')
  await linked('391@s.whatsapp.net', '1@lid')
  expect(await told(CLOUD)).toEqual([
    '4 chats began on the linked device: 1 go on under their number; 3 have no number that is sure, and until the person writes what is for them becomes a call to make where a phone number was left',
  ])
  await linked('given-up:392@s.whatsapp.net', '1@lid')
  await ofCloud('39222', '2@lid')
  await ofCloud('39333', '3@lid')
  expect(await told(CLOUD)).toEqual(['1 chats began on the linked device: 1 go on under their number'])
})

test('on the linked device, of the Cloud API’s', async () => {
  await chats('391', 'IT.2', '1@lid')
  await ofCloud('391', '391')
  expect(await told(LINKED)).toEqual([
    '2 chats began on the Cloud API and go on when the person writes (1 with a hidden number begin anew then); until then what is for them becomes a call to make where a phone number was left',
  ])
})

import sharp from 'sharp'
import { fileStore } from '../../src/media/file-store.js'
import type { TelegramTown } from '../support/telegram-town.js'
import { compareArrivals } from './arrivals.js'
import type { CitizenRobot, Colour } from './citizen-robot.js'
import type { Arrival, CitizenSide } from './citizens.js'
import type { StaffRobot } from './staff-robot.js'
import { arrivalsAt } from './telegram-citizens.js'

/** One thing that must hold: what was seen, and what is wrong with it (nothing, one hopes). */
export interface Finding {
  readonly what: string
  readonly seen: string
  readonly faults: readonly string[]
}

export interface Reported {
  readonly robot: CitizenRobot
  /** As the receipt said. */
  readonly number: number
}

/** What was to be proved, looked up in the database, in the media folder and in what the network took. */
export async function judge(
  town: TelegramTown,
  citizens: CitizenSide,
  reported: readonly Reported[],
  staff: readonly StaffRobot[],
): Promise<Finding[]> {
  return [
    await reportsOnce(town, reported),
    await photosWhole(town, citizens, reported),
    await messagesInOrder(town, citizens, [
      ...reported.map(({ robot }) => robot.hand.chat),
      ...staff.map(({ person }) => String(person.id)),
    ]),
    statusTold(reported, staff),
    ...(await citizens.findings()),
    await nothingLeft(town),
  ]
}

async function reportsOnce(town: TelegramTown, reported: readonly Reported[]): Promise<Finding> {
  const rows = await town.query<{ id: number; chat: string; lat: number; lon: number; words: string }>(`
    SELECT r.id::int, a.chat, r.lat, r.lon, string_agg(t.body, E'\\n' ORDER BY t.id) AS words
      FROM report r JOIN address a ON a.citizen = r.reporter
      LEFT JOIN report_text t ON t.report = r.id AND t.kind = 'description' GROUP BY r.id, a.chat`)
  const faults = reported.flatMap(({ robot, number }) => {
    const own = rows.filter(({ chat }) => chat === robot.hand.chat)
    if (own.length !== 1) return [`${own.length} reports of robot ${robot.hand.chat}`]
    const { id, lat, lon, words } = own[0] as (typeof rows)[0]
    const same = id === number && lat === robot.point[0] && lon === robot.point[1] && saysWhat(robot, words)
    return same ? [] : [`report ${id} is not what robot ${robot.hand.chat} sent: ${words}`]
  })
  if (rows.length !== reported.length) faults.push(`${rows.length} reports of ${reported.length} robots`)
  return { what: 'reports, each once', seen: `${rows.length} of ${reported.length}`, faults }
}

/** Who wrote once more because nobody answered has written it twice. */
const saysWhat = ({ words, askedAgain }: CitizenRobot, kept: string): boolean =>
  askedAgain === 0 ? kept === words : kept.split('\n').every((line) => line === words)

async function photosWhole(
  town: TelegramTown,
  { filesServed }: CitizenSide,
  reported: readonly Reported[],
): Promise<Finding> {
  const rows = await town.query<{ report: number; status: string; key: string }>(
    'SELECT report::int, status, media_key AS key FROM attachment WHERE report IS NOT NULL',
  )
  const media = fileStore(`${town.config.dataDir}/media`)
  const faults: string[] = []
  let sent = 0
  for (const { robot, number } of reported) {
    sent += robot.photos.length
    const own = rows.filter(({ report, status }) => report === number && status === 'stored')
    const kept = await Promise.all(own.map(async ({ key }) => colourIn(await media.get(key as never))))
    const missing = robot.photos.filter((photo) => !kept.some((colour) => alike(colour, photo)))
    const asMany = kept.length === robot.photos.length || robot.askedAgain > 0
    if (missing.length > 0 || !asMany) {
      faults.push(
        `report ${number}: ${kept.length} photos, and ${missing.length} of ${robot.photos.length} missing`,
      )
    }
  }
  if (filesServed < sent) faults.push(`the network served ${filesServed} files, ${sent} photos were sent`)
  return { what: 'photos sent, served, stored', seen: `${sent}, ${filesServed}, ${rows.length}`, faults }
}

async function colourIn(picture: Buffer): Promise<Colour> {
  const { channels } = await sharp(picture).stats()
  return channels.map(({ mean }) => mean) as unknown as Colour
}

/** JPEG, twice. */
const alike = (one: Colour, other: Colour): boolean =>
  one.every((value, channel) => Math.abs(value - (other[channel] as number)) < 6)

/** Which message each row became stands in the row; what the network took, and when, in its own log. */
async function messagesInOrder(
  town: TelegramTown,
  citizens: CitizenSide,
  chats: readonly string[],
): Promise<Finding> {
  // Where nothing said can be changed, a choice that was made is not shown in its question: there the row is no message.
  const rows = await town.query<{ channel: string; chat: string; status: string; ids: string[] }>(
    `SELECT channel, chat, status, ext_ids AS ids FROM outbox
      WHERE NOT (channel = $1 AND NOT $2 AND parts = 0 AND message #>> '{replaces,otherwise}' = 'drop')
      ORDER BY channel, chat, seq`,
    [citizens.channel, citizens.edits],
  )
  const faults: string[] = []
  let messages = 0
  let repeats = 0
  const lines: [string, ReadonlyMap<string, readonly Arrival[]>][] = [
    [citizens.channel, citizens.arrivals()],
    ['telegram-staff', arrivalsAt(town.staff)],
  ]
  for (const [channel, arrivals] of lines) {
    const ofChats = groupBy(
      rows.filter((row) => row.channel === channel),
      ({ chat }) => chat,
    )
    for (const [chat, own] of ofChats) {
      const sent = own.filter(({ status, ids }) => status === 'sent' && ids.length > 0)
      if (sent.length < own.length)
        faults.push(`${channel} ${chat}: ${own.length - sent.length} rows have not gone out`)
      const arrived = arrivals.get(chat) ?? []
      const arrivalOf = new Map(arrived.flatMap((one) => one.ids.map((id) => [id, one] as const)))
      const unseen = sent.filter(({ ids }) => !ids.some((id) => arrivalOf.has(id)))
      if (unseen.length > 0) faults.push(`${channel} ${chat}: ${unseen.length} rows never arrived`)
      // An edit carries the id of the message that it changed, which is known already.
      const said = new Set(own.flatMap(({ ids }) => ids).flatMap((id) => arrivalOf.get(id) ?? []))
      const outcome = compareArrivals(
        [...said].map(({ words }) => words),
        arrived.map(({ words }) => words),
      )
      messages += said.size
      if (outcome.ok) repeats += outcome.repeats
      else faults.push(`${channel} ${chat}: ${outcome.why}: ${outcome.message}`)
    }
  }
  for (const chat of chats) {
    if (!rows.some((row) => row.chat === chat)) faults.push(`nothing was said to ${chat}`)
  }
  return { what: 'messages, in order; of them twice', seen: `${messages}; ${repeats}`, faults }
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

/** Not by the database's word, but by what stands in the chats. */
function statusTold(reported: readonly Reported[], staff: readonly StaffRobot[]): Finding {
  const claimed = new Set(staff.flatMap((one) => [...one.claimed]))
  const closed = new Set(staff.flatMap((one) => [...one.closed]))
  const faults = reported.flatMap(({ robot, number }) => [
    ...(robot.hand.heard(`è la numero ${number}.`) ? [] : [`no receipt of ${number}`]),
    ...(!claimed.has(number) || robot.hand.heard("l'ha presa in carico")
      ? []
      : [`claim of ${number} not told`]),
    ...(!closed.has(number) || robot.hand.heard(`riparato la ${number}.`)
      ? []
      : [`end of ${number} not told`]),
  ])
  if (claimed.size !== reported.length)
    faults.push(`${claimed.size} of ${reported.length} reports were claimed`)
  const seen = `${reported.length}, ${claimed.size}, ${closed.size}`
  return { what: 'receipts, claims, ends told', seen, faults }
}

/** Nothing is dead and nothing is forgotten. */
async function nothingLeft(town: TelegramTown): Promise<Finding> {
  const left = {
    'events set aside or dropped': `SELECT 1 FROM inbox WHERE status <> 'done'`,
    'chats with unsent rows': 'SELECT 1 FROM outbox_head WHERE done_seq < last_seq',
    'overdue timers': `SELECT 1 FROM timer WHERE due_at < now() - interval '15 seconds'`,
    'timers that failed': 'SELECT 1 FROM timer WHERE attempts > 0',
    'unfinished jobs': 'SELECT 1 FROM graphile_worker.jobs',
    'messages of WhatsApp that nobody heard': 'SELECT 1 FROM whatsapp_inbound',
    'photos that wait': `SELECT 1 FROM attachment WHERE status = 'waiting'`,
  }
  const faults: string[] = []
  for (const [what, sql] of Object.entries(left)) {
    const rows = await town.query(sql)
    if (rows.length > 0) faults.push(`${rows.length} ${what}`)
  }
  const unconfirmed = [town.citizens, town.staff].reduce((sum, { updates }) => sum + updates.pending, 0)
  if (unconfirmed > 0) faults.push(`${unconfirmed} unconfirmed updates`)
  return { what: 'left behind', seen: `${faults.length}`, faults }
}

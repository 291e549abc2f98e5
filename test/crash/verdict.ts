import sharp from 'sharp'
import { fileStore } from '../../src/media/file-store.js'
import type { Call, FakeBot, Person } from '../support/fake-bot-api/index.js'
import type { TelegramTown } from '../support/telegram-town.js'
import { compareArrivals } from './arrivals.js'
import type { CitizenRobot, Colour } from './citizen-robot.js'
import type { StaffRobot } from './staff-robot.js'

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
  reported: readonly Reported[],
  staff: readonly StaffRobot[],
): Promise<Finding[]> {
  return [
    await reportsOnce(town, reported),
    await photosWhole(town, reported),
    await messagesInOrder(town, [
      ...reported.map(({ robot }) => robot.person),
      ...staff.map((s) => s.person),
    ]),
    statusTold(reported, staff),
    await nothingLeft(town),
  ]
}

async function reportsOnce(town: TelegramTown, reported: readonly Reported[]): Promise<Finding> {
  const rows = await town.query<{ id: number; chat: string; lat: number; lon: number; words: string }>(`
    SELECT r.id::int, a.chat, r.lat, r.lon, string_agg(t.body, E'\\n' ORDER BY t.id) AS words
      FROM report r JOIN address a ON a.citizen = r.reporter
      LEFT JOIN report_text t ON t.report = r.id AND t.kind = 'description' GROUP BY r.id, a.chat`)
  const faults = reported.flatMap(({ robot, number }) => {
    const own = rows.filter(({ chat }) => chat === String(robot.person.id))
    if (own.length !== 1) return [`${own.length} reports of robot ${robot.person.id}`]
    const { id, lat, lon, words } = own[0] as (typeof rows)[0]
    const same = id === number && lat === robot.point[0] && lon === robot.point[1] && saysWhat(robot, words)
    return same ? [] : [`report ${id} is not what robot ${robot.person.id} sent: ${words}`]
  })
  if (rows.length !== reported.length) faults.push(`${rows.length} reports of ${reported.length} robots`)
  return { what: 'reports, each once', seen: `${rows.length} of ${reported.length}`, faults }
}

/** Who wrote once more because nobody answered has written it twice. */
const saysWhat = ({ words, askedAgain }: CitizenRobot, kept: string): boolean =>
  askedAgain === 0 ? kept === words : kept.split('\n').every((line) => line === words)

async function photosWhole(town: TelegramTown, reported: readonly Reported[]): Promise<Finding> {
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
  const downloads = town.citizens.callsOf('download').filter(({ outcome }) => outcome?.ok)
  const served = new Set(downloads.map(({ params }) => params.file_path)).size
  if (served < sent) faults.push(`the network served ${served} files, ${sent} photos were sent`)
  return { what: 'photos sent, served, stored', seen: `${sent}, ${served}, ${rows.length}`, faults }
}

async function colourIn(picture: Buffer): Promise<Colour> {
  const { channels } = await sharp(picture).stats()
  return channels.map(({ mean }) => mean) as unknown as Colour
}

/** JPEG, twice. */
const alike = (one: Colour, other: Colour): boolean =>
  one.every((value, channel) => Math.abs(value - (other[channel] as number)) < 6)

/** What a call says, wherever it lands. */
const wordsOf = ({ method, params }: Call): string =>
  JSON.stringify([method, params.text, params.caption, params.latitude, params.reply_markup])

const isSend = ({ method, outcome }: Call): boolean => method.startsWith('send') && outcome?.ok === true

const idsOf = ({ outcome }: Call): string[] => {
  const result = outcome?.ok ? outcome.result : []
  const messages = (Array.isArray(result) ? result : [result]) as readonly { message_id: number }[]
  return messages.map(({ message_id }) => String(message_id))
}

/** Which message each row became stands in the row; what the network took, and when, in its own log. */
async function messagesInOrder(town: TelegramTown, people: readonly Person[]): Promise<Finding> {
  const rows = await town.query<{ channel: string; chat: string; status: string; ids: string[] }>(
    `SELECT channel, chat, status, ext_ids AS ids FROM outbox ORDER BY channel, chat, seq`,
  )
  const faults: string[] = []
  let messages = 0
  let repeats = 0
  for (const [channel, bot] of [
    ['telegram', town.citizens],
    ['telegram-staff', town.staff],
  ] as const) {
    const calls = groupBy(bot.calls.filter(isSend), ({ params }) => String(params.chat_id))
    const ofChats = groupBy(
      rows.filter((row) => row.channel === channel),
      ({ chat }) => chat,
    )
    for (const [chat, own] of ofChats) {
      const unsent = own.filter(({ status, ids }) => status !== 'sent' || ids.length === 0)
      if (unsent.length > 0) faults.push(`${channel} ${chat}: ${unsent.length} rows have not gone out`)
      const arrived = calls.get(chat) ?? []
      const callOf = new Map(arrived.flatMap((call) => idsOf(call).map((id) => [id, call] as const)))
      // An edit carries the id of the message that it changed, which is known already.
      const said = new Set(own.flatMap(({ ids }) => ids).flatMap((id) => callOf.get(id) ?? []))
      const outcome = compareArrivals([...said].map(wordsOf), arrived.map(wordsOf))
      messages += said.size
      if (outcome.ok) repeats += outcome.repeats
      else faults.push(`${channel} ${chat}: ${outcome.why}: ${outcome.message}`)
    }
  }
  for (const person of people) {
    if (!rows.some(({ chat }) => chat === String(person.id))) faults.push(`nothing was said to ${person.id}`)
  }
  return { what: 'messages, in order; of them twice', seen: `${messages}; ${repeats}`, faults }
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

const heard = ({ person }: CitizenRobot, words: string): boolean =>
  person.history().some(({ by, text }) => by === 'bot' && text?.includes(words))

/** Not by the database's word, but by what stands in the chats. */
function statusTold(reported: readonly Reported[], staff: readonly StaffRobot[]): Finding {
  const claimed = new Set(staff.flatMap((one) => [...one.claimed]))
  const closed = new Set(staff.flatMap((one) => [...one.closed]))
  const faults = reported.flatMap(({ robot, number }) => [
    ...(heard(robot, `è la numero ${number}.`) ? [] : [`no receipt of ${number}`]),
    ...(!claimed.has(number) || heard(robot, "l'ha presa in carico") ? [] : [`claim of ${number} not told`]),
    ...(!closed.has(number) || heard(robot, `riparato la ${number}.`) ? [] : [`end of ${number} not told`]),
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
    'photos that wait': `SELECT 1 FROM attachment WHERE status = 'waiting'`,
  }
  const faults: string[] = []
  for (const [what, sql] of Object.entries(left)) {
    const rows = await town.query(sql)
    if (rows.length > 0) faults.push(`${rows.length} ${what}`)
  }
  const bots: readonly FakeBot[] = [town.citizens, town.staff]
  const unconfirmed = bots.reduce((sum, { updates }) => sum + updates.pending, 0)
  if (unconfirmed > 0) faults.push(`${unconfirmed} unconfirmed updates`)
  return { what: 'left behind', seen: `${faults.length}`, faults }
}

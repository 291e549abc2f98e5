import type { Report } from '../domain/report.js'
import { type About, aboutOwnReport, aboutReport } from '../domain/report-text.js'
import type { Town } from '../domain/town.js'
import type { CitizenId, ReportId } from '../kernel/ids.js'
import { asText, type Text, text } from '../kernel/text.js'
import type { News as Meaning, NewsKind } from '../messaging/news.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { Citizen, Matters, StaffMember, Tx } from './ports.js'
import { listenersOf, tellStaff } from './tell-staff.js'

/** What is to be told about a report. */
export interface News {
  readonly kind: NewsKind
  /** For apps that let only texts through that were approved beforehand: what is put in them beside number and place. */
  readonly values?: Pick<Meaning['values'], 'outcome' | 'words'>
  /** Public status: the reporter and all who follow; only the former reads the own words about the place. */
  readonly everyone: (about: About) => readonly Text[]
  /** Private: said to the reporter after the public part. */
  readonly reporterOnly?: readonly Text[]
  /** If it cannot be delivered, somebody must phone. */
  readonly matters?: Matters
}

/** How the reporter hears of it; `nobody`: there is no reporter, or nothing to say to one who has only a phone. */
export type Told = 'sent' | 'call' | 'not_delivered' | 'nobody'

type Telling = Pick<Tx, 'reports' | 'citizens' | 'history' | 'outbox' | 'calls' | 'staff'>
interface Here {
  readonly town: Town
  readonly now: Date
}

/** Queues the news for the reporter and all who follow, each in the own language. */
export async function tellCitizens(tx: Telling, here: Here, report: Report, news: News): Promise<Told> {
  await tellFollowers(tx, here, report, news)
  const reporter = report.reporter === undefined ? undefined : await tx.citizens.get(report.reporter)
  const about = aboutOwnReport(here.town, report)
  const body = [...news.everyone(about), ...(news.reporterOnly ?? [])]
  if (!reporter || body.length === 0) return 'nobody'
  return tellOne(tx, here, report, reporter, { body, news: meaningOf(news, about) }, news.matters)
}

/** Queues what everybody hears for those who follow alone. */
export async function tellFollowers(
  tx: Telling,
  here: Here,
  report: Report,
  news: Omit<News, 'reporterOnly'>,
): Promise<void> {
  const about = aboutReport(here.town, report)
  const body = news.everyone(about)
  const followers = body.length > 0 ? await tx.citizens.followersOf(report.id) : []
  for (const follower of followers) {
    if (follower.id !== report.reporter)
      await tellOne(tx, here, report, follower, { body, news: meaningOf(news, about) }, news.matters)
  }
}

const meaningOf = ({ kind, values }: Pick<News, 'kind' | 'values'>, about: About): Meaning => ({
  kind,
  values: {
    number: asText(about.number),
    category: asText(about.category),
    place: asText(about.place),
    ...values,
  },
})

async function tellOne(
  tx: Telling,
  here: Here,
  report: Report,
  citizen: Citizen,
  said: Required<Pick<OutboundMessage, 'body' | 'news'>>,
  matters: Matters | undefined,
): Promise<Told> {
  const address = await tx.citizens.addressOf(citizen.id)
  if (address?.reachable) {
    const { channel, chat } = address
    tx.outbox.put({
      to: { channel, chat },
      locale: citizen.locale,
      message: { ...said, about: report.id },
      matters,
    })
    return 'sent'
  }
  // Who has no chat at all is phoned about what matters and hears nothing of the steps between.
  if (!address && !matters) return 'nobody'
  return missed(tx, here, report, citizen, { say: said.body, matters, refused: false })
}

/**
 * The network refused what was sent: the history says so, a call is to be made where it matters and a number is known,
 * and the office hears of it. `citizen` missing: the reporter. `say`: what was refused. One call per report.
 */
export async function notDelivered(
  tx: Telling,
  here: Here,
  refused: { report: ReportId; citizen?: CitizenId; matters?: Matters; say?: readonly Text[] },
): Promise<void> {
  const report = await tx.reports.get(refused.report)
  if (!report) return
  const id = refused.citizen ?? report.reporter
  const citizen = id === undefined ? undefined : await tx.citizens.get(id)
  const { matters, say = [text('staff.call.say', aboutReport(here.town, report))] } = refused
  await missed(tx, here, report, citizen, { say, matters, refused: true })
}

/** Calls are for the reporter: a report has one open call, and a follower's must not take its place. */
async function missed(
  tx: Telling,
  { town, now }: Here,
  report: Report,
  citizen: Citizen | undefined,
  { say, matters, refused }: { say: readonly Text[]; matters: Matters | undefined; refused: boolean },
): Promise<'call' | 'not_delivered'> {
  const isReporter = citizen !== undefined && citizen.id === report.reporter
  const entry = { report: report.id, at: now, party: 'network', details: { follower: !isReporter } } as const
  const phone = isReporter && matters ? citizen.phone : undefined
  // On the phone nobody replies to a message.
  const told = say.filter((one) => !('key' in one && one.key === 'status.reply_how'))
  if (refused || !phone) await tx.history.append({ ...entry, action: 'not_delivered' })
  if (phone && matters) {
    await tx.calls.add({
      report: report.id,
      citizen: citizen?.id,
      phone,
      reason: matters,
      say: told,
      at: now,
    })
    await tx.history.append({ ...entry, action: 'call_task' })
  }
  const toReporter = citizen?.phone ? 'staff.not_delivered_phone' : 'staff.not_delivered'
  const key = !isReporter ? 'staff.not_delivered_follower' : phone ? 'staff.not_delivered_call' : toReporter
  tellStaff(tx, await responsibleFor(tx, town, report), () => ({
    body: [text(key, aboutReport(town, report))],
    about: report.id,
  }))
  return phone ? 'call' : 'not_delivered'
}

/** Who has claimed the report, else who could. */
export async function responsibleFor(
  tx: Pick<Tx, 'staff'>,
  town: Town,
  report: Report,
): Promise<readonly StaffMember[]> {
  const claimer = report.claimedBy === undefined ? undefined : await tx.staff.get(report.claimedBy)
  return claimer ? [claimer] : (await listenersOf(tx, town, report)).staff
}

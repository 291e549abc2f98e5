import type { StaffMember, Tx } from '../../src/app/ports.js'
import type { Locale, ReportId } from '../../src/kernel/ids.js'
import type { Text } from '../../src/kernel/text.js'
import type { OutboundMessage } from '../../src/messaging/outbound.js'
import { createUnitOfWork } from '../../src/storage/unit-of-work.js'
import { aTownDatabase, type TownDatabase } from './rows.js'

export interface Said {
  readonly chat: string
  readonly locale: Locale
  readonly matters: string | null
  readonly message: OutboundMessage
}

/** A town on real Postgres, its use cases at work; nothing is sent. */
export interface TestOffice extends Pick<TownDatabase, 'source' | 'end' | 'waiting'> {
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** What was queued about a report, in order, chat by chat. */
  said(report: ReportId): Promise<Said[]>
  /** Keys of what was queued, each with its chat. */
  keysSaid(report: ReportId): Promise<[chat: string, key: string][]>
  timers(report: ReportId): Promise<{ kind: string; dueAt: Date }[]>
  calls(report: ReportId): Promise<{ phone: string; reason: string; status: string }[]>
  /** Action and party of each line. */
  history(report: ReportId): Promise<string[]>
}

export async function anOffice(): Promise<TestOffice> {
  const { source, end, waiting } = await aTownDatabase()
  const unit = createUnitOfWork(source, { ownerFor: () => undefined, deliver: () => undefined })
  const said = (report: ReportId): Promise<Said[]> =>
    source.query('SELECT chat, locale, matters, message FROM outbox WHERE about = $1 ORDER BY chat, seq', [
      report,
    ])
  return {
    source,
    end,
    waiting,
    run: (work) => unit.run(work),
    said,
    async keysSaid(report) {
      return (await said(report)).map(({ chat, message }) => [chat, keyOf(message.body[0])])
    },
    timers: (report) =>
      source.query('SELECT kind, due_at AS "dueAt" FROM timer WHERE key = $1 ORDER BY due_at, kind', [
        String(report),
      ]),
    calls: (report) =>
      source.query('SELECT phone, reason, status FROM call_task WHERE report = $1 ORDER BY id', [report]),
    history: (report) =>
      unit.run(async (tx) => (await tx.history.of(report)).map(({ action, party }) => `${action} ${party}`)),
  }
}

/** The key of a text, or the words themselves. */
export const keyOf = (text: Text | undefined): string =>
  text === undefined ? '' : 'key' in text ? text.key : 'verbatim' in text ? text.verbatim : ''

export const operator = (staff: StaffMember) => ({ party: 'operator', staff }) as const
export const supervisor = (staff: StaffMember) => ({ party: 'supervisor', staff }) as const

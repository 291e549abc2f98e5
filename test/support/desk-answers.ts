import type { Effect } from '../../src/dialog/dialog.js'
import type { Json } from '../../src/dialog/session.js'
import { OUTCOMES, type Report, STATUSES } from '../../src/domain/report.js'
import type { ReportId } from '../../src/kernel/ids.js'
import { text } from '../../src/kernel/text.js'
import type { PlainCard } from '../../src/staff/cards.js'
import type { StaffEffects } from '../../src/staff/effects.js'
import { aReport } from './builders.js'
import { aCard, plain } from './cards.js'
import { fossano } from './fossano.js'

type Results = { readonly [Name in keyof StaffEffects]: StaffEffects[Name]['result'] }
type Refusal = Extract<Results['change_report'], { ok: false }>

const [office] = fossano.offices
const category = fossano.groups[0]?.categories[0]
if (!office || !category) throw new Error('The town has no offices')

const REFUSALS: readonly Refusal[] = [
  { ok: false, why: 'unknown' },
  { ok: false, why: 'not-yours' },
  { ok: false, why: 'wrong-status', status: 'withdrawn' },
  { ok: false, why: 'taken', by: 'Bruno', yourself: false },
  { ok: false, why: 'taken', by: 'Anna', yourself: true },
  { ok: false, why: 'changed', version: 4 },
  { ok: false, why: 'message-required' },
  { ok: false, why: 'outcome-required' },
  { ok: false, why: 'target-required' },
  { ok: false, why: 'too-late' },
  { ok: false, why: 'supervisor-decides' },
  { ok: false, why: 'duplicate-required' },
  { ok: false, why: 'duplicate-unknown' },
  { ok: false, why: 'duplicate-closed' },
]

function aCardOf(id: ReportId, luck: number): PlainCard {
  const status = STATUSES[luck % STATUSES.length] ?? 'submitted'
  const closed = status === 'closed' || status === 'withdrawn'
  const report: Partial<Report> = {
    id,
    status,
    office: office?.code,
    category: category?.code,
    ...(closed && { closedAt: new Date('2026-11-23T09:59:30Z'), outcome: OUTCOMES[luck % OUTCOMES.length] }),
  }
  return aCard(report, { hasReporter: luck % 5 !== 0, mayAct: luck % 7 !== 0 })
}

/** What the use cases might answer at the desk: mostly well, sometimes not. */
export function deskAnswer({ type, input }: Effect, luck: number): Json {
  const id = ((input as { report?: number } | null)?.report ?? 351) as ReportId
  const refused = luck % 4 === 0
  const no = (luck % 8 === 0 ? 'unknown' : 'not-yours') as 'unknown' | 'not-yours'
  const answers: { readonly [Name in keyof StaffEffects]: () => Results[Name] } = {
    view_queue: () => ({
      ok: true,
      filter: 'open',
      page: luck % 3,
      total: luck === 5 ? 0 : 20,
      rows:
        luck === 5
          ? []
          : [1, 2, 3].map((row) => ({
              ...plain(aReport({ id: row as ReportId, category: category?.code })),
              claimedBy: luck % 2 ? 'Bruno' : undefined,
            })),
    }),
    open_report: () => (refused ? { ok: false, why: no } : { ok: true, card: aCardOf(id, luck) }),
    change_report: () =>
      refused
        ? (REFUSALS[luck % REFUSALS.length] as Refusal)
        : { ok: true, report: plain(aReport({ id, office: office?.code })) },
    reply_to_citizen: () =>
      refused
        ? { ok: false, why: no }
        : { ok: true, report: plain(aReport({ id })), told: luck % 2 ? 'sent' : 'call' },
    add_note: () => (refused ? { ok: false, why: no } : { ok: true, report: id }),
    show_call: () =>
      refused ? { ok: false, why: 'unknown-call' } : { ok: true, call: 5, phone: '+39320000000', say: [] },
    view_calls: () =>
      refused
        ? { ok: false, why: 'not-yours' }
        : {
            ok: true,
            page: luck % 2,
            total: luck === 5 ? 0 : 20,
            rows:
              luck === 5
                ? []
                : [
                    { id: 5, reason: 'call_back', createdAt: '2026-11-23T09:00:00.000Z', tries: luck % 3 },
                    { id: 6, report: id, reason: 'end', createdAt: '2026-11-23T09:00:00.000Z', tries: 0 },
                  ],
          },
    make_call: () =>
      refused
        ? { ok: false, why: 'unknown-call' }
        : { ok: true, how: (['told', 'no_answer', 'nobody', 'wrong_number'] as const)[luck % 4] ?? 'told' },
    show_contacts: () =>
      refused
        ? { ok: false, why: 'nobody' }
        : { ok: true, report: id, phone: luck % 2 ? '333' : undefined, reachable: true },
    ask_link_code: () => (refused ? { ok: false, why: 'linked' } : { ok: true }),
    tell_of_link: () => null,
    chase_office: () => (refused ? { ok: false, why: 'wrong-status' } : { ok: true, told: luck % 3 }),
    decide_reopening: () =>
      refused
        ? { ok: false, why: 'not-asked' }
        : luck % 2
          ? { ok: true, reopened: true }
          : { ok: true, reopened: false, told: 'sent' },
    digest_now: () =>
      refused
        ? { ok: false, why: 'not-yours' }
        : {
            ok: true,
            body: [text('staff.digest.all_claimed')],
            choices: [{ id: 'open:1', label: text('staff.button.open'), command: '/open 1' }],
          },
    invite_staff: () =>
      refused
        ? { ok: false, why: 'office-required' }
        : { ok: true, link: 'https://t.me/bot?start=x', expiresAt: '2026-11-25T10:00:00.000Z' },
    join_staff: () => ({ ok: false, why: 'expired' }),
    set_locale: () => ({ ok: true }),
  }
  return answers[type as keyof StaffEffects]() as unknown as Json
}

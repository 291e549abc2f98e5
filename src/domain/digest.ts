import type { Locale } from '../kernel/ids.js'
import { type Text, text } from '../kernel/text.js'
import type { Choice } from '../messaging/outbound.js'
import type { PublicPlace, Report } from './report.js'
import { aboutReport } from './report-text.js'
import { staffCommand } from './staff-command.js'
import type { Town } from './town.js'

export interface DigestNumbers {
  readonly submitted: number
  readonly claimed: number
  readonly closed: number
  /** Of `claimsDue`, those claimed before their clock ended. */
  readonly claimedInTime: number
  readonly claimsDue: number
  readonly backlog: number
}

/** A report that nobody has claimed. */
export type Unclaimed = Pick<Report, 'id' | 'category' | 'office' | 'claimDueAt'> & {
  readonly place: PublicPlace
}

export interface Digest {
  /** What no earlier digest covered: [from, to). */
  readonly from: Date
  readonly to: Date
  readonly numbers: DigestNumbers
  readonly unclaimed: { readonly rows: readonly Unclaimed[]; readonly total: number }
  /** What the supervisors should not forget. */
  readonly remarks: readonly Text[]
}

/** Whole per cent, or undefined when no clock ended or stopped in the span. */
export const inTimePercent = ({ claimedInTime, claimsDue }: DigestNumbers): number | undefined =>
  claimsDue === 0 ? undefined : Math.round((100 * claimedInTime) / claimsDue)

/** The digest in words, and for each report that nobody has claimed the buttons open, chase, move. */
export function digestMessage(
  town: Town,
  { from, to, numbers, unclaimed, remarks }: Digest,
  locale: Locale,
): { body: Text[]; choices: Choice[] } {
  const percent = inTimePercent(numbers)
  return {
    body: [
      text('staff.digest.title', {
        from: { at: from.toISOString(), style: 'datetime' },
        to: { at: to.toISOString(), style: 'datetime' },
      }),
      text('staff.digest.numbers', {
        submitted: numbers.submitted,
        claimed: numbers.claimed,
        closed: numbers.closed,
        backlog: numbers.backlog,
      }),
      text('staff.digest.in_time', {
        hours: town.claim.hours,
        percent: percent === undefined ? '—' : `${percent} %`,
      }),
      ...unclaimedLines(town, unclaimed, to),
      ...remarks,
    ],
    choices: [
      ...unclaimed.rows.flatMap((report, row) => choicesFor(report, row, locale)),
      ...(unclaimed.total > unclaimed.rows.length ? [seeAll(unclaimed.rows.length, locale)] : []),
    ],
  }
}

function unclaimedLines(town: Town, { rows, total }: Digest['unclaimed'], now: Date): Text[] {
  if (total === 0) return [text('staff.digest.all_claimed')]
  const lines = rows.map((report) =>
    text(report.claimDueAt <= now ? 'staff.digest.row_late' : 'staff.digest.row', aboutReport(town, report)),
  )
  const more = total - rows.length
  return [
    text('staff.digest.unclaimed', { count: total }),
    ...lines,
    ...(more > 0 ? [text('staff.digest.more', { count: more })] : []),
  ]
}

/** The queue of what nobody has claimed: all pages of it. */
const seeAll = (row: number, locale: Locale): Choice => ({
  id: 'unclaimed:0',
  label: text('staff.button.see_all'),
  command: staffCommand('queue', locale, UNCLAIMED_WORD[locale]),
  row,
})

/** The filter of `/queue`, in each language. */
const UNCLAIMED_WORD: Readonly<Record<Locale, string>> = { it: 'nuove', en: 'new' }

const choicesFor = ({ id }: Unclaimed, row: number, locale: Locale): Choice[] => [
  {
    id: `open:${id}`,
    label: text('staff.button.open_number', { number: id }),
    command: staffCommand('open', locale, id),
    row,
  },
  {
    id: `chase:${id}`,
    label: text('staff.button.chase_number', { number: id }),
    command: staffCommand('chase', locale, id),
    row,
  },
  {
    id: `transfer:${id}`,
    label: text('staff.button.transfer_number', { number: id }),
    command: staffCommand('transfer', locale, id),
    row,
  },
]

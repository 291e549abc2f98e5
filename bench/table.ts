import type { Figures } from './measure.js'

export interface Line {
  readonly name: string
  readonly chats: number
  readonly figures: Figures
}

const digits = (value: number, after = 0): string => value.toFixed(after)

/** Columns as wide as their widest cell; the first one to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const figuresTable = (lines: readonly Line[]): string =>
  table([
    ['', 'chats', 'turns/s', 'p50 ms', 'p95 ms', 'CPU ms/turn', 'RSS MB'],
    ...lines.map(({ name, chats, figures }) => [
      name,
      digits(chats),
      digits(figures.turnsPerSecond),
      digits(figures.p50, 1),
      digits(figures.p95, 1),
      digits(figures.cpuMsPerTurn, 2),
      digits(figures.rssMb),
    ]),
  ])

/** A process that nobody talks to. */
export interface Idle {
  readonly name: string
  readonly rssMb: number
  readonly cpuMsPerMinute: number
}

/** Each beside the first. */
export const idleTable = (all: readonly Idle[]): string =>
  table([
    ['', 'RSS MB', 'to the first', 'CPU ms/min', 'to the first'],
    ...all.map(({ name, rssMb, cpuMsPerMinute }) => [
      name,
      digits(rssMb),
      digits(rssMb / (all[0]?.rssMb ?? Number.NaN), 2),
      digits(cpuMsPerMinute),
      digits(cpuMsPerMinute / (all[0]?.cpuMsPerMinute ?? Number.NaN), 2),
    ]),
  ])

/** How long a lone chat waits for its answers. */
export interface Replies {
  readonly name: string
  readonly turns: number
  readonly p50: number
  readonly p95: number
}

/** Each beside the first. */
export const repliesTable = (all: readonly Replies[]): string =>
  table([
    ['', 'turns', 'p50 ms', 'p95 ms', 'p50 to the first'],
    ...all.map(({ name, turns, p50, p95 }) => [
      name,
      digits(turns),
      digits(p50, 1),
      digits(p95, 1),
      digits(p50 / (all[0]?.p50 ?? Number.NaN), 2),
    ]),
  ])

export interface Aim {
  readonly what: string
  readonly ratio: number
  readonly at: 'least' | 'most'
  readonly aim: number
}

export const aimsTable = (aims: readonly Aim[]): string =>
  table([
    ['', 'ratio', 'aim', ''],
    ...aims.map(({ what, ratio, at, aim }) => [
      what,
      digits(ratio, 2),
      `${at === 'least' ? '≥' : '≤'} ${aim}`,
      (at === 'least' ? ratio >= aim : ratio <= aim) ? 'reached' : 'missed',
    ]),
  ])

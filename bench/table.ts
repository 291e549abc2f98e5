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

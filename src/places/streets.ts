import { parse } from 'csv-parse/sync'
import { REPLACEMENT } from '../kernel/utf8.js'
import { italianCase } from './italian-case.js'

/** A street of the town's register. */
export interface Street {
  /** "Via", "Località", "Strada Provinciale". */
  readonly type: string
  /** "Giuseppe Verdi", "della Rovere". */
  readonly name: string
  /** Both, as the town writes it. */
  readonly label: string
}

/** How a town's own file differs from the national archive's. */
export interface StreetsLayout {
  /** Default: whichever of `;` `,` and tab the header line has most of. */
  readonly separator?: string
  readonly columns?: { readonly type: string; readonly name: string }
}

/** ANNCSU, the national archive of streets: DUG is the kind ("VIA"), DUF the name. */
const ANNCSU_COLUMNS = { type: 'DUG', name: 'DUF' }

function separatorOf(csv: string): string {
  const [header = ''] = csv.split('\n', 1)
  const count = (separator: string): number => header.split(separator).length
  return [';', ',', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best))
}

/**
 * The streets of a CSV file with a header line, each once, in the file's order. Throws when a column is missing, or it is not UTF-8:
 * the file came with the configuration.
 */
export function readStreets(csv: string, layout: StreetsLayout = {}): Street[] {
  if (csv.includes(REPLACEMENT)) throw new Error('the streets file is not UTF-8; save it as UTF-8')
  const columns = layout.columns ?? ANNCSU_COLUMNS
  const rows: Record<string, string>[] = parse(csv, {
    columns: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    delimiter: layout.separator ?? separatorOf(csv),
  })
  const missing = [columns.type, columns.name].filter((column) => rows[0] && !(column in rows[0]))
  if (missing.length > 0) throw new Error(`the streets file has no column ${missing.join(', ')}`)
  const streets = rows
    .map((row) => ({
      type: italianCase(row[columns.type] ?? ''),
      name: italianCase(row[columns.name] ?? '', Boolean(row[columns.type])),
    }))
    .filter(({ name }) => name !== '')
    .map(({ type, name }) => ({ type, name, label: `${type} ${name}`.trim() }))
  return [...new Map(streets.map((street) => [street.label, street])).values()]
}

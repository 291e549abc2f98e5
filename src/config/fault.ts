import { distance } from 'fastest-levenshtein'

/** One thing that is wrong with the configuration. */
export interface Fault {
  /** The environment variable, or file, line and path: `config/fossano.yaml:12 desk.phone`. */
  readonly where: string
  readonly wrong: string
  /** What would be right. */
  readonly right: string
}

/** For a person at a terminal: one line each. Holds no secret. */
export const formatFaults = (faults: readonly Fault[]): string =>
  [
    `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`,
    ...faults.map(({ where, wrong, right }) => `  ${where} ${wrong}; right would be: ${right}`),
  ].join('\n')

/** The known name that was probably meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const apart = (other: string): number => distance(name.toLowerCase(), other.toLowerCase())
  const [best] = [...known].sort((a, b) => apart(a) - apart(b))
  return best !== undefined && apart(best) <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined
}

/** What to say about a name that nobody knows. */
export function unknownName(where: string, name: string, known: readonly string[]): Fault {
  const meant = nearest(name, known)
  return { where, wrong: 'is not known', right: meant ? `"${meant}"?` : `one of ${known.join(', ')}` }
}

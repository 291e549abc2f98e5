import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config.js'
import { categoriesOf } from '../../domain/town.js'
import { LOCALES } from '../../kernel/ids.js'
import { createBoundary } from '../../places/boundary.js'
import { readStreets } from '../../places/streets.js'
import { type Finding, fault, ok, warning } from './finding.js'

/** How the example marks what every town must change. */
const EXAMPLE = /TO BE CHANGED/
/** Degrees; the largest Italian municipality, Rome, is about half a degree wide. */
const WIDEST_TOWN = 2
const FEW_STREETS = 10

/** The municipality file beyond its form: is it still the example? */
export function checkMunicipality(content: string, { town, telegram }: Config): Finding[] {
  const examples = content.split('\n').flatMap((line, index) => (EXAMPLE.test(line) ? [index + 1] : []))
  const summary = ok(
    'town',
    `${town.name}: ${town.offices.length} offices, ${categoriesOf(town).length} categories`,
  )
  if (examples.length === 0 || !telegram) return [summary]
  const lines = `the municipality file still has examples in line ${examples.join(', ')}`
  return [summary, warning('town', lines, "put the town's own phone numbers and addresses there")]
}

/** Degrees, generously: from Lampedusa to the Alps, from Piedmont to Apulia. */
const isInItaly = ({ south, west, north, east }: ReturnType<typeof createBoundary>['bounds']): boolean =>
  south > 35 && north < 48 && west > 6 && east < 19

/** The border: closed lines, and the size of a town. */
export async function checkBoundary({ boundaryFile }: Pick<Config, 'boundaryFile'>): Promise<Finding[]> {
  const mend = 'export it again as GeoJSON (docs/your-town.md)'
  let boundary: ReturnType<typeof createBoundary>
  try {
    boundary = createBoundary(JSON.parse(await readFile(boundaryFile, 'utf8')))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : (error as Error).message
    return [fault('boundary', `${boundaryFile}: ${why}`, mend)]
  }
  const open = boundary.rings.filter((ring) => {
    const [first, last] = [ring[0], ring.at(-1)]
    return first?.lat !== last?.lat || first?.lon !== last?.lon
  })
  if (open.length > 0) return [fault('boundary', `${boundaryFile}: a line of the border is not closed`, mend)]
  const { south, west, north, east } = boundary.bounds
  if (north - south > WIDEST_TOWN || east - west > WIDEST_TOWN) {
    const says = `${boundaryFile} is more than ${WIDEST_TOWN} degrees wide: no town, or latitude and longitude are mixed up`
    return [warning('boundary', says, 'longitude comes first in GeoJSON')]
  }
  if (!isInItaly(boundary.bounds) && isInItaly({ south: west, west: south, north: east, east: north })) {
    const says = `${boundaryFile} lies in Italy only with latitude and longitude changed over`
    return [warning('boundary', says, 'longitude comes first in GeoJSON')]
  }
  const points = boundary.rings.flat().length
  const [from, to] = [
    [south, west],
    [north, east],
  ].map((corner) => corner.map((one) => one.toFixed(3)).join(', '))
  return [ok('boundary', `${points} points, from ${from} to ${to}`)]
}

/** The register by which typed addresses are understood. */
export async function checkStreets({ streets }: Pick<Config, 'streets'>): Promise<Finding[]> {
  if (!streets) {
    const says = 'no street register: addresses are kept as they are typed'
    return [warning('streets', says, 'name one in the municipality file (docs/your-town.md)')]
  }
  const mend = 'look at its separator and columns (docs/your-town.md)'
  try {
    const known = readStreets(await readFile(streets.file, 'utf8'), streets)
    if (known.length >= FEW_STREETS) return [ok('streets', `${known.length} streets`)]
    return [warning('streets', `${streets.file} has only ${known.length} streets`, mend)]
  } catch (error) {
    return [fault('streets', `${streets.file}: ${(error as Error).message}`, mend)]
  }
}

/** Every language says everything that Italian says. */
export async function checkLanguages(folder: string): Promise<Finding[]> {
  const keysOf = async (locale: string): Promise<string[]> =>
    Object.keys(JSON.parse(await readFile(join(folder, `${locale}.json`), 'utf8')))
  try {
    const italian = await keysOf('it')
    const findings: Finding[] = []
    for (const locale of LOCALES) {
      const keys = new Set(await keysOf(locale))
      const missing = italian.filter((key) => !keys.has(key))
      if (missing.length === 0) continue
      const says = `${locale} lacks ${missing.length} texts (${missing.slice(0, 3).join(', ')} …): Italian is shown`
      findings.push(warning('languages', says, `add them to ${join(folder, `${locale}.json`)}`))
    }
    if (findings.length > 0) return findings
    return [ok('languages', `${LOCALES.join(', ')}: ${italian.length} texts each`)]
  } catch {
    return [
      fault(
        'languages',
        `the texts in ${folder} cannot be read`,
        'npm run build, or fetch the release again',
      ),
    ]
  }
}

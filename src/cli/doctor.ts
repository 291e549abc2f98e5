import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Config, loadConfig, nearlyKnown } from '../config.js'
import type { Log } from '../kernel/logger.js'
import { checkDatabase } from './doctor/check-database.js'
import { checkDisk, checkMedia, checkPort } from './doctor/check-machine.js'
import { checkTelegram } from './doctor/check-telegram.js'
import { checkBoundary, checkLanguages, checkMunicipality, checkStreets } from './doctor/check-town.js'
import { checkWhatsApp } from './doctor/check-whatsapp.js'
import { type Finding, fault, formatFinding, guarded, ok, warning } from './doctor/finding.js'

const LOCALES_FOLDER = fileURLToPath(new URL('../../locales', import.meta.url))
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT }

/**
 * Looks at everything that the product needs, whether it runs or not, and prints a line for each. Changes nothing.
 * @returns whether there is no fault
 */
export async function runDoctor(
  env: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
  print: (line: string) => void,
): Promise<boolean> {
  let faults = 0
  let warnings = 0
  const tell = (findings: readonly Finding[]): void => {
    for (const finding of findings) {
      if (finding.level === 'fault') faults++
      if (finding.level === 'warning') warnings++
      print(formatFinding(finding))
    }
  }
  const loaded = loadConfig(env, readText)
  tell(
    loaded.ok
      ? [ok('settings', 'no faults')]
      : loaded.faults.map(({ where, wrong, right }) => fault('settings', `${where} ${wrong}`, right)),
  )
  tell(
    nearlyKnown(env).map(({ name, meant }) =>
      warning('settings', `${name} is set, and means nothing here`, `${meant}, if that is what it should be`),
    ),
  )
  tell(await guarded('languages', () => checkLanguages(LOCALES_FOLDER)))
  if (loaded.ok) for (const check of checksOf(loaded.config, env)) tell(await check)
  else print('The rest can be looked at when the settings are right.')
  print(`\n${faults} faults, ${warnings} warnings`)
  return faults === 0
}

/** Begun together, told in this order. */
function checksOf(config: Config, env: Readonly<Record<string, string | undefined>>): Promise<Finding[]>[] {
  const file = env.MUNICIPALITY_FILE?.trim() || 'config/fossano.yaml'
  return [
    guarded('town', async () => checkMunicipality(await readFile(file, 'utf8'), config)),
    guarded('boundary', () => checkBoundary(config)),
    guarded('streets', () => checkStreets(config)),
    guarded('database', () => checkDatabase(config, SILENT)),
    guarded('telegram', () => checkTelegram(config.telegram, new Date())),
    guarded('whatsapp', () => checkWhatsApp(config)),
    guarded('media', () => checkMedia(config)),
    guarded('disk', () => checkDisk(config)),
    guarded('http', () => checkPort(config)),
  ]
}

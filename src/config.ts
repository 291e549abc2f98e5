import { type Environment, readEnvironment } from './config/environment.js'
import type { Fault } from './config/fault.js'
import { type MunicipalityFile, readMunicipality } from './config/municipality.js'

export type { ProcessRole, TelegramConfig } from './config/environment.js'
export { nearlyKnown, PROCESS_ROLES } from './config/environment.js'
export { type Fault, formatFaults } from './config/fault.js'
export type { MediaStoreConfig } from './config/media-store.js'
export type { WhatsAppCloudConfig, WhatsAppConfig, WhatsAppWebConfig } from './config/whatsapp.js'

/** Everything that a start needs to know. Holds secrets: never logged as a whole. */
export type Config = Omit<Environment, 'municipalityFile'> & MunicipalityFile

/**
 * The environment and the municipality file, or all their faults at once. `readFile` rejects what it cannot read by
 * throwing; it is asked for the municipality file and for those that it names.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): { ok: true; config: Config } | { ok: false; faults: Fault[] } {
  const machine = readEnvironment(env)
  const file = readMunicipality(
    machine.ok ? machine.environment.municipalityFile : machine.municipalityFile,
    readFile,
  )
  if (!machine.ok || !file.ok) {
    return { ok: false, faults: [...(machine.ok ? [] : machine.faults), ...(file.ok ? [] : file.faults)] }
  }
  const { municipalityFile: _, ...environment } = machine.environment
  return { ok: true, config: { ...environment, ...file.municipality } }
}

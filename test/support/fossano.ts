import { readFileSync } from 'node:fs'
import { loadConfig } from '../../src/config.js'
import type { World } from '../../src/dialog/world.js'
import { createTranslator } from '../../src/i18n/translator.js'
import { fossanoPlaces } from './fossano-places.js'

const loaded = loadConfig({}, (path) => readFileSync(path, 'utf8'))
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))

/** The shipped town: its own offices and categories. */
export const fossano = loaded.config.town

/** The shipped town as a conversation sees it, on a Monday morning. A text that a language lacks is a fault. */
export const fossanoWorld = async (): Promise<World> => ({
  now: new Date('2026-11-23T10:00:00Z'),
  town: fossano,
  places: fossanoPlaces,
  translate: await createTranslator({
    folder: 'locales',
    timeZone: fossano.timeZone,
    warn: (fault) => {
      throw new Error(fault)
    },
  }),
})

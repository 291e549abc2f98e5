import { readFileSync } from 'node:fs'
import { loadConfig } from '../../../src/config.js'
import { misconductChannel } from '../../../src/domain/misconduct.js'
import { aTown } from '../../support/builders.js'

const loaded = loadConfig({}, (path) => readFileSync(path, 'utf8'))
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
const { town } = loaded.config

it.each([
  'Il vigile mi ha chiesto dei soldi per non fare la multa',
  'un vigile vuole soldi in contanti',
  'due vigili hanno preso soldi da un ambulante',
  'in ufficio girano le mazzette',
  'ho dovuto dare una bustarella',
  'c’è corruzione all’ufficio tecnico',
  'l’impiegata mi ha chiesto soldi per il certificato',
  'un funzionario chiede tangenti',
  'impiegati corrotti!',
  'è un abuso di potere del vigile',
  'una vigile mi ha minacciato',
  'The officer asked me for money',
  'they take bribes at the town hall',
  'a clerk wants money for the permit',
])('“%s” belongs elsewhere', (words) => {
  expect(misconductChannel(town, words)).toEqual(town.misconduct?.channel)
})

it.each([
  'I vigili non passano mai in via Roma',
  'ho chiamato il vigile ma non è venuto nessuno',
  'serve un vigile davanti alla scuola',
  'il vigile del fuoco ha tolto il nido',
  'un mendicante mi ha chiesto soldi al semaforo',
  'il palo è in corrosione',
  'il percorso corretto non è segnalato',
  'una strada tangente al parco, buca profonda',
  'sulla tangenziale manca un cartello',
  'si buttano i soldi dei cittadini, la fontana perde da mesi',
  'l’impiegato dello sportello non c’era',
  'piazzetta sporca',
  'the officer did not come',
  'a man asked me for money at the lights',
  'broken bridge',
  'My son has a concussion, he fell in the pothole',
  'un mazzetto di fiori',
  '',
])('“%s” is a report like any other', (words) => {
  expect(misconductChannel(town, words)).toBeUndefined()
})

it('is nothing where a town has named no channel', () => {
  expect(misconductChannel(aTown(), 'una bustarella')).toBeUndefined()
})

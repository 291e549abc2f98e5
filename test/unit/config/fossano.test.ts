import { readFileSync } from 'node:fs'
import { loadConfig } from '../../../src/config.js'
import { isWorkingDay } from '../../../src/domain/clocks.js'
import { looksDangerous } from '../../../src/domain/danger.js'
import { suggestCategories } from '../../../src/domain/suggest-category.js'
import { categoriesOf } from '../../../src/domain/town.js'

const loaded = loadConfig({}, (path) => readFileSync(path, 'utf8'))
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
const { town } = loaded.config
const categories = categoriesOf(town)

test('the eleven kinds of the national model, the most needed first, and "other" last', () => {
  expect(town.groups.map(({ code }) => code)).toEqual([
    'roads_signs',
    'parks',
    'hygiene_waste',
    'street_furniture',
    'water',
    'public_buildings',
    'public_order',
    'pests_strays',
    'environment',
    'safety_decay',
    'town_services',
    'other',
  ])
  expect(town.groups.at(-1)?.categories.map(({ code }) => code)).toEqual(['other'])
})

test('three to seven categories in a group', () => {
  for (const { categories: own, code } of town.groups.slice(0, -1)) {
    expect([code, own.length >= 3 && own.length <= 7]).toEqual([code, true])
  }
})

test('every name is there in both languages and short enough to be a button', () => {
  for (const { name } of [...town.groups, ...categories, ...town.offices]) {
    expect(name.it.length).toBeLessThanOrEqual(28)
    expect(name.en?.length).toBeLessThanOrEqual(28)
  }
})

test('no two choices of one list read the same', () => {
  for (const locale of ['it', 'en'] as const) {
    for (const list of [town.groups, categories]) {
      const names = list.map(({ name }) => name[locale])
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    }
  }
})

test('every category but "other" has words enough, each once', () => {
  for (const { code, keywords } of categories.filter((category) => category.code !== 'other')) {
    expect([code, keywords.length >= 6]).toEqual([code, true])
    expect([code, keywords.filter((word, index) => keywords.indexOf(word) !== index)]).toEqual([code, []])
  }
})

test('every office has work', () => {
  const used = new Set(categories.map(({ office }) => office))
  expect(town.offices.filter(({ code }) => !used.has(code))).toEqual([])
})

test('danger is looked for in two languages; neighbours, homelessness and disability are sensitive', () => {
  expect(town.dangerWords).toEqual(
    expect.arrayContaining(['puzza di gas', 'cavi scoperti', 'gas leak', 'live wires']),
  )
  const sensitive = categories.filter((category) => category.sensitive).map(({ code }) => code)
  expect(sensitive).toEqual(expect.arrayContaining(['neighbours', 'homelessness', 'barriers']))
  expect(categories.some(({ danger }) => danger)).toBe(true)
})

test.each(['2026-05-03', '2026-04-06', '2026-06-02', '2026-12-25', '2026-08-15', '2026-10-04'])(
  '%s is a holiday',
  (date) => {
    expect(isWorkingDay({ ...town, working: { ...town.working, days: [1, 2, 3, 4, 5, 6, 7] } }, date)).toBe(
      false,
    )
  },
)

test.each([
  ["Un'altra buca", ['pothole']],
  ['another pothole', ['pothole']],
  ['Sento', []],
])('"%s" is offered %j and nothing else', (words, codes) => {
  expect(suggestCategories(town, words).map(({ code }) => code as string)).toEqual(codes)
})

test.each(['Sento odore di gas', 'Sento puzza di gas in cortile'])('"%s" is no street light', (words) => {
  expect(suggestCategories(town, words).map(({ code }) => code as string)).not.toContain('street_light')
})

test.each([
  ["c'è una buca in via Roma 12 davanti al bar", 'pothole'],
  ['il lampione è spento da una settimana', 'street_light'],
  ["manca l'acqua da ieri", 'no_water'],
  ['perde acqua il tubo sul marciapiede', 'water_leak'],
  ['hanno abbandonato un materasso', 'dumped_waste'],
  ["non sono passati a ritirare l'umido", 'missed_collection'],
  ['cacca di cane sul marciapiede', 'dog_dirt'],
  ["l'altalena del parco è rotta", 'playground'],
  ['un ramo pericolante sopra la strada', 'dangerous_tree'],
  ['erba altissima nei giardini', 'tall_grass'],
  ['topi vicino ai cassonetti', 'rats'],
  ['nido di vespe', 'wasps'],
  ['il semaforo è rotto', 'traffic_lights'],
  ['strisce pedonali sbiadite', 'markings'],
  ['macchina parcheggiata sul posto disabili', 'illegal_parking'],
  ['i vicini fanno rumore di notte', 'noise'],
  ['la carrozzina non passa, manca la rampa', 'barriers'],
  ['eternit sul tetto', 'asbestos'],
  ['tombino intasato', 'blocked_drain'],
  ['pothole on via roma', 'pothole'],
  ['street light out', 'street_light'],
  ['rubbish dumped near the river', 'dumped_waste'],
  ['fallen tree blocking the road', 'dangerous_tree'],
  ['water coming out from the street', 'water_leak'],
  ['esce acqua dal marciapiede', 'water_leak'],
])('"%s" is offered %s', (words, code) => {
  expect(suggestCategories(town, words).map((category) => category.code as string)).toContain(code)
})

test.each([
  ['le strisce non si vedono più', ['markings']],
  ["non è vero c'è ancora", []],
  ['il lampione non funziona', ['street_light']],
  ['non ritirano la plastica', ['missed_collection']],
  ['ho fatto domanda in comune', ['public_building']],
  ['è stato rotto un lampione', ['street_light']],
  [
    'water coming out from the street near the station, my landlord says call you',
    ['water_leak', 'public_transport'],
  ],
  ['coming out of the street', []],
])('"%s" is offered nothing but %j', (words, codes) => {
  expect(suggestCategories(town, words).map((category) => category.code as string)).toEqual(codes)
})

describe('danger is heard', () => {
  it.each([
    'there is a fire in the park',
    'someone is hurt',
    'aiuto mi sento male',
    'mio marito mi picchia',
    "c'è un uomo armato in piazza",
    'voglio morire',
    'brucia un cassonetto in via Roma',
    'un bambino è caduto nel tombino',
    'si sente odore di gas',
    'senso di gas nelle scale',
    'scossa elettrica dal palo',
    'muro pericolante',
    'cavo elettrico scoperto',
    'ho preso la scossa toccando il lampione',
    'un ragazzo si vuole buttare dal ponte',
    'si sente puzza di gaz',
    'un bambino è caduto dalla giostra e perde sangue',
    "c'è fumo che esce dal tetto",
    'il palo della luce sta cadendo',
    'sta venendo giù il tetto',
    'un cavo della luce penzola',
    "c'è uno che mi segue",
    'fire',
    'FIRE FIRE!!',
    'fuoco',
    'Gas!',
    'al fuoco al fuoco',
    'mio figlio prende la scossa',
    'il palo mi ha dato la scossa',
    'una ragazza sta per buttarsi dal ponte',
    'una donna vuole gettarsi giù',
    'si è buttato giù dal ponte',
    'il muro sta cadendo sulla strada',
    'i fili penzolano dal palo',
    'fili della luce penzolanti',
    'un tizio mi sta seguendo',
    'un uomo mi segue da piazza Castello',
    'la signora sanguina',
    'esce del fumo dalla finestra del terzo piano',
    "l'albero sta venendo giù sulla macchina",
    'odore di metano',
    'a man wants to jump off the bridge',
    'someone is following me',
    'a cable is hanging from the pole',
    'the wall is coming down',
    'smoke is coming out of the window',
    'he is bleeding',
    'there is fire in the bin',
    'la macchina ha preso fuoco',
  ])('%s', (words) => {
    expect(looksDangerous(town, words)).toBe(true)
  })

  it.each([
    'lampione spento da una settimana',
    'buca in via Roma 12',
    'cassonetto pieno',
    'erba alta al parco',
    'un cartello caduto sul marciapiede',
    'the street light is broken',
    'via Gasparini 3',
    "l'intonaco sta cadendo a pezzi",
    'il lampione fa fumo negli occhi',
    'il camino del vicino fa fumo nero',
    'il fumo del barbecue entra dalla finestra',
    'fire hydrant leaking in via Roma',
    'the fire station needs paint',
    'the fire hydrant is broken',
    'la gente butta i rifiuti giù dal ponte',
    'hanno buttato un divano dal ponte',
    'si butta di tutto nel fosso',
    'sta cadendo la neve e nessuno spala',
    'sta venendo giù tanta acqua',
    'sta venendo giù la neve e la strada è ghiacciata',
    "le foglie cadono dall'albero",
    'le foglie stanno cadendo dagli alberi',
    'la panchina sta cadendo a pezzi',
    'chi sta seguendo la mia segnalazione?',
    'qualcuno sta seguendo la mia pratica?',
    "l'ufficio segue la pratica 351",
    'donazione di sangue, dove si prenota',
    'macchie di sangue sul marciapiede',
    'siringa con sangue al parco',
    'la stufa del vicino fa fumo',
    'lavori del gas in via Roma, buca lasciata aperta',
    "l'albero fa cadere le foglie in giardino",
    'leaves are falling from the trees',
    'mosquitoes are breeding in the fountain',
    'the following street lights are out',
    'tell me who is following my report',
    'smoke from a barbecue comes in at my window',
    'finita la festa nessuno ha pulito',
    'È ora di farla finita con questi parcheggi selvaggi',
    'vorrei parlare con l’assistente sociale che mi segue',
    'nessuno mi segue la pratica',
  ])('not in: %s', (words) => {
    expect(looksDangerous(town, words)).toBe(false)
  })
})

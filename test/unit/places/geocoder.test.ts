import type { StreetMatch } from '../../../src/dialog/world.js'
import { createPlaces } from '../../../src/places/geocoder.js'
import { fossanoPlaces } from '../../support/fossano-places.js'

/** "Via Roma 12 | Via Torino": what the citizen would be shown. */
const shown = (matches: readonly StreetMatch[]): string =>
  matches.map(({ street, houseNumber }) => [street, houseNumber].filter(Boolean).join(', ')).join(' | ')

const found = (words: string): string => shown(fossanoPlaces.findStreets(words))

describe('an address leads to its street', () => {
  test.each([
    // As written, in any dress.
    ['Via Roma', 'Via Roma'],
    ['VIA ROMA', 'Via Roma'],
    ['via roma', 'Via Roma'],
    ['via rma 12', 'Via Roma, 12'],
    ['viale Regina Elena', 'Viale Regina Elena'],
    ['via dell annunziata', "Via dell'Annunziata"],
    ['via dell’Annunziata', "Via dell'Annunziata"],
    ['via macalle', 'Via Macallè'],
    ["via macalle'", 'Via Macallè'],
    ['via mondovì', 'Via Mondovì'],
    ['piazza dompe', 'Piazza Luigi Dompè'],
    ['via martiri della liberta', 'Via Martiri della Libertà'],
    ['via francesco costanzi porrini', 'Via Francesco Costanzi-Porrini'],
    // Shortened.
    ['v. roma', 'Via Roma'],
    ['v roma 12', 'Via Roma, 12'],
    ['v.le regina elena', 'Viale Regina Elena'],
    ['c.so colombo', 'Corso Cristoforo Colombo'],
    ['p.za castello', 'Piazza Castello'],
    ['pza castello', 'Piazza Castello'],
    ['p.zza vittorio veneto 2', 'Piazza Vittorio Veneto, 2'],
    ['piazza v. veneto', 'Piazza Vittorio Veneto'],
    ['p.le veronesi', 'Piazzale Apollinare Veronesi'],
    ['l.go eroi', 'Largo degli Eroi e delle Vittime del Terrorismo'],
    ['vic. orfanotrofio', 'Vicolo Orfanotrofio'],
    ['str. di san matteo', 'Strada di San Matteo'],
    ['loc. san vittore', 'Località San Vittore'],
    ['fraz. murazzo', 'Località Murazzo'],
    ['frazione Murazzo', 'Località Murazzo'],
    ['via s. lucia', 'Via Santa Lucia'],
    ['via s.michele 5', 'Via San Michele, 5'],
    ['strada s. stefano', 'Strada di Santo Stefano'],
    ['s. antonio baligio', "Località Sant'Antonio Baligio | Piazza Sant'Antonio Baligio"],
    ['via mons. costamagna', 'Via Monsignor Giacomo Costamagna'],
    ['viale card. beltrami', 'Viale Cardinale Giuseppe Beltrami'],
    ['via g. verdi 8', 'Via Giuseppe Verdi, 8'],
    ['via tesauro n. 1', 'Via Tesauro, 1'],
    ['via g.b. bongioanni', 'Via Gioanni Battista Bongioanni'],
    // Without the first name, or with the names the other way round.
    ['via verdi', 'Via Giuseppe Verdi'],
    ['via verdi giuseppe', 'Via Giuseppe Verdi'],
    ['via cavour 10', 'Via Camillo Benso Conte di Cavour, 10'],
    ['via generale pezzi', 'Via Generale Mario Pezzi'],
    ['via don bosco', 'Via San Giovanni Bosco'],
    ['via San Francesco', "Via San Francesco d'Assisi"],
    ['corso Emanuele', 'Corso Emanuele Filiberto'],
    ['piazza kennedy', 'Piazza John Fitzgerald Kennedy'],
    ['largo volontari sangue', 'Largo Volontari del Sangue'],
    ['strada per centallo', 'Strada Antica per Centallo'],
    // Without the kind of street, or with another.
    ['roma 12', 'Via Roma, 12'],
    ['garibaldi 5', 'Via Giuseppe Garibaldi, 5'],
    ['garibaldi', 'Via Giuseppe Garibaldi'],
    ['in circonvallazione al 40', 'Via Circonvallazione, 40'],
    ['Murazzo', 'Località Murazzo'],
    ['castello, davanti alla fontana', 'Piazza Castello | Via del Castello'],
    ['piazza roma', 'Via Roma'],
    ['via volontari del sangue', 'Largo Volontari del Sangue'],
    // Dates.
    ['via quattro novembre', 'Via Quattro Novembre'],
    ['via 4 novembre', 'Via Quattro Novembre'],
    ['via IV novembre 3', 'Via Quattro Novembre, 3'],
    ['via 1° maggio', 'Via Primo Maggio'],
    ['via primo maggio 2', 'Via Primo Maggio, 2'],
    ['piazza 27 marzo', 'Piazza 27 Marzo 1861'],
    ['piazza 27 marzo 1861 n. 3', 'Piazza 27 Marzo 1861, 3'],
    // With mistakes.
    ['via guseppe verdi', 'Via Giuseppe Verdi'],
    ['via gariballdi 7', 'Via Giuseppe Garibaldi, 7'],
    ['via mazini', 'Via Giuseppe Mazzini'],
    ['via matteoti', 'Via Giacomo Matteotti'],
    ['viale regina helena 4', 'Viale Regina Elena, 4'],
    ['via salvo dacquisto', "Via Salvo D'Acquisto"],
    ['via belvedere', 'Via del Bel Vedere'],
    ['via castel rinaldo', 'Via Castelrinaldo'],
    ['via armatoria', 'Via Sarmatoria'],
    ['via rona', 'Via Roma'],
    // Within a sentence, in two languages.
    ["c'è una buca in via roma 12 davanti al bar", 'Via Roma, 12'],
    ['la buca è in via cuneo al civico 45', 'Via Cuneo, 45'],
    ['vivo in via torino da 3 anni', 'Via Torino'],
    ['lampione spento viale della repubblica angolo via torino', 'Viale della Repubblica | Via Torino'],
    ["all'incrocio tra via Roma e via Torino", 'Via Roma | Via Torino'],
    ['via monviso 6, dietro la scuola', 'Via Monviso, 6'],
    ['there is a pothole on via roma', 'Via Roma'],
    ['broken light at 12 via Roma', 'Via Roma, 12'],
    ['hanno portato via il cartello in via bisalta', 'Via Bisalta'],
    // Candidates to choose from.
    ['via panero', 'Via Andrea Panero | Via Monsignor Andrea Panero | Piazza Clemente Panero'],
    ['via michelini', 'Via Alessandro Michelini | Vicolo Alessandro Michelini'],
    ['vicolo michelini', 'Vicolo Alessandro Michelini | Via Alessandro Michelini'],
    // The very words leave nothing to choose.
    ['via San Martino', 'Via San Martino'],
    ['vicolo San Martino', 'Vicolo San Martino'],
    ['via Santa Maria', 'Via Santa Maria'],
  ])('%s', (words, expected) => {
    expect(found(words)).toBe(expected)
  })
})

describe('house numbers', () => {
  test.each([
    ['via roma 12', '12'],
    ['via Roma, 12', '12'],
    ['via roma n. 12', '12'],
    ['via roma n°12', '12'],
    ['via roma nr 12', '12'],
    ['via roma numero 12', '12'],
    ['via roma civico 12', '12'],
    ['via roma al civico 12', '12'],
    ['via roma 12b', '12/B'],
    ['via roma 12/b', '12/B'],
    ['via roma 12 b', '12/B'],
    ['via roma 12-B', '12/B'],
    ['via roma 12 bis', '12 bis'],
    ['via roma 12 A', '12/A'],
    ['via roma 12/14', '12/14'],
    ['via roma km 3', 'km 3'],
    ['via roma km. 3,5', 'km 3,5'],
    ['12 via roma', '12'],
    ['12, via Roma', '12'],
    ['davanti al 12 di via roma', '12'],
    ['via roma 12 a Fossano', '12'],
    ['via roma 12 e via torino', '12'],
    ["via roma 12 c'è una buca", '12'],
    ['via roma 12, 12045 Fossano', '12'],
    ['via roma alle 12', undefined],
    ['via roma, davanti al bar', undefined],
    ['via roma 123456', undefined],
    ['via roma km', undefined],
  ])('%s: %s', (words, houseNumber) => {
    const [first] = fossanoPlaces.findStreets(words)
    expect(first?.street).toBe('Via Roma')
    expect(first?.houseNumber).toBe(houseNumber)
  })
})

describe('what is no address finds nothing', () => {
  test.each([
    'ciao',
    'buongiorno',
    'grazie',
    'grazie mille',
    'ok',
    'sì',
    'no',
    '12',
    '3',
    '',
    '   ',
    '😀😀😀',
    'stop',
    'aiuto',
    'operatore',
    'non lo so',
    'mi chiamo Giuseppe',
    'sono Maria Rossi',
    'sono a Fossano',
    'sono le 12',
    'tra 3 giorni',
    'buonasera, vorrei segnalare un problema',
    "c'è una buca enorme",
    'buca',
    'davanti al bar',
    'vicino alla farmacia',
    'davanti alla scuola elementare',
    'cascina dei pini',
    'vicino al ponte',
    'il lampione davanti a casa mia è spento',
    'hanno abbandonato rifiuti',
    'erba alta ai giardini',
    "perdita d'acqua sul marciapiede",
    'puzza di gas',
    'il cane del vicino abbaia sempre',
    'auto parcheggiata sul marciapiede da 3 giorni',
    // Words that are kinds of street elsewhere.
    'non portano via i rifiuti da una settimana',
    'buttate via la spazzatura',
    'andate via',
    'via libera',
    'via casa mia',
    'la via davanti casa',
    "in via c'è una buca",
    'la strada è piena di buche',
    'strada chiusa per neve',
    'strada di campagna',
    'sulla strada per la stazione',
    "in piazza c'è troppo rumore",
    'piazza pulita',
    'lavori in corso',
    'nel corso della notte',
    'corso di nuoto',
    'largo ai giovani',
    'piazza fossano',
    // Streets of other towns.
    'via milano 3',
    'corso francia 12',
    'via dei mille',
    // Half of a name of several nouns.
    'sole',
    'casa bianca di mia zia',
    // English.
    'hello',
    'thank you',
    'I want to report a pothole',
    'the street light is broken',
    'the road is full of holes',
  ])('%j', (words) => {
    expect(found(words)).toBe('')
  })
})

describe('the answer', () => {
  const many = createPlaces({
    boundary: { contains: () => true },
    streets: ['Anna', 'Berta', 'Carla', 'Dora', 'Elsa', 'Franca', 'Gina'].map((first) => ({
      type: 'Via',
      name: `${first} Rossi`,
      label: `Via ${first} Rossi`,
    })),
  })

  test('at most five, best first', () => {
    expect(many.findStreets('via rossi')).toHaveLength(5)
    expect(many.findStreets('via dora rossi')).toEqual([{ street: 'Via Dora Rossi', score: 1 }])
  })

  test('1 means the very words, less means something was forgiven', () => {
    const score = (words: string) => fossanoPlaces.findStreets(words)[0]?.score
    expect(score('via giuseppe verdi 3')).toBe(1)
    expect(score('via verdi')).toBeLessThan(1)
    expect(score('via guseppe verdi')).toBeLessThan(1)
    expect(score('giuseppe verdi')).toBeLessThan(1)
    expect(score('corso giuseppe verdi')).toBeLessThan(1)
  })

  test('without a register: nothing', () => {
    const empty = createPlaces({ boundary: { contains: () => true }, streets: [] })
    expect(empty.findStreets('via roma 12')).toEqual([])
  })

  test('the boundary is asked', () => {
    expect(fossanoPlaces.contains({ lat: 44.5497, lon: 7.7236 })).toBe(true)
    expect(fossanoPlaces.contains({ lat: 45.07, lon: 7.687 })).toBe(false)
  })
})

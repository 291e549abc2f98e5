import { type Category, OTHER } from '../../src/domain/category.js'
import type { Report } from '../../src/domain/report.js'
import type { Town } from '../../src/domain/town.js'
import type { CategoryCode, OfficeCode, ReportId } from '../../src/kernel/ids.js'

/** A kind of problem; the office is `maintenance`, the target thirty days. */
export const aCategory = (overrides: Partial<Category> = {}): Category => ({
  code: 'potholes' as CategoryCode,
  name: { it: 'Buche', en: 'Potholes' },
  office: 'maintenance' as OfficeCode,
  targetDays: 30,
  sensitive: false,
  danger: false,
  keywords: [],
  ...overrides,
})

const category = (
  code: string,
  it: string,
  en: string,
  keywords: string,
  more: Partial<Category> = {},
): Category =>
  aCategory({ code: code as CategoryCode, name: { it, en }, keywords: keywords.split(', '), ...more })

/** A small town with the usual kinds of problem in three groups. */
export const aTown = (overrides: Partial<Town> = {}): Town => ({
  name: 'Borgo San Martino',
  locale: 'it',
  timeZone: 'Europe/Rome',
  offices: [
    { code: 'desk' as OfficeCode, name: { it: 'Sportello', en: 'Front desk' } },
    { code: 'maintenance' as OfficeCode, name: { it: 'Manutenzione', en: 'Maintenance' } },
    { code: 'environment' as OfficeCode, name: { it: 'Ambiente', en: 'Environment' } },
    { code: 'police' as OfficeCode, name: { it: 'Polizia locale', en: 'Local police' } },
  ],
  frontDesk: 'desk' as OfficeCode,
  groups: [
    {
      code: 'roads',
      name: { it: 'Strade e segnaletica', en: 'Roads and signs' },
      categories: [
        category(
          'potholes',
          'Buche',
          'Potholes',
          'buca, asfalto, avvallamento, voragine, strada dissestata, pothole, hole in the road',
        ),
        category(
          'pavements',
          'Marciapiedi',
          'Pavements',
          'marciapiede, mattonella, porfido, pavement, sidewalk, paving',
        ),
        category(
          'signs',
          'Semafori e segnaletica',
          'Traffic lights and signs',
          'semaforo, cartello, segnale, strisce pedonali, stop, specchio, traffic light, road sign, crossing, mirror',
        ),
        category(
          'lights',
          'Illuminazione',
          'Street lights',
          'lampione, luce, lampada, lampadina, buio, palo della luce, street light, lamp, lamppost, dark',
        ),
        category(
          'manholes',
          'Tombini',
          'Drains and manholes',
          'tombino, caditoia, chiusino, fogna, acqua non defluisce, manhole, drain, sewer',
        ),
        category(
          'parking',
          'Sosta e veicoli abbandonati',
          'Parking and abandoned vehicles',
          'parcheggio, sosta vietata, auto abbandonata, doppia fila, parked, abandoned car',
          { office: 'police' as OfficeCode },
        ),
      ],
    },
    {
      code: 'environment',
      name: { it: 'Ambiente e verde', en: 'Environment and parks' },
      categories: [
        category(
          'waste',
          'Rifiuti e pulizia',
          'Waste and cleaning',
          'spazzatura, immondizia, rifiuti abbandonati, cassonetto, sacchi, discarica, cestino, mobile abbandonato, rubbish, garbage, bin, dumped, litter',
          { office: 'environment' as OfficeCode },
        ),
        category(
          'trees',
          'Alberi e verde pubblico',
          'Trees and parks',
          'albero, ramo, siepe, erba alta, aiuola, potatura, prato, tree, branch, hedge, grass',
          { office: 'environment' as OfficeCode },
        ),
        category(
          'playgrounds',
          'Parchi gioco',
          'Playgrounds',
          'altalena, scivolo, giochi, giardinetti, swing, slide, playground',
          { office: 'environment' as OfficeCode },
        ),
        category(
          'pests',
          'Animali e disinfestazione',
          'Pests and strays',
          'topi, ratti, zanzare, vespe, calabroni, piccioni, blatte, cane randagio, rats, wasps, mosquitoes, pigeons, stray dog',
          { office: 'environment' as OfficeCode },
        ),
        category(
          'water',
          'Perdite d’acqua',
          'Water leaks',
          'perdita, tubo rotto, fontanella, acquedotto, allagamento, water leak, burst pipe, flooded, fountain',
        ),
      ],
    },
    {
      code: 'other',
      name: { it: 'Altro', en: 'Other' },
      categories: [
        category(
          'noise',
          'Rumori e vicinato',
          'Noise and neighbours',
          'rumore, musica alta, schiamazzi, vicini, noise, loud music, neighbours',
          { office: 'police' as OfficeCode, sensitive: true },
        ),
        category(
          'barriers',
          'Barriere e accessibilità',
          'Barriers and accessibility',
          'rampa, carrozzina, disabile, scivolo per disabili, ascensore, wheelchair, ramp, disabled',
          { sensitive: true },
        ),
        category(OTHER, 'Altro / non so', 'Other / I don’t know', 'altro, other', {
          office: 'desk' as OfficeCode,
        }),
      ],
    },
  ],
  desk: {
    phone: '+39 0172 000000',
    hours: { it: 'lun–ven 9–12', en: 'Mon–Fri 9–12' },
    address: 'piazza del Municipio 1',
  },
  onCallPhone: '+39 333 0000000',
  notice: { version: '2026-01', url: 'https://example.org/privacy' },
  dangerWords: [
    'odore di gas',
    'puzza di gas',
    'fuga di gas',
    'perdita di gas',
    'gas',
    'incendio',
    'a fuoco',
    'in fiamme',
    'cavi scoperti',
    'fili scoperti',
    'cavo a terra',
    'scossa elettrica',
    'prende la scossa',
    'folgorato',
    'esplosione',
    'crollo',
    'crollato',
    'ferito',
    'pericolo di vita',
    'svenuto',
    'sta male',
    'annega',
    'pistola',
    'gas smell',
    'smell of gas',
    'gas leak',
    'on fire',
    'live wire',
    'bare wires',
    'exposed cables',
    'explosion',
    'collapsed',
    'injured',
    'unconscious',
    'electric shock',
    'gun',
  ],
  working: { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', holidays: [] },
  claim: { hours: 24, mode: 'working' },
  digestAt: '08:00',
  limits: { reportsPerDay: 10, photosPerReport: 5 },
  ...overrides,
})

/** A report that came in by chat this Monday at nine and that nobody has claimed. */
export const aReport = (overrides: Partial<Report> = {}): Report => ({
  id: 351 as ReportId,
  version: 1,
  status: 'submitted',
  category: 'potholes' as CategoryCode,
  office: 'maintenance' as OfficeCode,
  place: { line: 'via Roma 12', street: 'Via Roma', houseNumber: '12' },
  title: 'Buche, via Roma',
  urgent: false,
  source: 'chat',
  submittedAt: new Date('2026-11-23T08:00:00Z'),
  officeSince: new Date('2026-11-23T08:00:00Z'),
  claimDueAt: new Date('2026-11-24T08:00:00Z'),
  reopenedTimes: 0,
  ...overrides,
})

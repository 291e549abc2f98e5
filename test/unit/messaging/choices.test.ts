import { matchChoice } from '../../../src/messaging/choices.js'

const choicesOf = (...labels: string[]) => labels.map((label, index) => ({ id: `${index}`, label }))

const categories = choicesOf(
  '🕳️ Buche',
  '💡 Illuminazione',
  '🗑️ Rifiuti e pulizia',
  '🌳 Verde pubblico',
  'Altro / non so',
)
const english = choicesOf(
  '🕳️ Potholes',
  '💡 Street lights',
  '🗑️ Waste and cleaning',
  '🌳 Parks',
  "Other / I don't know",
)
const yesNo = choicesOf('Sì', 'No')
const reports = choicesOf('351 · Buche · via Roma', '348 · Lampione spento', '⬅️ Indietro')
const streets = choicesOf('Via Giuseppe Verdi', 'Via Verdi', 'Piazza Verdi', 'Nessuna di queste')

const picks = (typed: string, choices: typeof categories): number | number[] | null => {
  const match = matchChoice(typed, choices)
  return match.type === 'one' ? match.index : match.type === 'several' ? [...match.indexes] : null
}

describe('numbers', () => {
  it.each([
    ['2', 1],
    ['2.', 1],
    ['2)', 1],
    [' 2 ', 1],
    ['n. 2', 1],
    ['N° 2', 1],
    ['numero 2', 1],
    ['il 2', 1],
    ['2️⃣', 1],
    ['due', 1],
    ['Due!', 1],
    ['two', 1],
    ['la seconda', 1],
    ['la 2ª', 1],
    ['2°', 1],
    ['the second one', 1],
    ['the 2nd', 1],
    ['number two please', 1],
    ['la due, grazie', 1],
    ['uno', 0],
    ['la prima', 0],
    ["l'ultima", 4],
    ['last', 4],
    ['5', 4],
    ['0', null],
    ['6', null],
    ['12', null],
    ['dodici', null],
    ['via Roma 2', null],
    ['2 buche in via Roma', null],
    ['1 2', null],
    ['0172 60160', null],
    ['-1', 0],
  ])('%j is choice %j', (typed, index) => {
    expect(picks(typed, categories)).toEqual(index)
  })

  it('binds a number beyond the choices to the report of that number', () => {
    expect(picks('351', reports)).toBe(0)
    expect(picks('n. 348', reports)).toBe(1)
    expect(picks('35', reports)).toBeNull()
  })

  it('never counts what is typed as a command: among reports a number is a report', () => {
    const queue = [
      { id: 'a', label: '9 · Buca', command: '/apri 9' },
      { id: 'b', label: '10 · Buca', command: '/apri 10' },
      { id: 'next', label: 'Altre →', word: 'altre' },
    ]
    expect(picks('10', queue)).toBe(1)
    for (const typed of ['1', '2', '3', 'la prima'])
      expect([typed, picks(typed, queue)]).toEqual([typed, null])
    expect(picks('altre', queue)).toBe(2)
  })

  it('prefers the label that is the number to its position', () => {
    expect(picks('5', choicesOf('5', '4', '3', '2', '1'))).toBe(0)
  })
})

describe('labels', () => {
  it.each([
    ['Illuminazione', 1],
    ['illuminazione', 1],
    ['💡 Illuminazione', 1],
    ['ILLUMINAZIONE!!', 1],
    ['ilumin', 1],
    ['illum', 1],
    ['iluminazione', 1],
    ['illumnazione', 1],
    ['illumiinazzione', 1],
    ['illu minazione', 1],
    ["l'illuminazione", 1],
    ['Í̷l̴l̸u̶m̵i̷n̴azione', 1],
    ['buche', 0],
    ['buca', 0],
    ['una buca', 0],
    ["c'è una buca", 0],
    ['le buche per favore', 0],
    ['bcuhe', 0],
    ['rifiuti', 2],
    ['rifiuti e pulizia', 2],
    ['pulizia rifiuti', 2],
    ['pulizia', 2],
    ['rifuti', 2],
    ['verde', 3],
    ['verde publico', 3],
    ['pubblico', 3],
    ['altro', 4],
    ['non so', 4],
    ['non lo so', 4],
    ['bu', null],
    ['e', null],
    ['🕳️', null],
    ['', null],
    ['   ', null],
    ['?!', null],
    ['ciao', null],
    ['strada', null],
    ['lampione rotto', null],
    ['buche enormi', null],
    ['ci sono delle buche davanti a casa mia', null],
    ['buche e illuminazione', null],
    ['rifiuti abbandonati vicino al verde pubblico', null],
    ['Sotto i portici la luce è spenta da lunedì e di notte non si vede niente', null],
    ['Nella mia via ci sono tante buche e nessuno viene mai', null],
    ['non so come spiegarlo ma manca il coperchio', null],
  ])('Italian: %j is choice %j', (typed, index) => {
    expect(picks(typed, categories)).toEqual(index)
  })

  it.each([
    ['potholes', 0],
    ['pothole', 0],
    ['a pothole', 0],
    ['pot hole', 0],
    ['Street light', 1],
    ['lights', 1],
    ['street', 1],
    ['streetlights', 1],
    ['strete lights', 1],
    ['waste & cleaning', 2],
    ['cleaning', 2],
    ['the parks', 3],
    ['other', 4],
    ["I don't know", 4],
    ['dont know', 4],
    ['there is a pothole in front of the school', null],
    ['the light in my street does not work', null],
    ['know', 4],
  ])('English: %j is choice %j', (typed, index) => {
    expect(picks(typed, english)).toEqual(index)
  })

  it.each([
    ['si', 0],
    ['Sì', 0],
    ['sì!', 0],
    ['SI', 0],
    ['sì grazie', 0],
    ['s', 0],
    ['yes', 0],
    ['ok', 0],
    ['no', 1],
    ['No.', 1],
    ['n', 1],
    ['no grazie', null],
    ['no, thank you', null],
    ['grazie, no', null],
    ['nope thanks', null],
    ['no no', 1],
    ['forse', null],
    ['si ma non subito', null],
    ['non ancora', null],
  ])('yes or no: %j is choice %j', (typed, index) => {
    expect(picks(typed, yesNo)).toEqual(index)
  })

  it('takes "no, thank you" where it is offered', () => {
    expect(picks('no grazie', choicesOf('Sì', 'No', 'No, grazie'))).toBe(2)
  })

  it('takes a longer label by its first word', () => {
    const choices = choicesOf('✅ Sì, è risolto', '❌ No, non ancora')
    expect(picks('sì', choices)).toBe(0)
    expect(picks('no', choices)).toBe(1)
    expect(picks('risolto', choices)).toBe(0)
  })

  it.each([
    ['via verdi', 1],
    ['giuseppe verdi', 0],
    ['piazza', 2],
    ['verdi', [0, 1, 2]],
    ['via', [0, 1]],
    ['nessuna', 3],
    ['via verdi 12', null],
  ])('streets: %j is choice %j', (typed, index) => {
    expect(picks(typed, streets)).toEqual(index)
  })

  it('takes a label as it was cut for a button', () => {
    expect(picks('Scrivo l’indir…', choicesOf('Scrivo l’indirizzo a mano', 'Indietro'))).toBe(0)
  })

  it('says when a word could mean several', () => {
    expect(picks('illuminazione', choicesOf('Illuminazione stradale', 'Illuminazione dei parchi'))).toEqual([
      0, 1,
    ])
  })

  it('finds nothing among no choices', () => {
    expect(matchChoice('1', [])).toEqual({ type: 'none' })
    expect(matchChoice('ultimo', [])).toEqual({ type: 'none' })
  })

  it('answers at once to 4,096 characters of anything', () => {
    expect(picks('👨‍👩‍👧‍👦'.repeat(372), categories)).toBeNull()
    expect(picks('a'.repeat(4096), categories)).toBeNull()
    expect(picks('buche '.repeat(682), categories)).toBe(0)
  })
})

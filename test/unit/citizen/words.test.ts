import { asksToWait, COMMANDS, isThanks, saysGone, saysNotFixed, wishOf } from '../../../src/citizen/words.js'

describe('a word that works at any step', () => {
  it.each([
    ['start', ['ciao', 'Ciao!', 'CIAO 👋', 'buongiorno', 'Buon giorno.', 'hello', 'start']],
    ['menu', ['menu', 'Menù']],
    ['help', ['aiuto', 'Aiuto!', 'help', 'aiutami']],
    ['back', ['indietro', 'back', '⬅️ Indietro', 'torna indietro']],
    ['cancel', ['annulla', 'STOP', 'basta', 'cancel', 'esci']],
    ['mine', ['le mie segnalazioni', 'my reports', 'mie']],
    ['operator', ['operatore', 'persona', 'a person', 'Vorrei parlare con una persona, per favore']],
    ['operator', ['voglio parlare con un umano subito', 'mi passi qualcuno per favore', 'C’è qualcuno?']],
    ['operator', ['c’è qualcuno che mi risponde?', 'voglio parlare con un responsabile']],
    ['operator', ['Buongiorno, vorrei parlare con qualcuno del comune', 'mi passa un operatore, grazie']],
    ['operator', ['parlare con voi', 'ho bisogno di parlare con qualcuno', 'mi serve una persona vera']],
    ['operator', ['I want to speak with a real person now', 'can I talk to someone?', 'is anybody there?']],
    ['language', ['lingua', 'english', 'Italiano']],
    ['privacy', ['privacy', 'dati personali']],
    ['report', ['segnala', 'nuova segnalazione', 'new report']],
  ])('%s', (wish, words) => {
    for (const word of words) expect([word, wishOf(word)]).toEqual([word, wish])
  })

  it.each([
    'c’è una persona per terra',
    'c’è una persona',
    'qualcuno ha rotto la panchina',
    'c’è qualcuno che butta i rifiuti',
    'mi passi davanti con la moto',
    'vorrei parlare con qualcuno della buca in via Roma',
    'is there somebody who fixes the lamp',
    'cerco una persona',
    'un cartello di stop abbattuto',
    'ciao, c’è una buca',
    'via Indietro 3',
    'la mia segnalazione',
    'aiuto un incendio',
    '',
    ' ',
    '👍',
    'constructor',
    'a'.repeat(4096),
  ])('stands alone: %j is none', (words) => {
    expect(wishOf(words)).toBeUndefined()
  })
})

test('every command means what the word beside it means', () => {
  for (const [command, wish] of Object.entries(COMMANDS))
    expect([command, wishOf(command)]).toEqual([command, wish])
})

test.each([
  ['grazie', true],
  ['Ok, grazie!', true],
  ['No grazie', true],
  ['thanks 🙏', true],
  ['grazie ma c’è ancora la buca', false],
  ['no', false],
  ['', false],
])('%j is thanks: %s', (words, thanks) => {
  expect(isThanks(words)).toBe(thanks)
})

test.each([
  ['aspetta che la cerco', true],
  ['Un attimo…', true],
  ['un momento che cerco il numero', true],
  ['wait, let me find it', true],
  ['aspetta, sento puzza di gas', false],
  ['aspetto da un mese', false],
  ['👍', false],
])('%j asks to wait: %s', (words, waits) => {
  expect(asksToWait(words)).toBe(waits)
})

test.each([
  ['non c’è più', true],
  ['No, è a posto', true],
  ['è stato riparato', true],
  ['it is gone', true],
  ['non è a posto', false],
  ['non è stato riparato', false],
  ['non so', false],
])('%j says that it is gone: %s', (words, gone) => {
  expect([saysGone(words), saysNotFixed(words)]).toEqual([gone, words.startsWith('non è')])
})

import { readFileSync } from 'node:fs'
import { italianCase } from '../../../src/places/italian-case.js'
import { readStreets } from '../../../src/places/streets.js'

describe('italianCase', () => {
  test.each([
    ['GIUSEPPE VERDI', 'Giuseppe Verdi'],
    ["SAN FRANCESCO D'ASSISI", "San Francesco d'Assisi"],
    ["SALVO D'ACQUISTO", "Salvo D'Acquisto"],
    ["GABRIELE D'ANNUNZIO", "Gabriele D'Annunzio"],
    ["MARINAI D'ITALIA", "Marinai d'Italia"],
    ["MARTIRI DELL'INDIPENDENZA", "Martiri dell'Indipendenza"],
    ["SANT'ANTONIO BALIGIO", "Sant'Antonio Baligio"],
    ["MONDOVI'", 'Mondovì'],
    ["LOCALITA'", 'Località'],
    ["MARTIRI DELLA LIBERTA'", 'Martiri della Libertà'],
    ["FABRIZIO DE ANDRE'", 'Fabrizio De André'],
    ["CA' BIANCA", "Ca' Bianca"],
    ['GINO DE MARCHI', 'Gino De Marchi'],
    ['AMBROGIO DA FOSSANO', 'Ambrogio da Fossano'],
    ['FRANCESCO COSTANZI-PORRINI', 'Francesco Costanzi-Porrini'],
    ['PAPA GIOVANNI XXIII', 'Papa Giovanni XXIII'],
    ['VITTORIO EMANUELE II', 'Vittorio Emanuele II'],
    ['Iv Novembre', 'IV Novembre'],
    ['VIA CIVICI POMPIERI', 'Via Civici Pompieri'],
    ['27 MARZO 1861', '27 Marzo 1861'],
    ['Caduti Di Tutte Le Guerre', 'Caduti di Tutte le Guerre'],
    ['STRADA ANTICA', 'Strada Antica'],
    ['  VIA   ROMA ', 'Via Roma'],
    ['L’AQUILA', "L'Aquila"],
  ])('%s → %s', (capitals, written) => {
    expect(italianCase(capitals)).toBe(written)
  })

  test('a small word stays small within a longer name only', () => {
    expect(italianCase('DELLA ROVERE', true)).toBe('della Rovere')
    expect(italianCase('DELLA ROVERE')).toBe('Della Rovere')
    expect(italianCase("DELL'ANNUNZIATA", true)).toBe("dell'Annunziata")
  })
})

describe('readStreets', () => {
  const fossano = readStreets(readFileSync('config/data/fossano-streets.csv', 'utf8'))
  const labels = fossano.map(({ label }) => label)

  test('the national archive’s file, as it comes', () => {
    expect(fossano).toHaveLength(360)
    expect(labels).toEqual(
      expect.arrayContaining([
        'Via Giuseppe Verdi',
        'Strada di San Matteo',
        'Viale Regina Elena',
        'Via della Rovere',
        "Via dell'Annunziata",
        'Strada Antica per Centallo',
        'Località Murazzo',
        "Vicolo Sant'Antonio",
        'Piazza 27 Marzo 1861',
      ]),
    )
  })

  test('nothing is left in capitals, no accent as an apostrophe', () => {
    expect(labels.filter((label) => /[A-Z]{2}|'(?: |$)/.test(label))).toEqual([])
  })

  test.each([
    ['semicolons', 'X;DUG;DUF\n1;VIA;ROMA\n'],
    ['tabs', 'DUG\tDUF\nVIA\tROMA\n'],
    ['a byte order mark and Windows line ends', '\uFEFFDUG,DUF\r\nVIA,ROMA\r\n'],
  ])('%s are found out', (_what, csv) => {
    expect(readStreets(csv)).toEqual([{ type: 'Via', name: 'Roma', label: 'Via Roma' }])
  })

  test('a town’s own layout', () => {
    const csv = 'tipo|nome\nCorso|CRISTOFORO COLOMBO\n'
    expect(readStreets(csv, { separator: '|', columns: { type: 'tipo', name: 'nome' } })).toEqual([
      { type: 'Corso', name: 'Cristoforo Colombo', label: 'Corso Cristoforo Colombo' },
    ])
  })

  test('a street that stands there twice is one street; a line without a name is none', () => {
    expect(readStreets('DUG,DUF\nVIA,ROMA\nVIA,\nVia,Roma\n')).toHaveLength(1)
  })

  test('a missing column is named', () => {
    expect(() => readStreets('tipo,nome\nvia,roma\n')).toThrow('DUG, DUF')
    expect(() => readStreets('DUG,DUF\nVIA,CITT\uFFFD\n')).toThrow('not UTF-8')
  })
})

import { type Draft, emptyDraft } from '../../../src/citizen/draft.js'
import {
  houseNumberTaken,
  placeAsTyped,
  placeFromPoint,
  placeFromWords,
  streetTaken,
} from '../../../src/citizen/place.js'
import type { Ctx } from '../../../src/dialog/dialog.js'
import type { Place } from '../../../src/domain/report.js'
import { fossanoWorld } from '../../support/fossano.js'

let ctx: Ctx
beforeAll(async () => {
  ctx = {
    world: await fossanoWorld(),
    locale: 'it',
    memory: {},
    envelope: { at: '2026-11-23T10:00:00.000Z' },
  }
})

const draft = (parts: Partial<Draft> = {}): Draft => ({ ...emptyDraft, ...parts })
/** As if the register held streets that are so alike. */
const withStreets = (...scores: number[]): Ctx => ({
  ...ctx,
  world: {
    ...ctx.world,
    places: {
      ...ctx.world.places,
      findStreets: () => scores.map((score, at) => ({ street: `Via ${at}`, score })),
    },
  },
})
const INSIDE = { lat: 44.5496, lon: 7.7206 }
const TURIN = { lat: 45.07, lon: 7.68 }

describe('typed words, with the real register', () => {
  it.each([
    ['via Roma 12', 'Via Roma 12'],
    ['VIA ROMA, 12', 'Via Roma 12'],
    ['in via roma al 12', 'Via Roma 12'],
    ['via Roma 12/b', 'Via Roma 12/b'],
    ['viale Regina Elena 5', 'Viale Regina Elena 5'],
  ])('%s is %s, without a question', (words, line) => {
    const placed = placeFromWords(draft(), words, ctx)
    expect([placed.draft.place?.line.toLowerCase(), placed.draft.detail]).toEqual([
      line.toLowerCase(),
      undefined,
    ])
  })

  it('a street without its number: asks for it', () => {
    const { draft: placed } = placeFromWords(draft(), 'via Roma', ctx)
    expect([placed.place?.street, placed.detail]).toEqual(['Via Roma', { ask: 'number' }])
  })

  it('one that is not sure: asks, and keeps the words', () => {
    const { draft: placed, say } = placeFromWords(draft(), 'garibaldi', ctx)
    expect([placed.detail, placed.place, say]).toEqual([
      {
        ask: 'street',
        words: 'garibaldi',
        matches: [expect.objectContaining({ street: 'Via Giuseppe Garibaldi' })],
      },
      undefined,
      [],
    ])
  })

  it('two that are alike: the citizen chooses', () => {
    const { draft: placed } = placeFromWords(draft(), 'via della Rovere', withStreets(0.95, 0.9))
    expect(placed.detail).toMatchObject({ ask: 'street', matches: [{ score: 0.95 }, { score: 0.9 }] })
  })

  it('one that is clearly better than the next: is taken', () => {
    const { draft: placed } = placeFromWords(draft(), 'via della Rovere', withStreets(0.95, 0.8))
    expect(placed.place?.street).toBe('Via 0')
  })

  it('nothing alike: once more, then the words as they are', () => {
    const first = placeFromWords(draft(), 'dietro il mulino rotto', ctx)
    expect([first.draft.place, first.draft.detail]).toEqual([undefined, { ask: 'part', part: 'place' }])
    const second = placeFromWords(first.draft, ' dietro il mulino rotto ', ctx)
    expect([second.draft.place, second.draft.detail]).toEqual([{ line: 'dietro il mulino rotto' }, undefined])
  })
})

describe('a house number, after the street', () => {
  const street = (): Draft => placeFromWords(draft(), 'via Roma', ctx).draft

  it.each([
    ['12', '12'],
    [' 3 ', '3'],
    ['n. 12', '12'],
    ['civico 12', '12'],
    ['12/b', '12/b'],
    ['12 bis', '12 bis'],
  ])('%j is %s', (words, number) => {
    const { draft: placed } = houseNumberTaken(street(), words, ctx)
    expect(placed.place).toMatchObject({
      line: `Via Roma ${number}`,
      street: 'Via Roma',
      houseNumber: number,
    })
    expect(placed.detail).toBeUndefined()
  })

  it.each(['davanti al bar', 'vicino alla scuola', '🕳️'])('%j stands beside the street', (words) => {
    const { draft: placed } = houseNumberTaken(street(), words, ctx)
    expect(placed.place).toMatchObject({ line: `Via Roma, ${words}`, street: 'Via Roma' })
    expect(placed.place?.houseNumber).toBeUndefined()
  })

  it('another address takes its place', () => {
    const { draft: placed } = houseNumberTaken(street(), 'no, viale Regina Elena 5', ctx)
    expect(placed.place?.street?.toLowerCase()).toBe('viale regina elena')
  })
})

describe('a pin', () => {
  const pinned = (before: Partial<Draft> = {}, point = INSIDE, label?: string) =>
    placeFromPoint(draft(before), point, label, ctx)

  it('inside the town is the place, named in the town’s language', () => {
    expect(pinned().draft.place).toEqual({ line: 'Punto sulla mappa', point: INSIDE })
    expect(pinned({}, INSIDE, 'Bar Sport').draft.place).toEqual({ line: 'Bar Sport', point: INSIDE })
  })

  it.each([
    ['Turin', TURIN],
    ['the sea', { lat: 0, lon: 0 }],
    ['the pole', { lat: 90, lon: 180 }],
  ])('in %s is refused, and nothing is lost', (_, point) => {
    const place: Place = { line: 'Via Roma 12', street: 'Via Roma' }
    const refused = pinned({ place, detail: { ask: 'number' } }, point)
    expect(refused.draft).toEqual(draft({ place, detail: { ask: 'number' } }))
    expect(refused.say).toHaveLength(1)
  })

  it('belongs to the street that was typed before', () => {
    const place: Place = { line: 'Via Roma', street: 'Via Roma' }
    expect(pinned({ place, detail: { ask: 'number' } }).draft).toEqual(
      draft({ place: { ...place, point: INSIDE } }),
    )
  })

  it('is another place where the place is being changed', () => {
    const place: Place = { line: 'Via Roma 12', street: 'Via Roma', houseNumber: '12' }
    expect(pinned({ place, detail: { ask: 'part', part: 'place' } }).draft.place).toEqual({
      line: 'Punto sulla mappa',
      point: INSIDE,
    })
  })

  it('leaves another question open', () => {
    expect(pinned({ detail: { ask: 'part', part: 'photos' } }).draft.detail).toEqual({
      ask: 'part',
      part: 'photos',
    })
  })
})

describe('a place that is changed', () => {
  const before = draft({ place: { line: 'Punto sulla mappa', point: INSIDE } })

  it('to a street keeps no pin of somewhere else', () => {
    const match = { street: 'Via Roma', houseNumber: '12', score: 1 }
    expect(streetTaken(before, match).draft.place).toEqual({
      line: 'Via Roma 12',
      street: 'Via Roma',
      houseNumber: '12',
    })
  })

  it('to free words keeps none either', () => {
    expect(placeAsTyped(before, 'davanti al bar').draft.place).toEqual({ line: 'davanti al bar' })
  })
})

describe('more than an address, where the place is asked for', () => {
  const said = (words: string) => placeFromWords(draft(), words, ctx).draft

  it.each(['C’è una buca profonda davanti a via Roma 12', 'via Roma 12, il lampione è spento'])(
    '%s: kept as a description too',
    (words) => {
      expect(said(words)).toMatchObject({ place: { line: 'Via Roma 12' }, said: [{ text: words }] })
    },
  )

  it.each(['si trova in via Roma 12', 'buongiorno, via Roma 12', 'via Rma 12', 'in via roma al numero 12'])(
    '%s: only where it is',
    (words) => {
      expect(said(words).said).toEqual([])
    },
  )

  it('a problem without a street is a description, and the place is asked again', () => {
    const words = 'la panchina è tutta rotta'
    expect(said(words)).toMatchObject({ said: [{ text: words }], detail: { ask: 'part', part: 'place' } })
    expect(said(words).place).toBeUndefined()
  })
})

it.each(['vicino alla stazione', 'davanti alla stazione', 'near the station', 'dietro via Roma'])(
  '%s is never sure',
  (words) => {
    const near = placeFromWords(draft(), words, withStreets(1)).draft
    expect([near.place, near.detail?.ask]).toEqual([undefined, 'street'])
  },
)

it('whose door it is stands behind the number', () => {
  const street = placeFromWords(draft(), 'via Roma', ctx).draft
  expect(houseNumberTaken(street, '12, citofono Bianchi', ctx).draft.place).toEqual({
    line: 'Via Roma 12, citofono Bianchi',
    street: 'Via Roma',
    houseNumber: '12',
  })
})

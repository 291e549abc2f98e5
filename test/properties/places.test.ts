import { fossanoPlaces, fossanoStreets } from '../support/fossano-places.js'
import fc from '../support/properties.js'

const street = fc.constantFrom(...fossanoStreets)
const houseNumber = fc.integer({ min: 1, max: 999 })

test('every street of the register is found by its own name, alone, in capitals or in a sentence', () => {
  for (const { label } of fossanoStreets) {
    for (const words of [label, label.toUpperCase(), `Buongiorno, c'è una buca in ${label}.`]) {
      expect(fossanoPlaces.findStreets(words)[0]).toEqual({ street: label, score: 1 })
    }
  }
})

test('its house number comes along', () => {
  fc.assert(
    fc.property(
      street,
      houseNumber,
      fc.constantFrom(' ', ', ', ' n. ', ' al civico '),
      ({ label }, number, between) => {
        expect(fossanoPlaces.findStreets(`${label}${between}${number}, grazie`)[0]).toEqual({
          street: label,
          houseNumber: String(number),
          score: 1,
        })
      },
    ),
  )
})

test('one slip in a long word is forgiven', () => {
  const slip = fc.record({
    street: street.filter(({ name }) => /^[a-z]{7,}$/i.test(name)),
    at: fc.integer({ min: 1, max: 5 }),
    kind: fc.constantFrom('drop', 'double', 'change'),
  })
  fc.assert(
    fc.property(slip, ({ street: { type, name, label }, at, kind }) => {
      const middle = { drop: '', double: name.charAt(at).repeat(2), change: 'x' }[kind as 'drop']
      const typed = `${type} ${name.slice(0, at)}${middle}${name.slice(at + 1)}`
      expect(fossanoPlaces.findStreets(typed).map((match) => match.street)).toContain(label)
    }),
  )
})

test('whatever is written: at most five, best first, known streets, scores of 0 to 1', () => {
  const known = new Set(fossanoStreets.map(({ label }) => label))
  const words = fc.constantFrom(
    'via',
    'piazza',
    'v.',
    's.',
    'roma',
    'san',
    'è',
    "c'",
    '12',
    '/b',
    'di',
    'garibaldi',
    ',',
  )
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(anything, (typed) => {
      const matches = fossanoPlaces.findStreets(typed)
      const scores = matches.map(({ score }) => score)
      expect(matches.length).toBeLessThanOrEqual(5)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
      expect(scores.every((score) => score > 0 && score <= 1)).toBe(true)
      expect(matches.every((match) => known.has(match.street))).toBe(true)
      expect(new Set(matches.map((match) => match.street)).size).toBe(matches.length)
    }),
    { numRuns: 300 },
  )
})
